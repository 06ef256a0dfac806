package io.segmentrelay.time;

import java.time.Duration;
import java.time.Instant;

import io.smallrye.mutiny.Uni;

/** The clock and the timer of the relay in one, so that a test can move both together. */
public interface Time {

    /** The wall clock's time, as events and deadlines carry it. */
    Instant now();

    /** Nanoseconds from some moment on, for measuring: never set back, and of no meaning but by a difference. */
    long nanos();

    /**
     * Fires once.
     *
     * @param delay from the subscription on; zero or less fires at once
     * @return a null item when the delay has passed; cancelling the subscription drops the timer
     */
    Uni<Void> after(Duration delay);
}
