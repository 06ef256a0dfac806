package io.segmentrelay.dynamics.limits;

/**
 * What may be used of a part of the limits, in percent of it: written down where the next owner of the part finds it, before it is
 * used. So whoever takes the part over knows what is left of it, and has that at once.
 *
 * @param budget of what is counted in a window, 0 to 100
 * @param concurrency of the calls at once, 0 to 100
 */
public record Reservation(int budget, int concurrency) {

    /** All of it is left. */
    public static final Reservation NONE = new Reservation(0, 0);

    /** All of it may be in use: where nobody knows. */
    public static final Reservation ALL = new Reservation(100, 100);

    /** @throws IllegalArgumentException for what is no percentage */
    public Reservation {
        if (budget < 0 || budget > 100 || concurrency < 0 || concurrency > 100) {
            throw new IllegalArgumentException("no percentages: " + budget + ", " + concurrency);
        }
    }
}
