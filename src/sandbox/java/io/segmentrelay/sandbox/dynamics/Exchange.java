package io.segmentrelay.sandbox.dynamics;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * A call that was let in, from its arrival to the end of its answer. Everything here happens on the connection's event
 * loop.
 */
final class Exchange {

    private final HttpServerRequest request;
    private final List<Fault> faults;
    private final Wire wire;
    private final Function<Reply, Reply> dressed;
    private final Ending ending;
    private final Supplier<Reply> work;
    private @Nullable Reply done;

    /** Is told once how a call ended: status 0 where it was not answered. */
    @FunctionalInterface
    interface Ending {
        void ended(int status, Optional<Duration> retryAfter);
    }

    /**
     * Of a call.
     *
     * @param faults that it meets
     * @param dressed gives an answer the headers that all have
     * @param work performs the call
     */
    Exchange(
            HttpServerRequest request,
            List<Fault> faults,
            Wire wire,
            Function<Reply, Reply> dressed,
            Ending ending,
            Supplier<Reply> work) {
        this.request = request;
        this.faults = faults;
        this.wire = wire;
        this.dressed = dressed;
        this.ending = ending;
        this.work = work;
    }

    /**
     * Performs and answers it, as its faults want.
     *
     * @return the fault that it hangs on; {@link #release} goes on
     */
    Optional<Fault> run() {
        if (isGone()) {
            return Optional.empty();
        }
        for (var fault : faults) {
            switch (fault.effect()) {
                case Effect.Hang(var performed) -> {
                    perform(performed);
                    return Optional.of(fault);
                }
                case Effect.Answer answer -> {
                    perform(answer.performed());
                    write(reply(answer));
                    return Optional.empty();
                }
                case Effect.Reset(var performed) -> {
                    perform(performed);
                    ending.ended(0, Optional.empty());
                    Wire.reset(request.connection());
                    return Optional.empty();
                }
                case Effect.ResetInBody ignored -> {
                    broken(true);
                    return Optional.empty();
                }
                case Effect.Truncated ignored -> {
                    broken(false);
                    return Optional.empty();
                }
                case Effect.Drip(var bytes, var pause) -> {
                    var reply = dressed.apply(performed());
                    ending.ended(reply.status(), Optional.empty());
                    wire.drip(request.response(), reply, Math.max(1, bytes), pause);
                    return Optional.empty();
                }
                default -> {} // changes what is done, not how it is answered
            }
        }
        write(performed());
        return Optional.empty();
    }

    /** What it hung on is over: it is performed, unless it was, and answered, unless the caller has gone. */
    void release() {
        if (!isGone()) {
            write(performed());
        }
    }

    boolean isGone() {
        return request.response().closed();
    }

    private void perform(boolean wanted) {
        if (wanted) {
            performed();
        }
    }

    private Reply performed() {
        var known = done;
        if (known == null) {
            known = work.get();
            done = known;
        }
        return known;
    }

    private void broken(boolean reset) {
        var reply = dressed.apply(performed());
        ending.ended(reply.status(), Optional.empty());
        wire.half(request.response(), request.connection(), reply, reset);
    }

    private void write(Reply plain) {
        var reply = dressed.apply(plain);
        ending.ended(reply.status(), reply.header("Retry-After").flatMap(Exchange::retryAfter));
        wire.whole(request.response(), reply);
    }

    static Reply reply(Effect.Answer answer) {
        var reply = answer.body()
                .map(body -> Reply.of(
                        answer.status(),
                        java.util.Map.of("Content-Type", Reply.JSON),
                        body.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .orElseGet(() -> answer.status() == 204 ? Reply.empty(204) : Reply.error(answer.status()));
        for (var header : answer.headers().entrySet()) {
            reply = reply.with(header.getKey(), header.getValue());
        }
        return reply;
    }

    private static Optional<Duration> retryAfter(String header) {
        if (header.matches("[0-9]{1,9}([.][0-9]{1,9})?")) {
            return Optional.of(Duration.ofMillis(
                    new java.math.BigDecimal(header).movePointRight(3).longValue()));
        }
        try {
            var date = java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME.parse(header, java.time.Instant::from);
            var wait = Duration.between(java.time.Instant.now(), date);
            return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
        } catch (java.time.DateTimeException e) {
            return Optional.empty();
        }
    }
}
