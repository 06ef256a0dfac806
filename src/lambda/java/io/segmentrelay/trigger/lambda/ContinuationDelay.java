package io.segmentrelay.trigger.lambda;

import java.time.Duration;
import java.time.Instant;

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
        var byAge = Duration.between(since, now).toSeconds() / DELAYS_PER_AGE;
        var jittered = (long) ((double) Math.max(LEAST_SECONDS, byAge) * (1 + random * JITTER));
        var left = Math.max(0, Duration.between(now, deadline).toSeconds() + 1);
        return (int) Math.min(Math.min(jittered, MOST_SECONDS), left);
    }
}
