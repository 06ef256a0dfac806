package io.segmentrelay.workflow;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before another try: exponential, with jitter, never nothing.
 *
 * @param first the longest wait after the first failure, above zero
 * @param most the longest wait of all, at least {@code first}
 */
public record Backoff(Duration first, Duration most) {

    /**
     * The wait after a failure.
     *
     * @param attempt from 1
     * @param random from 0 (inclusive) to 1: spreads the waits over the upper half, so that many do not come back at once
     */
    public Duration delay(int attempt, double random) {
        var doublings = Math.min(Math.max(attempt, 1) - 1, 30);
        var longest = Math.min((double) most.toNanos(), first.toNanos() * Math.scalb(1.0, doublings));
        return Duration.ofNanos((long) (longest * (0.5 + random / 2)));
    }

    /** For the jitter of waits, from 0 (inclusive) to 1. */
    public static double random() {
        return ThreadLocalRandom.current().nextDouble();
    }
}
