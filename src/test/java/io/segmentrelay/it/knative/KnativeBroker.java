package io.segmentrelay.it.knative;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.http.HttpMessageFactory;

import io.segmentrelay.contract.ReceivedEvents;

/**
 * A broker that behaves as Knative's does towards those who send and those who subscribe: its ingress takes an event with
 * 202; triggers filter by type; a subscriber's reply is an event like any other; a delivery that fails is repeated with
 * growing pauses, and put into the dead-letter sink in the end. It keeps everything in memory.
 *
 * @see <a href="https://github.com/knative/specs/blob/main/specs/eventing/data-plane.md">Knative, event delivery</a>
 */
public final class KnativeBroker implements AutoCloseable {

    /** Statuses that say that it should be tried again; beside them, only that nobody answered does. */
    private static final Set<Integer> RETRIED = Set.of(404, 408, 409, 429);

    /**
     * Who gets what.
     *
     * @param type the CloudEvents type that is delivered
     * @param subscriber asked for with each delivery: where it is may change
     */
    public record Trigger(String name, String type, Supplier<URI> subscriber) {}

    /**
     * One attempt to deliver an event.
     *
     * @param status 0 where nobody answered
     */
    public record Attempt(String trigger, CloudEvent event, int number, int status) {}

    private final HttpServer server;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final List<Trigger> triggers = new CopyOnWriteArrayList<>();
    private final List<Attempt> attempts = new CopyOnWriteArrayList<>();
    private final List<CloudEvent> accepted = new CopyOnWriteArrayList<>();
    private final ReceivedEvents contract = new ReceivedEvents();
    private final int retries;
    private final Duration firstPause;
    private final Supplier<Optional<URI>> deadLetterSink;

    /**
     * A broker without triggers.
     *
     * @param retries after the first attempt
     * @param firstPause the next ones are twice as long each
     * @param deadLetterSink where events go that no attempt brought to their subscriber
     */
    public KnativeBroker(int retries, Duration firstPause, Supplier<Optional<URI>> deadLetterSink) {
        this.retries = retries;
        this.firstPause = firstPause;
        this.deadLetterSink = deadLetterSink;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/default/broker", this::ingress);
        server.start();
    }

    /** Where to send events to. */
    public URI ingress() {
        return URI.create("http://127.0.0.1:%d/default/broker"
                .formatted(server.getAddress().getPort()));
    }

    /** From now on, events of its type go there as well. */
    public void add(Trigger trigger) {
        triggers.add(trigger);
    }

    /** All attempts of one trigger that have ended, in the order in which they ended. */
    public List<Attempt> attempts(String trigger) {
        return attempts.stream().filter(each -> each.trigger().equals(trigger)).toList();
    }

    /** What the ingress took, replies included; fails where an event of the relay is not as it is published to be. */
    public List<CloudEvent> accepted() {
        contract.check();
        return List.copyOf(accepted);
    }

    private void ingress(HttpExchange exchange) throws IOException {
        try (exchange) {
            var headers = new LinkedHashMap<String, String>();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
            accept(HttpMessageFactory.createReader(
                            headers, exchange.getRequestBody().readAllBytes())
                    .toEvent());
            exchange.sendResponseHeaders(202, -1);
        }
    }

    private void accept(CloudEvent event) {
        contract.add(event);
        accepted.add(event);
        triggers.stream()
                .filter(trigger -> trigger.type().equals(event.getType()))
                .forEach(trigger -> deliver(trigger, event, 0));
    }

    private void deliver(Trigger trigger, CloudEvent event, int number) {
        var unused = post(trigger.subscriber().get(), event).handle((response, failure) -> {
            var status = response == null ? 0 : response.statusCode();
            attempts.add(new Attempt(trigger.name(), event, number, status));
            if (response != null && status / 100 == 2) {
                reply(response).ifPresent(this::accept);
            } else if (number < retries && isRetried(status)) {
                var pause = firstPause.toMillis() << number;
                CompletableFuture.delayedExecutor(pause, TimeUnit.MILLISECONDS)
                        .execute(() -> deliver(trigger, event, number + 1));
            } else {
                deadLetter(trigger, event, status);
            }
            return status;
        });
    }

    private static boolean isRetried(int status) {
        return status == 0 || status >= 500 || RETRIED.contains(status);
    }

    private void deadLetter(Trigger trigger, CloudEvent event, int status) {
        var marked = CloudEventBuilder.v1(event)
                .withExtension("knativeerrordest", trigger.subscriber().get().toString())
                .withExtension("knativeerrorcode", Integer.toString(status))
                .build();
        deadLetterSink.get().ifPresent(sink -> {
            var unused = post(sink, marked);
        });
    }

    private static Optional<CloudEvent> reply(HttpResponse<byte[]> response) {
        var headers = new LinkedHashMap<String, String>();
        response.headers().map().forEach((name, values) -> headers.put(name, values.getFirst()));
        var isEvent = headers.containsKey("ce-specversion")
                || headers.getOrDefault("content-type", "").startsWith("application/cloudevents");
        return isEvent
                ? Optional.of(HttpMessageFactory.createReader(headers, response.body())
                        .toEvent())
                : Optional.empty();
    }

    private CompletableFuture<HttpResponse<byte[]>> post(URI to, CloudEvent event) {
        return client.sendAsync(request(to, event), HttpResponse.BodyHandlers.ofByteArray());
    }

    /** The event in binary mode, as the CloudEvents SDK writes it. */
    public static HttpRequest request(URI to, CloudEvent event) {
        var request = HttpRequest.newBuilder(to)
                .timeout(Duration.ofMinutes(1))
                .header("Prefer", "reply")
                .header("Kn-Namespace", "default");
        HttpMessageFactory.createWriter(
                        request::header,
                        body -> request.POST(HttpRequest.BodyPublishers.ofByteArray(body == null ? new byte[0] : body)))
                .writeBinary(event);
        return request.build();
    }

    /** How many attempts each event took that a trigger has delivered, by the event's id. */
    public Map<String, Long> attemptsByEvent(String trigger) {
        return attempts(trigger).stream()
                .collect(java.util.stream.Collectors.groupingBy(
                        each -> each.event().getId(), java.util.stream.Collectors.counting()));
    }

    @Override
    public void close() {
        server.stop(0);
        client.shutdownNow();
    }
}
