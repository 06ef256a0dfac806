package io.segmentrelay.workflow;

import java.time.Duration;

import io.segmentrelay.time.Durations;

/**
 * What one delivery may take. Waiting can as well be done later; but to read a large segment's members takes longer than
 * anybody wants to wait for nothing, and begun anew each time it would never end.
 *
 * @param toWait when to hand over what waits (for a segment to go live, for better weather), zero or more
 * @param inAll when the reading of members has to stop too, at least {@code toWait}
 */
public record Allowance(Duration toWait, Duration inAll) {

    /** Waits and works for as long as the given time, and not longer. */
    public static Allowance of(Duration window) {
        return new Allowance(window, window);
    }

    /** The allowance of which nothing goes beyond the given time, zero or more. */
    public Allowance within(Duration most) {
        return new Allowance(Durations.min(toWait, most), Durations.min(inAll, most));
    }
}
