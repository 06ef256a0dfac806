package io.segmentrelay.dynamics.limits;

/**
 * Which part of the limits a process has. Times are nanoseconds that never go back. Not thread-safe.
 */
sealed interface Share permits Share.Whole, GroupShare {

    /** The part of what is counted in a window, 0 to 1. */
    double budget(long now);

    /** The part of the calls at once, 0 to 1; at least one where {@link #mayCall}. */
    double concurrency(long now);

    /** Whether it has any part at all. */
    boolean mayCall(long now);

    /**
     * The part that is not counted yet, though it is this process': a trickle of calls may go by it, at a rate of this part of the
     * budget.
     */
    double trickle(long now);

    /** It is told its part; of no effect where it shares with nobody. */
    void heard(long now, double part);

    /** All of them. */
    final class Whole implements Share {
        @Override
        public double budget(long now) {
            return 1;
        }

        @Override
        public double concurrency(long now) {
            return 1;
        }

        @Override
        public boolean mayCall(long now) {
            return true;
        }

        @Override
        public double trickle(long now) {
            return 0;
        }

        @Override
        public void heard(long now, double part) {
            // It shares with nobody.
        }
    }
}
