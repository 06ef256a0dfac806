package io.segmentrelay.dynamics.limits;

import java.time.Duration;
import java.util.Optional;

import io.segmentrelay.http.RetryAfter;
import io.segmentrelay.time.Durations;

/** Until when the server wants no calls. Times are nanoseconds that never go back. Not thread-safe. */
final class ThrottlePause {

    private static final Duration FIRST = Duration.ofSeconds(5);
    private static final Duration LONGEST_GUESS = Duration.ofMinutes(1);
    /** Doubling the first so often is longer than the longest. */
    private static final int MAX_IN_A_ROW = 10;

    private long until = Long.MIN_VALUE;
    private int inARow;

    /** Closes; a shorter closing does not shorten a longer one. */
    void close(long now, Optional<Duration> retryAfter) {
        if (!isClosed(now)) {
            // Forty calls under way are all answered 429 at once: that is one closing.
            inARow = Math.min(inARow + 1, MAX_IN_A_ROW);
        }
        var wait = retryAfter.orElseGet(this::guess);
        until = Math.max(until, now + Math.min(wait.toNanos(), RetryAfter.MAX.toNanos()));
    }

    /** The server has answered a call: proves something where it was not closed before. */
    void answered(long now) {
        if (!isClosed(now)) {
            inARow = 0;
        }
    }

    boolean isClosed(long now) {
        return now < until;
    }

    /** In the past where it is open. */
    long until() {
        return until;
    }

    private Duration guess() {
        return Durations.min(FIRST.multipliedBy(1L << (inARow - 1)), LONGEST_GUESS);
    }
}
