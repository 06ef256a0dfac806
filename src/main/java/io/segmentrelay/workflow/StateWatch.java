package io.segmentrelay.workflow;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.dynamics.DefinitionState;
import io.segmentrelay.dynamics.Dynamics;
import io.segmentrelay.dynamics.Dynamics.SegmentIds;
import io.segmentrelay.time.Time;
import io.segmentrelay.trace.Span;
import io.segmentrelay.trace.Spans;

/**
 * Waits for segments to come to a state, for thousands at once: everybody who waits asks here, and one request asks the server for up to
 * {@link Dynamics#MAX_STATES} of them. Requests keep a distance that holds them within their share of the server's budget, so that
 * with very many segments each is asked for less often. What a state means, and when to ask again, is the matter of those who wait.
 */
final class StateWatch {

    private final Time time;
    private final Supplier<Duration> distance;
    private final StatePoll poll;
    private final TreeSet<Waiter<?>> waiters =
            new TreeSet<>(Comparator.comparing((Waiter<?> w) -> w.due).thenComparing(w -> w.number));
    private long joined;
    private Instant nextRequest = Instant.MIN;
    private Instant timerAt = Instant.MAX;
    private @Nullable Cancellable timer;

    /**
     * Says what a state means for one that waits.
     *
     * @param <V> what is waited for
     */
    interface Rule<V> {

        /**
         * What it means.
         *
         * @param state empty: the server does not have the definition
         * @param now when it was told
         * @return empty: wait on
         */
        Optional<V> verdict(Optional<DefinitionState> state, Instant now);

        /** How long not to ask again. */
        Duration pause(Instant now);
    }

    /** @param distance between two requests, at least, at the moment */
    StateWatch(StatePoll poll, Time time, Supplier<Duration> distance) {
        this.poll = poll;
        this.time = time;
        this.distance = distance;
    }

    /**
     * Waits for a verdict.
     *
     * @param first how long not to ask
     * @return the verdict, or the failure of the request that asked; weather is reported too, so that the one who waits
     *     can say why it takes so long. Cancelling it ends the wait.
     */
    <V> Uni<V> await(SegmentIds ids, Duration first, Rule<V> rule) {
        return Spans.with(span -> Uni.createFrom().emitter(emitter -> {
            var waiter = new Waiter<V>(ids, rule, span, emitter);
            emitter.onTermination(() -> leave(waiter));
            join(waiter, time.now().plus(first));
        }));
    }

    /** Segments that are waited for, those just being asked for not counted. */
    synchronized int waiting() {
        return waiters.size();
    }

    private synchronized void join(Waiter<?> waiter, Instant due) {
        if (waiter.left) {
            return;
        }
        waiter.number = ++joined;
        waiter.due = due;
        waiters.add(waiter);
        arm();
    }

    private synchronized void leave(Waiter<?> waiter) {
        waiter.left = true;
        waiters.remove(waiter);
        if (waiters.isEmpty() && timer != null) {
            timer.cancel();
            timer = null;
            timerAt = Instant.MAX;
        }
    }

    /** Sets the timer for the next request, if it is not set for an earlier moment. */
    private synchronized void arm() {
        if (waiters.isEmpty()) {
            return;
        }
        var due = waiters.first().due;
        var at = due.isAfter(nextRequest) ? due : nextRequest;
        if (!at.isBefore(timerAt)) {
            return;
        }
        if (timer != null) {
            timer.cancel();
        }
        timerAt = at;
        timer = time.after(Duration.between(time.now(), at)).subscribe().with(fired -> ask());
    }

    private void ask() {
        var batch = takeDue();
        if (batch.isEmpty()) {
            return;
        }
        Spans.told(served(batch), poll.ask(batch.stream().map(w -> w.ids).toList()))
                .subscribe()
                .with(
                        found -> {
                            spent(found.requests());
                            batch.forEach(w -> decide(w, found));
                        },
                        failure -> batch.forEach(w -> w.emitter.fail(failure)));
    }

    /** Of a poll that many wait for: no part of any of their traces, but linked to each. */
    private static Span served(List<Waiter<?>> batch) {
        var told = batch.stream().map(w -> w.span).filter(Span::isOn).toList();
        return told.isEmpty()
                ? Span.NONE
                : told.getFirst()
                        .serving(
                                "poll",
                                told.stream()
                                        .flatMap(span -> span.context().stream())
                                        .toList())
                        .with("segment_relay.segments", batch.size());
    }

    /** What was asked for in parts takes its share all the same. */
    private synchronized void spent(int requests) {
        nextRequest = nextRequest.plus(distance.get().multipliedBy(requests - 1L));
    }

    /** The next request's segments: those that are due, and, since they cost nothing more, those that will be. */
    private synchronized List<Waiter<?>> takeDue() {
        timerAt = Instant.MAX;
        timer = null;
        var now = time.now();
        var most = poll.most();
        var batch = new ArrayList<Waiter<?>>();
        if (!waiters.isEmpty() && !waiters.first().due.isAfter(now)) {
            while (batch.size() < most && !waiters.isEmpty()) {
                batch.add(waiters.pollFirst());
            }
            nextRequest = now.plus(distance.get());
        }
        arm();
        return batch;
    }

    private void decide(Waiter<?> waiter, StatePoll.Found found) {
        found.of(waiter.ids)
                .chain(state -> state.isPresent()
                        ? Uni.createFrom().item(state)
                        : Spans.within(waiter.span, poll.askAlone(waiter.ids)))
                .subscribe()
                .with(state -> conclude(waiter, state), waiter.emitter::fail);
    }

    private <V> void conclude(Waiter<V> waiter, Optional<DefinitionState> state) {
        var now = time.now();
        waiter.rule
                .verdict(state, now)
                .ifPresentOrElse(waiter.emitter::complete, () -> join(waiter, now.plus(waiter.rule.pause(now))));
    }

    /** One waiting task. */
    private static final class Waiter<V> {
        private final SegmentIds ids;
        private final Rule<V> rule;
        private final Span span;
        private final UniEmitter<? super V> emitter;
        private Instant due = Instant.MAX;
        private long number;
        private boolean left;

        private Waiter(SegmentIds ids, Rule<V> rule, Span span, UniEmitter<? super V> emitter) {
            this.ids = ids;
            this.rule = rule;
            this.span = span;
            this.emitter = emitter;
        }
    }
}
