package io.segmentrelay.workflow;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

import io.smallrye.mutiny.Uni;

import io.segmentrelay.config.RelayConfig.LiveWhen;
import io.segmentrelay.dynamics.DefinitionState;
import io.segmentrelay.dynamics.Dynamics;
import io.segmentrelay.dynamics.Dynamics.SegmentIds;
import io.segmentrelay.time.Durations;
import io.segmentrelay.time.Time;

/**
 * Waits for segments to go live, and for those that are to be computed again: when to ask ({@link StateWatch} does). What an answer means
 * is {@link LiveRule}'s to say, and {@link FollowRule}'s. Each segment is due again after a pause: one that is to go live after one
 * that grows with its waiting time, and with the number of those that wait, one that is followed after a part of its refresh interval.
 */
public final class LiveWatch {

    /** A segment that waits for a time is asked for again after an eighth of it: at most an eighth is added. */
    private static final int PAUSES_PER_AGE = 8;

    /** More than so many that wait are asked for less often, in proportion. */
    private static final int CROWD = 10 * Dynamics.MAX_STATES;

    private static final double MOST_LONGER = 4;

    /** What a resumed wait grants others to join the same request. */
    private static final Duration GATHER = Duration.ofMillis(200);

    /** After its publish: a small segment of a quiet server is live by then, and in a flood one look serves all of the last moment. */
    private static final Duration FIRST_LOOK = Duration.ofMillis(500);

    /** A change is seen after so much of the time in which a segment is computed anew, at most. */
    private static final int LOOKS_PER_REFRESH = 4;

    /** The pauses between two looks at a followed segment, in longest pauses of others: at most, and where nothing is known of it. */
    private static final int LONGEST_FOLLOWED = 10;

    private static final int USUAL_FOLLOWED = 2;

    private final Time time;
    private final Settings settings;
    private final StateWatch watch;
    private final LiveRule rule;
    private final LastLook lastLook;

    /**
     * How often to ask.
     *
     * @param interval the first pause
     * @param maxInterval the longest pause
     * @param distance between two requests, at least: what their share of the budget allows at the moment
     * @param liveWhen when a segment counts as live
     */
    public record Settings(Duration interval, Duration maxInterval, Supplier<Duration> distance, LiveWhen liveWhen) {

        /** With a distance that stays the same. */
        public Settings(Duration interval, Duration maxInterval, Duration distance, LiveWhen liveWhen) {
            this(interval, maxInterval, () -> distance, liveWhen);
        }

        /** The pause before a segment that was published so long ago is asked for the first time. */
        Duration firstPause(Duration age) {
            return Durations.min(interval, age.compareTo(FIRST_LOOK) < 0 ? FIRST_LOOK : GATHER);
        }

        /** The pause before it is asked for again, where so many wait. */
        Duration pause(Duration age, int waiting) {
            var pause = Durations.clamp(age.dividedBy(PAUSES_PER_AGE), interval, maxInterval);
            var longer = Math.clamp((double) waiting / CROWD, 1, MOST_LONGER);
            return Durations.min(Duration.ofNanos((long) (pause.toNanos() * longer)), maxInterval);
        }

        /** The pause between two looks at a followed segment. */
        Duration followPause(Optional<Duration> refreshInterval) {
            return refreshInterval
                    .map(refresh -> Durations.clamp(
                            refresh.dividedBy(LOOKS_PER_REFRESH),
                            maxInterval,
                            maxInterval.multipliedBy(LONGEST_FOLLOWED)))
                    .orElseGet(() -> maxInterval.multipliedBy(USUAL_FOLLOWED));
        }

        /** After what time one is read again whose server does not say when it was computed. */
        Duration followBlindly(Optional<Duration> refreshInterval) {
            var shortest = maxInterval.multipliedBy(LONGEST_FOLLOWED);
            return refreshInterval
                    .map(refresh -> Durations.max(refresh, shortest))
                    .orElse(shortest);
        }
    }

    /** A watch over the given server. */
    public LiveWatch(Dynamics dynamics, Time time, Settings settings) {
        var poll = new StatePoll(dynamics, time);
        this.time = time;
        this.settings = settings;
        this.watch = new StateWatch(poll, time, settings.distance());
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
        return Uni.createFrom().deferred(() -> {
            var now = time.now();
            var age = Duration.between(since, now);
            var first = again ? settings.pause(age, watch.waiting()) : settings.firstPause(age);
            return watch.await(ids, first, new StateWatch.Rule<LiveVerdict>() {
                @Override
                public Optional<LiveVerdict> verdict(Optional<DefinitionState> state, Instant seen) {
                    return rule.verdict(state, Duration.between(now, seen));
                }

                @Override
                public Duration pause(Instant seen) {
                    return settings.pause(Duration.between(since, seen), watch.waiting());
                }
            });
        });
    }

    /**
     * Waits until a live segment is computed again, or is live no longer.
     *
     * @param computedAt the last computation that is known; absent where the server did not say it
     * @param refreshInterval how often it is computed anew; absent where that is not known
     * @param again whether it was looked at just now
     * @return as {@link #await(SegmentIds, Instant)}
     */
    Uni<FollowVerdict> awaitComputed(
            SegmentIds ids, Optional<Instant> computedAt, Optional<Duration> refreshInterval, boolean again) {
        return Uni.createFrom().deferred(() -> {
            var pause = settings.followPause(refreshInterval);
            var followRule =
                    new FollowRule(computedAt, time.now().plus(settings.followBlindly(refreshInterval)), pause);
            return watch.await(ids, again ? pause : Durations.min(pause, GATHER), followRule);
        });
    }

    /**
     * Looks at a segment once, before all that wait.
     *
     * @return {@link LiveVerdict.Live} or {@link LiveVerdict.Unsure}, else {@link LiveVerdict.Stopped}, or {@link LiveVerdict.Gone} with what it is instead
     */
    Uni<LiveVerdict> look(SegmentIds ids) {
        return lastLook.look(ids);
    }

    /** The first pause between two polls of a segment. */
    Duration interval() {
        return settings.interval();
    }

    /** Segments that are waited for, those just being asked for not counted. */
    public int waiting() {
        return watch.waiting();
    }
}
