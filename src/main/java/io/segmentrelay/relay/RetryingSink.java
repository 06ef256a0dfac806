package io.segmentrelay.relay;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

import io.cloudevents.CloudEvent;
import io.smallrye.mutiny.Uni;
import org.jboss.logging.Logger;

import io.segmentrelay.event.wire.EventExtensions;
import io.segmentrelay.event.wire.EventSink;
import io.segmentrelay.event.wire.EventSink.NotTaken;
import io.segmentrelay.event.wire.Refused;
import io.segmentrelay.event.wire.Superseded;
import io.segmentrelay.time.Time;
import io.segmentrelay.trace.LogFields;
import io.segmentrelay.trace.TraceContext;
import io.segmentrelay.workflow.Backoff;

/**
 * Tries again until the event is taken: what was worked out must not be lost to a receiver that is down. What a receiver will
 * not take until a setting changes is tried again too, since somebody may change it, but seldom, and {@link Undelivered}
 * makes it seen.
 */
public final class RetryingSink implements EventSink {

    private static final Logger LOG = Logger.getLogger(RetryingSink.class);

    /** What {@link Undelivered} and the log call it: it is no event, and has no type. */
    static final String TOMBSTONE = "tombstone";

    private final EventSink sink;
    private final Time time;
    private final Backoff backoff;
    private final DoubleSupplier random;
    private final Undelivered undelivered;

    /**
     * Decorates a sink.
     *
     * @param backoff for what passes by itself
     * @param random from 0 to 1, for the jitter of {@code backoff}
     * @param undelivered is told what does not
     */
    public RetryingSink(EventSink sink, Time time, Backoff backoff, DoubleSupplier random, Undelivered undelivered) {
        this.sink = sink;
        this.time = time;
        this.backoff = backoff;
        this.random = random;
        this.undelivered = undelivered;
    }

    @Override
    public Uni<Void> send(CloudEvent event) {
        return patient(event, false);
    }

    @Override
    public Uni<Void> sendUnlessTooLarge(CloudEvent event) {
        return patient(event, true);
    }

    @Override
    public int inOrder() {
        return sink.inOrder();
    }

    @Override
    public Uni<Void> forget(String key) {
        return undelivered.watch(
                TOMBSTONE,
                key,
                waiting -> untilTaken(
                        () -> sink.forget(key),
                        (attempt, failure) -> pause(TOMBSTONE, key, waiting, attempt, failure)));
    }

    private Uni<Void> patient(CloudEvent event, boolean unlessTooLarge) {
        return undelivered.watch(
                event.getType(),
                event.getId(),
                waiting -> untilTaken(
                        () -> sink.send(event),
                        (attempt, failure) -> unlessTooLarge && Refused.isTooLarge(failure)
                                ? Uni.createFrom().failure(failure)
                                : about(
                                        event,
                                        () -> pause(event.getType(), event.getId(), waiting, attempt, failure))));
    }

    private static Uni<?> about(CloudEvent event, Supplier<Uni<?>> line) {
        return LogFields.during(
                extension(event, EventExtensions.CORRELATION_ID).orElse(event.getId()),
                extension(event, EventExtensions.PARTITION_KEY).orElse(""),
                TraceContext.of(extension(event, TraceContext.TRACEPARENT), Optional.empty()),
                line);
    }

    private static Optional<String> extension(CloudEvent event, String name) {
        return Optional.ofNullable(event.getExtension(name)).map(Object::toString);
    }

    /**
     * Sends again, however often, without holding more with each attempt.
     *
     * @param send one attempt
     * @param pause before the next one, given the number of the attempt that failed, from 1 on, and why; where it fails
     *     there is no next one, and that failure is the answer
     */
    public static Uni<Void> untilTaken(
            Supplier<Uni<? extends Void>> send, BiFunction<Integer, Throwable, Uni<?>> pause) {
        return Uni.createFrom().deferred(() -> {
            var attempts = new AtomicInteger();
            return Uni.createFrom()
                    .deferred(send)
                    .onFailure()
                    .retry()
                    .when(failures -> failures.onItem()
                            .transformToUniAndConcatenate(failure -> pause.apply(attempts.incrementAndGet(), failure)
                                    .replaceWith(failure)));
        });
    }

    private Uni<?> pause(String type, String id, Undelivered.Waiting waiting, int attempt, Throwable failure) {
        if (failure instanceof Superseded) {
            return Uni.createFrom().failure(failure);
        }
        if (failure instanceof Refused refused) {
            var delay = waiting.refused(refused, attempt);
            LOG.debugf(
                    "Event not taken, trying again in %d ms; type=%s eventId=%s attempt=%d reason=%s",
                    delay.toMillis(), type, id, attempt, refused.reason().label());
            return time.after(delay);
        }
        var usual = backoff.delay(attempt, random.getAsDouble());
        var delay = failure instanceof NotTaken refused
                ? refused.retryAfter()
                        .filter(asked -> asked.compareTo(usual) > 0)
                        .orElse(usual)
                : usual;
        LOG.warnf(
                "Event not taken, trying again in %d ms; type=%s eventId=%s attempt=%d reason=%s",
                delay.toMillis(), type, id, attempt, failure.getMessage());
        return time.after(delay);
    }
}
