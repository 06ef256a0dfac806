package io.segmentrelay.dynamics.limits;

import java.time.Duration;

/**
 * Starts in a sliding window, counted exactly: no window of this length ever sees more than the limit. Times are
 * nanoseconds that never go back. Not thread-safe.
 */
final class CallBudget {

    private final long window;
    private final long[] starts;
    private int oldest;
    private int count;

    /**
     * @param limit at least 1
     * @param window longer than zero
     */
    CallBudget(int limit, Duration window) {
        this.starts = new long[limit];
        this.window = window.toNanos();
    }

    /** How many more may start now. */
    int left(long now) {
        // Both ends of a window belong to it: a start leaves only when the window has passed it.
        while (count > 0 && now - starts[oldest] > window) {
            oldest = (oldest + 1) % starts.length;
            count--;
        }
        return starts.length - count;
    }

    /** One starts now: only where one is {@linkplain #left left}. */
    void start(long now) {
        starts[(oldest + count) % starts.length] = now;
        count++;
    }

    /** When the next one may start, where none is left: later than the last call's {@code now}. */
    long nextStart() {
        return starts[oldest] + window + 1;
    }
}
