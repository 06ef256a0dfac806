package io.segmentrelay.sandbox.dynamics;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** The HTTP server: one event loop, on the loopback interface. */
final class Front implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Front.class.getName());
    private static final int MAX_BODY = 16 * 1024 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What the calls are about. */
    record Parts(
            SimulatorSettings settings,
            Organization organization,
            WebApi webApi,
            Entra entra,
            ServiceProtection protection,
            Names names,
            Faults faults,
            RequestLog log) {}

    private final Parts parts;
    private final Vertx vertx;
    private final Wire wire;
    private final Map<Exchange, Fault> hanging = new LinkedHashMap<>();
    private @Nullable HttpServer server;
    private @Nullable Context context;
    private volatile int port;

    Front(Parts parts) {
        this.parts = parts;
        this.vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setMaxEventLoopExecuteTime(Duration.ofSeconds(20).toNanos())
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        this.wire = new Wire(vertx);
        this.port = parts.settings().port();
        parts.faults().onRemoved(() -> onLoop(this::releaseHanging));
    }

    int port() {
        return port;
    }

    String url() {
        return "http://localhost:" + port;
    }

    synchronized void listen() {
        if (server != null) {
            return;
        }
        var options = new HttpServerOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .setMaxInitialLineLength(96 * 1024)
                .setMaxHeaderSize(64 * 1024)
                .setAcceptBacklog(4_096)
                .setReuseAddress(true);
        var listening =
                vertx.createHttpServer(options).requestHandler(this::receive).listen();
        server = await(listening);
        port = server.actualPort();
    }

    /** All connections are closed. */
    synchronized void stopListening() {
        if (server != null) {
            await(server.close());
            server = null;
        }
    }

    @Override
    public void close() {
        stopListening();
        await(vertx.close());
    }

    private static <T> T await(io.vertx.core.Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(PATIENCE.toSeconds(), java.util.concurrent.TimeUnit.SECONDS)
                .join();
    }

    private void onLoop(Runnable task) {
        var loop = context;
        if (loop != null) {
            loop.runOnContext(ignored -> task.run());
        }
    }

    private void releaseHanging() {
        var released = hanging.entrySet().stream()
                .filter(entry -> !parts.faults().isOn(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        released.forEach(exchange -> {
            hanging.remove(exchange);
            exchange.release();
        });
    }

    // ---- a request, on the event loop

    private void receive(HttpServerRequest request) {
        context = vertx.getOrCreateContext();
        var body = Buffer.buffer();
        var tooLarge = new AtomicBoolean();
        request.exceptionHandler(ignored -> {});
        request.handler(chunk -> {
            if (body.length() + chunk.length() > MAX_BODY) {
                tooLarge.set(true);
            } else {
                body.appendBuffer(chunk);
            }
        });
        request.endHandler(ignored -> {
            if (tooLarge.get()) {
                wire.whole(request.response(), Reply.error(413));
            } else {
                admit(request, incoming(request, body));
            }
        });
    }

    private static Incoming incoming(HttpServerRequest request, Buffer body) {
        return new Incoming(
                request.method().name(),
                request.path(),
                request.uri().length(),
                name -> Optional.ofNullable(request.getHeader(name)),
                name -> Optional.ofNullable(request.params().get(name)),
                body.toString(StandardCharsets.UTF_8),
                body.length() == 0 ? Optional.empty() : Json.object(body.getBytes()));
    }

    private void admit(HttpServerRequest request, Incoming call) {
        var route = Route.of(call);
        var isToken = route.operation() == Operation.TOKEN;
        learnName(route, call);
        var ids = isToken
                ? List.<UUID>of()
                : route.ids(call).stream().map(parts.organization()::shared).toList();
        var refusal = isToken ? Optional.<Reply>empty() : parts.protection().enter();
        var faults = refusal.isPresent()
                ? List.<Fault>of()
                : parts.faults().take(route.operation(), RequestLog.subjects(parts.names(), ids));
        var entry = parts.log().begin(new RequestLog.Call(route.operation(), call.method(), call.path(), ids, faults));
        var begun = System.nanoTime();
        var ended = new AtomicBoolean();
        Exchange.Ending ending = (status, retryAfter) -> {
            parts.log().end(entry, status, retryAfter);
            if (ended.compareAndSet(false, true) && !isToken && refusal.isEmpty()) {
                parts.protection().leave(Duration.ofNanos(System.nanoTime() - begun));
            }
        };
        request.response().closeHandler(ignored -> ending.ended(0, Optional.empty()));
        var exchange = new Exchange(
                request,
                faults,
                wire,
                isToken ? Function.identity() : this::dressed,
                ending,
                () -> refusal.orElseGet(() -> perform(call, route, faults)));
        var delay = refusal.isPresent() ? 0 : delay(faults, route, call).toMillis();
        if (delay > 0) {
            vertx.setTimer(delay, ignored -> run(exchange));
        } else {
            run(exchange);
        }
    }

    private Reply perform(Incoming call, Route route, List<Fault> faults) {
        try {
            return route.operation() == Operation.TOKEN
                    ? parts.entra().token(call, route.resource(), url())
                    : parts.webApi().perform(call, route, url(), faults);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "A call failed: a defect of the simulator", e);
            return Reply.error(500);
        }
    }

    private void run(Exchange exchange) {
        exchange.run().ifPresent(fault -> {
            if (parts.faults().isOn(fault)) {
                hanging.keySet().removeIf(Exchange::isGone);
                hanging.put(exchange, fault);
            } else {
                exchange.release(); // it was removed while the call was on its way
            }
        });
    }

    private Duration delay(List<Fault> faults, Route route, Incoming call) {
        var delay =
                switch (route.operation()) {
                    case TOKEN -> Duration.ZERO;
                    case BATCH ->
                        parts.settings()
                                .serviceTime()
                                .multipliedBy(Batch.of(call)
                                        .map(batch -> batch.calls().size())
                                        .orElse(1));
                    default -> parts.settings().serviceTime();
                };
        for (var fault : faults) {
            if (fault.effect() instanceof Effect.Delay(var by)) {
                delay = delay.plus(by);
            }
        }
        return delay;
    }

    /** Display names, from the only body that has one; whether or not it will be performed. */
    private void learnName(Route route, Incoming call) {
        if (route.operation() == Operation.BATCH) {
            Batch.of(call).stream()
                    .flatMap(batch -> batch.calls().stream())
                    .forEach(inner -> learnName(Route.of(inner), inner));
        }
        if (route.operation() != Operation.CREATE_SEGMENT) {
            return;
        }
        call.json().ifPresent(body -> {
            var name = body.path("msdynmkt_displayname").asText();
            route.ids(call).forEach(id -> parts.names().learn(id, name));
        });
    }

    private Reply dressed(Reply reply) {
        var remaining = parts.protection().remainingTime();
        return reply.with("OData-Version", "4.0")
                .with(
                        "Date",
                        DateTimeFormatter.RFC_1123_DATE_TIME.format(
                                Instant.now().atOffset(ZoneOffset.UTC)))
                .with("x-ms-service-request-id", UUID.randomUUID().toString())
                .with("REQ_ID", UUID.randomUUID().toString())
                .with("Set-Cookie", "ARRAffinity=sandbox; Path=/; HttpOnly")
                .with(
                        "x-ms-ratelimit-burst-remaining-xrm-requests",
                        Integer.toString(parts.protection().remainingRequests()))
                .with(
                        "x-ms-ratelimit-time-remaining-xrm-requests",
                        String.format(Locale.ROOT, "%,d.00", remaining.toSeconds()));
    }
}
