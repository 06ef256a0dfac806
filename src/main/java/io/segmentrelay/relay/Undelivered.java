package io.segmentrelay.relay;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.event.EventTypes;
import io.segmentrelay.event.wire.Refused;
import io.segmentrelay.time.Time;
import io.segmentrelay.workflow.Backoff;

/**
 * The events that their receiver will not take until a setting changes. They wait, nothing of them is acknowledged; here they
 * become seen: a line in the log, a gauge, and readiness where nothing goes out at all. Safe for several threads.
 */
public final class Undelivered {

    private static final Logger LOG = Logger.getLogger(Undelivered.class);

    /** How soon a changed setting is noticed, against how often a receiver is asked in vain. */
    private static final Backoff IN_VAIN = new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(1));

    private static final Duration LOG_DISTANCE = Duration.ofMinutes(1);

    /** So many different events in a row that are too large, say, are no coincidence any more. */
    private static final int NO_COINCIDENCE = 3;

    /** What only those need who follow something: for their sake nobody else's deliveries are turned away. */
    private static final Set<String> KEPT = Set.of(EventTypes.FOLLOWED, EventTypes.MARKED, RetryingSink.TOMBSTONE);

    private final MeterRegistry meters;
    private final Time time;
    private final Map<Refusal, AtomicInteger> counts = new ConcurrentHashMap<>();
    private final Map<Refusal, Instant> nextLog = new HashMap<>();
    private final Map<String, Kind> kinds = new HashMap<>();
    private long sequence;

    /**
     * None so far.
     *
     * @param receivers those that are known, whose gauges begin at 0
     */
    public Undelivered(MeterRegistry meters, Time time, Collection<String> receivers) {
        this.meters = meters;
        this.time = time;
        for (var receiver : receivers) {
            EnumSet.allOf(Refused.Reason.class).forEach(reason -> count(new Refusal(receiver, reason)));
        }
    }

    /**
     * Watches over the sending of one event, from its first attempt until it is taken, given up or cancelled.
     *
     * @param kind what goes the same way, such as an event's type
     * @param id of the event, for the log
     */
    public Uni<Void> watch(String kind, String id, Function<Waiting, Uni<Void>> sending) {
        return Uni.createFrom().deferred(() -> {
            var waiting = new Waiting(kind, id);
            return sending.apply(waiting)
                    .onItem()
                    .invoke(() -> taken(kind))
                    .onTermination()
                    .invoke(waiting::ended);
        });
    }

    /** Why nothing of some kind goes out, as one sentence for each; empty where something does, or nothing wants to. */
    public synchronized Optional<String> nothingGoesOut() {
        return kinds.entrySet().stream()
                .filter(kind -> !KEPT.contains(kind.getKey()))
                .flatMap(kind ->
                        kind
                                .getValue()
                                .stuck()
                                .map(refused -> "%s: %s".formatted(kind.getKey(), refused.getMessage()))
                                .stream())
                .sorted()
                .reduce((one, other) -> one + "; " + other);
    }

    private synchronized void taken(String kind) {
        kind(kind).lastTaken = ++sequence;
    }

    private Kind kind(String name) {
        return kinds.computeIfAbsent(name, first -> new Kind());
    }

    private AtomicInteger count(Refusal refusal) {
        return counts.computeIfAbsent(refusal, first -> {
            var count = new AtomicInteger();
            Gauge.builder("relay.undeliverable", count, AtomicInteger::get)
                    .description("Events that their receiver will not take until a setting changes")
                    .tag("receiver", refusal.receiver())
                    .tag("reason", refusal.reason().label())
                    .register(meters);
            return count;
        });
    }

    /** In bad times thousands wait at once, for the same reason: one line a minute says as much as all of them. */
    private void log(Refusal refusal, String kind, String id, String advice) {
        var now = time.now();
        if (now.isBefore(nextLog.getOrDefault(refusal, Instant.MIN))) {
            return;
        }
        nextLog.put(refusal, now.plus(LOG_DISTANCE));
        LOG.errorf(
                "Not taken by %s, nor will it be until a setting changes: %s; reason=%s type=%s eventId=%s waiting=%d",
                refusal.receiver(),
                advice,
                refusal.reason().label(),
                kind,
                id,
                count(refusal).get());
    }

    private record Refusal(String receiver, Refused.Reason reason) {}

    /** What goes the same way. */
    private static final class Kind {
        private final Set<Waiting> refused = new HashSet<>();
        private long lastTaken;

        /** A refusal because of which nothing of this kind goes out: none was taken since. */
        private Optional<Refused> stuck() {
            var since = refused.stream()
                    .filter(waiting -> waiting.firstRefused > lastTaken)
                    .flatMap(waiting -> Optional.ofNullable(waiting.last).stream())
                    .toList();
            return since.stream()
                    .filter(refusal -> refusal.reason().isForEveryEvent())
                    .findFirst()
                    .or(() -> since.stream()
                            .filter(refusal -> lastTaken == 0 || since.size() >= NO_COINCIDENCE)
                            .findFirst());
        }
    }

    /** One event on its way. */
    public final class Waiting {
        private final String kind;
        private final String id;
        private @Nullable Refused last;
        private long firstRefused;

        private Waiting(String kind, String id) {
            this.kind = kind;
            this.id = id;
        }

        /**
         * It was refused.
         *
         * @param attempt from 1 on
         * @return when to try again
         */
        public Duration refused(Refused refused, int attempt) {
            var refusal = new Refusal(refused.receiver(), refused.reason());
            synchronized (Undelivered.this) {
                leave();
                last = refused;
                firstRefused = firstRefused == 0 ? ++sequence : firstRefused;
                kind(kind).refused.add(this);
                count(refusal).incrementAndGet();
                log(refusal, kind, id, String.valueOf(refused.getMessage()));
            }
            return IN_VAIN.delay(attempt, 1);
        }

        private void ended() {
            synchronized (Undelivered.this) {
                leave();
                kind(kind).refused.remove(this);
            }
        }

        private void leave() {
            if (last != null) {
                count(new Refusal(last.receiver(), last.reason())).decrementAndGet();
                last = null;
            }
        }
    }
}
