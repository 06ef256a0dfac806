package io.segmentrelay.dynamics.limits;

import java.time.Duration;

/**
 * What was spent in a sliding window. It is counted in slots of a three-hundredth of the window, and what is in a slot leaves
 * when the window has passed all of it: so the sum is never too small, and up to a slot's amount too large.
 *
 * <p>Times are nanoseconds that never go back, from 0 on. Not thread-safe.
 */
final class SlidingSum {

    private static final int SLOTS = 300;

    private final long slot;
    private final long[] amounts = new long[SLOTS + 1];
    /** The slot that was written to last. */
    private long current;

    private long sum;

    /** @param window at least 300 ns */
    SlidingSum(Duration window) {
        slot = Math.ceilDiv(window.toNanos(), SLOTS);
    }

    /** This much is spent now. */
    void add(long now, long amount) {
        moveTo(now);
        amounts[at(current)] += amount;
        sum += amount;
    }

    /** All that was spent in the window that ends now. */
    long sum(long now) {
        moveTo(now);
        return sum;
    }

    /** When some of it leaves the window; {@code Long.MAX_VALUE} where there is nothing. */
    long nextRelease(long now) {
        moveTo(now);
        if (sum > 0) {
            for (var index = current - SLOTS; index <= current; index++) {
                if (amounts[at(index)] > 0) {
                    return leaves(index);
                }
            }
        }
        return Long.MAX_VALUE;
    }

    /**
     * How fast one may spend on so that there never is a standstill: in each time from now on no more than what is left now,
     * and what leaves the window within that time.
     *
     * @param left that may be spent now, above zero
     * @return per nanosecond
     */
    double pace(long now, long left) {
        moveTo(now);
        var returned = (double) left;
        var pace = Double.MAX_VALUE;
        for (var index = current - SLOTS; index <= current; index++) {
            var amount = amounts[at(index)];
            if (amount > 0 || index == current) {
                pace = Math.min(pace, returned / (leaves(index) - now));
                returned += amount;
            }
        }
        return pace;
    }

    private void moveTo(long now) {
        var next = now / slot;
        if (next - current > SLOTS) {
            java.util.Arrays.fill(amounts, 0);
            sum = 0;
            current = next;
        }
        while (current < next) {
            current++;
            sum -= amounts[at(current)];
            amounts[at(current)] = 0;
        }
    }

    /** A slot's end, and a window on: by then each moment of it is more than a window ago. */
    private long leaves(long index) {
        return (index + 1 + SLOTS) * slot;
    }

    private int at(long index) {
        return (int) Math.floorMod(index, (long) amounts.length);
    }
}
