package io.segmentrelay.dynamics.limits;

import java.time.Duration;

/**
 * So much in any window. Half of it may be spent at once, for what comes seldom should not wait, and more of it where what waits
 * fits in well; what goes beyond is spread over the time until some of it comes back, for who spends all at once stands still for
 * the rest of the window. Under load that becomes an even pace within two windows.
 *
 * <p>Times are nanoseconds that never go back, from 0 on. Not thread-safe.
 */
final class WindowBudget {

    /** A timer that fires late costs no pace, as long as it is not later than this. */
    private static final long LATE = Duration.ofSeconds(1).toNanos();

    /** A fifth is spread, however little waits: more may come. */
    private static final int LEAST_KEPT = 5;

    private final SlidingSum spent;
    private long limit;
    private long pacedUntil;

    /** @param limit that no window exceeds */
    WindowBudget(long limit, Duration window) {
        this.limit = limit;
        spent = new SlidingSum(window);
    }

    /** Changes the limit: it counts at once. */
    void limit(long now, long changed) {
        if (changed > limit) {
            pacedUntil = Math.min(pacedUntil, now);
        }
        limit = changed;
    }

    long limit() {
        return limit;
    }

    /** What was spent in the window that ends now. */
    long spent(long now) {
        return spent.sum(now);
    }

    /** What may still be spent in the window that ends now; below zero where the limit has shrunk. */
    long left(long now) {
        return limit - spent.sum(now);
    }

    /**
     * Whether something may start.
     *
     * @param amount that it will spend; where it is more than the limit, it may start alone
     * @param promised to what is under way, and not spent yet
     */
    boolean allows(long now, long amount, long promised) {
        return now >= pacedUntil && affords(now, amount, promised);
    }

    private boolean affords(long now, long amount, long promised) {
        return limit > 0 && left(now) - promised >= Math.min(amount, limit);
    }

    /**
     * Something starts, which it is {@linkplain #allows allowed} to: says when the next may.
     *
     * @param waiting what those will spend that wait
     */
    void started(long now, long amount, long promised, long waiting) {
        var left = left(now) - promised;
        if (left > limit / 2 || (left > limit / LEAST_KEPT && waiting <= left / 2)) {
            pacedUntil = now;
        } else if (left > 0) {
            var distance = (long) (amount / spent.pace(now, left));
            pacedUntil = Math.max(pacedUntil, now - LATE) + distance;
        }
    }

    /** So much is spent, whether it was allowed or not. */
    void spend(long now, long amount) {
        spent.add(now, amount);
    }

    /**
     * When something may start by the passing of time alone, where nothing that is under way ends before: perhaps not yet then,
     * but not before. {@code Long.MAX_VALUE}: never.
     */
    long nextStart(long now, long amount, long promised) {
        return affords(now, amount, promised) ? Math.max(now, pacedUntil) : spent.nextRelease(now);
    }
}
