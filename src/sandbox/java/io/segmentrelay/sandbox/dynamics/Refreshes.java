package io.segmentrelay.sandbox.dynamics;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * The computations of a segment that follow its first one: one after the other, by the interval and when somebody asks. They
 * are caught up with when the row is looked at, so that a change of the pace counts for what comes. Thread-safe.
 */
final class Refreshes {

    /** More are not caught up with at once, however far the clock was moved. */
    private static final int MOST_AT_ONCE = 1_000;

    /**
     * How far.
     *
     * @param number of computations that have finished, from 1
     * @param startedOn when the last one began, finished or not
     * @param finishedOn when the last one that has finished did: another second for each
     */
    record Progress(int number, Instant startedOn, Instant finishedOn, boolean running) {}

    private final Queue<List<UUID>> results = new ArrayDeque<>();
    private int number = 1;
    private @Nullable Instant startedOn;
    private @Nullable Instant finishedOn;
    private boolean running;
    private boolean again;

    /** One more begins now, or when the one that is running ends. For a segment that has been looked at. */
    synchronized void ask(Instant now) {
        if (running) {
            again = true;
        } else {
            running = true;
            startedOn = now;
        }
    }

    /** What a computation that is not known yet shall find. */
    synchronized void prepare(Collection<UUID> members) {
        results.add(List.copyOf(members));
    }

    /** What was prepared for the next one, if anything was. */
    synchronized Optional<List<UUID>> prepared() {
        return Optional.ofNullable(results.poll());
    }

    /**
     * How far it is.
     *
     * @param firstStarted when the first computation began
     * @param firstFinished when it ended
     * @param every from the end of one to the begin of the next; empty: only when somebody asks
     * @param takes how long each runs
     */
    synchronized Progress at(
            Instant now, Instant firstStarted, Instant firstFinished, Optional<Duration> every, Duration takes) {
        var finished = finishedOn == null ? firstFinished : finishedOn;
        var started = startedOn == null ? firstStarted : startedOn;
        for (var i = 0; i <= MOST_AT_ONCE; i++) {
            if (!running) {
                var due = due(finished, now, every);
                if (due.isEmpty()) {
                    break;
                }
                started = due.orElseThrow();
                running = true;
            }
            var end = started.plus(takes);
            if (now.isBefore(end)) {
                break;
            }
            number++;
            finished = later(end, finished);
            running = again;
            started = again ? end : started;
            again = false;
        }
        startedOn = started;
        finishedOn = finished;
        return new Progress(number, started, finished, running);
    }

    private static Optional<Instant> due(Instant finished, Instant now, Optional<Duration> every) {
        if (every.isEmpty()) {
            return Optional.empty();
        }
        var interval = every.orElseThrow();
        var due = finished.plus(interval);
        var missed = Duration.between(due, now).dividedBy(interval);
        if (missed > MOST_AT_ONCE) {
            return Optional.of(due.plus(interval.multipliedBy(missed - MOST_AT_ONCE / 2)));
        }
        return Optional.of(due).filter(at -> !now.isBefore(at));
    }

    /** Rows tell whole seconds: a computation that took less must be seen as another one too. */
    private static Instant later(Instant end, Instant before) {
        var next = before.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
        return end.isBefore(next) ? next : end;
    }
}
