package io.segmentrelay.it.knative;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.Function;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.cloudevents.CloudEvent;
import io.cloudevents.http.HttpMessageFactory;

import io.segmentrelay.contract.ReceivedEvents;

/** A receiver of CloudEvents over HTTP, read by the CloudEvents SDK; it answers as it is told to, 202 by default. */
public final class EventReceiver implements AutoCloseable {

    /** In the place of a status: no answer at all, as long as this receiver runs. */
    public static final int HANG = -1;

    /**
     * What was received.
     *
     * @param headers in lower case
     */
    public record Received(CloudEvent event, Map<String, String> headers) {

        /** An extension as text; empty where there is none. */
        public String extension(String name) {
            var value = event.getExtension(name);
            return value == null ? "" : value.toString();
        }
    }

    private final HttpServer server;
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final List<Received> taken = new CopyOnWriteArrayList<>();
    private final ReceivedEvents contract = new ReceivedEvents();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Function<Received, Integer> answers = event -> 202;
    private volatile Function<Received, Optional<CloudEvent>> replies = event -> Optional.empty();

    /** Listens on any free port. */
    public EventReceiver() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::receive);
        server.start();
    }

    /** Where to send events to. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/events";
    }

    /** From now on answers with this status; a redirect leads back here, where it would be seen. */
    public void answer(Function<Received, Integer> status) {
        answers = status;
    }

    /** From now on answers what it takes with an event of its own. */
    public void reply(Function<Received, Optional<CloudEvent>> reply) {
        replies = reply;
    }

    /** All that came, in the order in which it came; fails where an event of the relay is not as it is published to be. */
    public List<Received> received() {
        contract.check();
        return List.copyOf(received);
    }

    /** What was answered with 2xx, and is about the request of this id, in its order. */
    public List<Received> takenOf(String requestId) {
        contract.check();
        return taken.stream()
                .filter(each -> each.extension("correlationid").equals(requestId))
                .toList();
    }

    private void receive(HttpExchange exchange) throws IOException {
        // The SDK looks for its formats there, and a thread of the server's has another one under Quarkus' tests.
        Thread.currentThread().setContextClassLoader(EventReceiver.class.getClassLoader());
        try (exchange) {
            var headers = new LinkedHashMap<String, String>();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.put(name.toLowerCase(java.util.Locale.ROOT), values.getFirst()));
            var event = HttpMessageFactory.createReader(
                            headers, exchange.getRequestBody().readAllBytes())
                    .toEvent();
            var one = new Received(event, headers);
            contract.add(event);
            received.add(one);
            var status = answers.apply(one);
            if (status == HANG) {
                closed.await();
            }
            if (status / 100 == 2) {
                taken.add(one);
            }
            if (status / 100 == 3) {
                exchange.getResponseHeaders().set("Location", url());
            }
            var reply = status == 200 ? replies.apply(one) : Optional.<CloudEvent>empty();
            if (reply.isPresent()) {
                HttpMessageFactory.createWriter(exchange.getResponseHeaders()::set, body -> {})
                        .writeBinary(reply.get());
            }
            exchange.sendResponseHeaders(status == HANG ? 503 : status, -1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }
}
