package io.segmentrelay.trigger.lambda;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

import io.segmentrelay.event.Follow;
import io.segmentrelay.event.LifeStage;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.time.Durations;

/** How long a continuation lies in the queue: a function of how long the request has been at its step. */
final class ContinuationDelay {

    /** What SQS allows. */
    static final int MOST_SECONDS = 900;

    /** An invocation that only waits costs money: never sooner than this. */
    static final int LEAST_SECONDS = 5;

    /** What waits for a time is looked at again after an eighth of it: at most an eighth is added. */
    private static final int DELAYS_PER_AGE = 8;

    /** Of the delay, so that a burst of requests does not come back as one. */
    private static final double JITTER = 0.2;

    /** A segment is looked at four times between two of its computations, as it is where a process waits for them. */
    private static final int LOOKS_PER_REFRESH = 4;

    private static final Duration LEAST_BETWEEN_LOOKS = Duration.ofMinutes(1);

    private ContinuationDelay() {}

    /**
     * The delay.
     *
     * @param since when the step began
     * @param deadline of the request: nothing is gained by waiting longer
     * @param random from 0 to 1
     * @return seconds, 0 to {@link #MOST_SECONDS}
     */
    static int seconds(Instant since, Instant deadline, Instant now, double random) {
        return bounded(byAge(since, now, random), Optional.of(deadline), now);
    }

    /**
     * The delay of a request whose segment is live.
     *
     * @param random from 0 to 1
     * @return seconds, 0 to {@link #MOST_SECONDS}
     */
    static int seconds(RelayEvent.Followed followed, Instant now, double random) {
        var jitter = 1 + random * JITTER;
        return switch (followed.stage()) {
            case LifeStage.Following following -> {
                var pause = followed.facts()
                        .refreshInterval()
                        .map(interval -> interval.dividedBy(LOOKS_PER_REFRESH))
                        .filter(between -> between.toSeconds() < MOST_SECONDS)
                        .orElse(Duration.ofSeconds(MOST_SECONDS));
                var seconds = Durations.max(pause, LEAST_BETWEEN_LOOKS).toSeconds() * jitter;
                var until = followed.request().afterwards().follow().map(Follow::until);
                yield bounded(
                        (long) seconds,
                        Stream.concat(until.stream(), followed.retireAt().stream())
                                .min(Comparator.naturalOrder()),
                        now);
            }
            case LifeStage.Keeping keeping -> bounded(MOST_SECONDS, followed.retireAt(), now);
            case LifeStage.Beginning beginning -> byAgeBounded(followed, now, random);
            case LifeStage.Telling telling -> byAgeBounded(followed, now, random);
            case LifeStage.Retiring retiring -> byAgeBounded(followed, now, random);
        };
    }

    /** At once, where it has just come so far; later, where something is in the way. */
    private static int byAgeBounded(RelayEvent.Followed followed, Instant now, double random) {
        var isFresh = Duration.between(followed.since(), now).toSeconds() < LEAST_SECONDS;
        return isFresh ? 0 : bounded(byAge(followed.since(), now, random), Optional.empty(), now);
    }

    private static long byAge(Instant since, Instant now, double random) {
        var byAge = Duration.between(since, now).toSeconds() / DELAYS_PER_AGE;
        return (long) ((double) Math.max(LEAST_SECONDS, byAge) * (1 + random * JITTER));
    }

    /** Nothing is gained by waiting beyond a time at which something is due. */
    private static int bounded(long seconds, Optional<Instant> due, Instant now) {
        var left = due.map(at -> Math.max(0, Duration.between(now, at).toSeconds() + 1))
                .orElse((long) MOST_SECONDS);
        return (int) Math.min(Math.min(seconds, MOST_SECONDS), left);
    }
}
