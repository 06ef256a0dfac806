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

import io.segmentrelay.config.RelayConfig.LiveWhen;
import io.segmentrelay.dynamics.DefinitionState;
import io.segmentrelay.dynamics.Dynamics;
import io.segmentrelay.dynamics.Dynamics.SegmentIds;
import io.segmentrelay.time.Durations;
import io.segmentrelay.time.Time;

/**
 * Waits for segments to go live, for thousands at once: when to ask; what an answer means is {@link LiveRule}'s to say. Every
 * waiting task asks here, and one request asks the server for up to {@link Dynamics#MAX_STATES} of them. Each segment is
 * due again after a pause that grows with its waiting time; requests keep a distance that holds them within their share of
 * the server's budget, so that with very many segments each is asked for less often.
 */
public final class LiveWatch {

    /** A segment that waits for a time is asked for again after an eighth of it: at most an eighth is added. */
    private static final int PAUSES_PER_AGE = 8;

    /** What a resumed wait grants others to join the same request. */
    private static final Duration GATHER = Duration.ofMillis(200);

    private final Time time;
    private final Settings settings;
    private final StatePoll poll;
    private final LiveRule rule;
    private final LastLook lastLook;
    private final TreeSet<Waiter> waiters =
            new TreeSet<>(Comparator.comparing((Waiter w) -> w.due).thenComparing(w -> w.number));
    private long joined;
    private Instant nextRequest = Instant.MIN;
    private Instant timerAt = Instant.MAX;
    private @Nullable Cancellable timer;

    /**
     * How often to ask.
     *
     * @param interval the first pause
     * @param maxInterval the longest pause
     * @param distance between two requests, at least: what the share of the budget allows at the moment
     * @param liveWhen when a segment counts as live
     */
    public record Settings(Duration interval, Duration maxInterval, Supplier<Duration> distance, LiveWhen liveWhen) {

        /** With a distance that stays the same. */
        public Settings(Duration interval, Duration maxInterval, Duration distance, LiveWhen liveWhen) {
            this(interval, maxInterval, () -> distance, liveWhen);
        }

        /** The pause before a segment that was published so long ago is asked for the first time. */
        Duration firstPause(Duration age) {
            return age.compareTo(interval) < 0 ? interval : Durations.min(interval, GATHER);
        }

        /** The pause before it is asked for again. */
        Duration pause(Duration age) {
            return Durations.clamp(age.dividedBy(PAUSES_PER_AGE), interval, maxInterval);
        }
    }

    /** A watch over the given server. */
    public LiveWatch(Dynamics dynamics, Time time, Settings settings) {
        this.time = time;
        this.settings = settings;
        this.poll = new StatePoll(dynamics, time);
        this.rule = new LiveRule(settings.liveWhen(), settings.maxInterval());
        this.lastLook = new LastLook(poll, rule, time);
    }

    /**
     * Waits until a segment's fate is known.
     *
     * @param since when it was published: a fresh one is not asked for at once
     * @return the verdict, or the failure of the request that asked; weather is reported too, so that the one who waits
     *     can say why it takes so long. Cancelling it ends the wait.
     */
    Uni<LiveVerdict> await(SegmentIds ids, Instant since) {
        return await(ids, since, false);
    }

    /** As {@link #await(SegmentIds, Instant)}; a segment that was looked at just now is given its pause first. */
    Uni<LiveVerdict> await(SegmentIds ids, Instant since, boolean again) {
        return Uni.createFrom().emitter(emitter -> {
            var now = time.now();
            var age = Duration.between(since, now);
            var waiter = new Waiter(ids, since, now, emitter);
            emitter.onTermination(() -> leave(waiter));
            join(waiter, now.plus(again ? settings.pause(age) : settings.firstPause(age)));
        });
    }

    /**
     * Looks at a segment once, before all that wait.
     *
     * @return {@link LiveVerdict.Live} or {@link LiveVerdict.Unsure}, else {@link LiveVerdict.Gone} with what it is instead
     */
    Uni<LiveVerdict> look(SegmentIds ids) {
        return lastLook.look(ids);
    }

    /** The first pause between two polls of a segment. */
    Duration interval() {
        return settings.interval();
    }

    /** Segments that are waited for, those just being asked for not counted. */
    public synchronized int waiting() {
        return waiters.size();
    }

    private synchronized void join(Waiter waiter, Instant due) {
        if (waiter.left) {
            return;
        }
        waiter.number = ++joined;
        waiter.due = due;
        waiters.add(waiter);
        arm();
    }

    private synchronized void leave(Waiter waiter) {
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
        poll.ask(batch.stream().map(w -> w.ids).toList())
                .subscribe()
                .with(
                        found -> {
                            spent(found.requests());
                            batch.forEach(w -> decide(w, found));
                        },
                        failure -> batch.forEach(w -> w.emitter.fail(failure)));
    }

    /** What was asked for in parts takes its share all the same. */
    private synchronized void spent(int requests) {
        var distance = settings.distance().get().multipliedBy(requests - 1L);
        nextRequest = nextRequest.plus(distance);
    }

    /** The next request's segments: those that are due, and, since they cost nothing more, those that will be. */
    private synchronized List<Waiter> takeDue() {
        timerAt = Instant.MAX;
        timer = null;
        var now = time.now();
        var most = poll.most();
        var batch = new ArrayList<Waiter>();
        if (!waiters.isEmpty() && !waiters.first().due.isAfter(now)) {
            while (batch.size() < most && !waiters.isEmpty()) {
                batch.add(waiters.pollFirst());
            }
            nextRequest = now.plus(settings.distance().get());
        }
        arm();
        return batch;
    }

    private void decide(Waiter waiter, StatePoll.Found found) {
        found.of(waiter.ids)
                .chain(state -> state.isPresent() ? Uni.createFrom().item(state) : poll.askAlone(waiter.ids))
                .subscribe()
                .with(state -> conclude(waiter, state), waiter.emitter::fail);
    }

    private void conclude(Waiter waiter, Optional<DefinitionState> state) {
        var now = time.now();
        rule.verdict(state, Duration.between(waiter.joinedAt, now))
                .ifPresentOrElse(
                        waiter.emitter::complete,
                        () -> join(waiter, now.plus(settings.pause(Duration.between(waiter.since, now)))));
    }

    /** One waiting task. */
    private static final class Waiter {
        private final SegmentIds ids;
        private final Instant since;
        private final Instant joinedAt;
        private final UniEmitter<? super LiveVerdict> emitter;
        private Instant due = Instant.MAX;
        private long number;
        private boolean left;

        private Waiter(SegmentIds ids, Instant since, Instant joinedAt, UniEmitter<? super LiveVerdict> emitter) {
            this.ids = ids;
            this.since = since;
            this.joinedAt = joinedAt;
            this.emitter = emitter;
        }
    }
}
