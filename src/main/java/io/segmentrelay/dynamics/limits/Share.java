package io.segmentrelay.dynamics.limits;

import java.util.Collection;
import java.util.Optional;

/**
 * Which part of the limits a process has. Times are nanoseconds that never go back. Not thread-safe.
 */
sealed interface Share permits Share.Whole, GroupShare {

    /**
     * What a process uses of the whole limits, or would.
     *
     * @param budget of what is counted in a window, 0 or more
     * @param concurrency of the calls at once, 0 or more
     */
    record Need(double budget, double concurrency) {}

    /** The part of what is counted in a window, 0 to 1. */
    double budget(long now);

    /** The part of the calls at once, 0 to 1; at least one where {@link #mayCall}. */
    double concurrency(long now);

    /** What of {@link #budget} is reserved, and may be used. */
    double reservedBudget(long now);

    /** What of {@link #concurrency} is reserved, and may be used. */
    double reservedConcurrency(long now);

    /** Whether it has any part at all. */
    boolean mayCall();

    /**
     * The part that is not counted yet, though it is this process': a trickle of calls may go by it, at a rate of this part of the
     * budget.
     */
    double trickle(long now);

    /** It is told its parts: all that it has now. Of no effect where it shares with nobody. */
    void heard(long now, Collection<SharedPart> parts);

    /** Whether more should be reserved for what is needed. */
    boolean isShort(long now, Need need);

    /**
     * What is to be written down for a part: enough for what is needed. What is less than before counts from now on, what is more when it {@linkplain
     * #reserved is written}.
     *
     * @param exactly no more than that, as for a part that goes; else less only after a while
     * @return empty where there is no such part
     */
    Optional<Reservation> reserve(long now, String part, Need need, boolean exactly);

    /** It is written down. */
    void reserved(String part, Reservation written);

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
        public double reservedBudget(long now) {
            return 1;
        }

        @Override
        public double reservedConcurrency(long now) {
            return 1;
        }

        @Override
        public boolean mayCall() {
            return true;
        }

        @Override
        public double trickle(long now) {
            return 0;
        }

        @Override
        public void heard(long now, Collection<SharedPart> parts) {
            // It shares with nobody.
        }

        @Override
        public boolean isShort(long now, Need need) {
            return false;
        }

        @Override
        public Optional<Reservation> reserve(long now, String part, Need need, boolean exactly) {
            return Optional.empty();
        }

        @Override
        public void reserved(String part, Reservation written) {
            // It shares with nobody.
        }
    }
}
