package io.segmentrelay.trigger.lambda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A stand-in for Lambda's runtime API: the endpoints that its documentation names, one invocation at a time.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html">Lambda runtime API</a>
 */
final class RuntimeApi implements AutoCloseable {

    private static final String PREFIX = "/2018-06-01/runtime/";

    private final HttpServer server;
    private final LinkedBlockingQueue<Invocation> waiting = new LinkedBlockingQueue<>();
    private final Map<String, Invocation> underWay = new ConcurrentHashMap<>();
    private final CompletableFuture<String> initError = new CompletableFuture<>();
    private final CompletableFuture<Void> asked = new CompletableFuture<>();

    /**
     * What the function said.
     *
     * @param isError whether it reported an error
     * @param body JSON
     */
    record Answer(boolean isError, String body) {}

    private record Invocation(String id, String event, Duration time, CompletableFuture<Answer> answer) {}

    RuntimeApi() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext(PREFIX, this::handle);
        server.setExecutor(Executors.newCachedThreadPool(
                Thread.ofPlatform().daemon().name("runtime-api-", 0).factory()));
        server.start();
    }

    /** For {@code AWS_LAMBDA_RUNTIME_API}. */
    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Invokes the function; the time is what Lambda would leave it, from the moment it takes the event. */
    CompletableFuture<Answer> invoke(String event, Duration time) {
        var invocation = new Invocation(UUID.randomUUID().toString(), event, time, new CompletableFuture<>());
        waiting.add(invocation);
        return invocation.answer();
    }

    /** Completes with what the function reported when it could not start. */
    CompletableFuture<String> initError() {
        return initError;
    }

    /** Completes when the function asks for its first invocation: its initialization is over. */
    CompletableFuture<Void> asked() {
        return asked;
    }

    private void handle(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath().substring(PREFIX.length());
        var parts = List.of(path.split("/"));
        try (exchange) {
            var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            if (path.equals("invocation/next")) {
                asked.complete(null);
                next(exchange);
            } else if (path.equals("init/error")) {
                initError.complete(body);
                accept(exchange);
            } else if (parts.size() == 3 && parts.getFirst().equals("invocation")) {
                answered(underWay.remove(parts.get(1)), parts.getLast().equals("error"), body);
                accept(exchange);
            } else {
                exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    private static void answered(@Nullable Invocation invocation, boolean isError, String body) {
        if (invocation != null) {
            invocation.answer().complete(new Answer(isError, body));
        }
    }

    private void next(HttpExchange exchange) throws IOException {
        Invocation invocation;
        try {
            invocation = waiting.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        underWay.put(invocation.id(), invocation);
        var headers = exchange.getResponseHeaders();
        headers.set("Lambda-Runtime-Aws-Request-Id", invocation.id());
        headers.set(
                "Lambda-Runtime-Deadline-Ms",
                Long.toString(Instant.now().plus(invocation.time()).toEpochMilli()));
        headers.set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-central-1:000000000000:function:relay");
        headers.set("Lambda-Runtime-Trace-Id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0");
        headers.set("Content-Type", "application/json");
        var event = invocation.event().getBytes(UTF_8);
        exchange.sendResponseHeaders(200, event.length);
        exchange.getResponseBody().write(event);
    }

    private static void accept(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(202, 0);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
