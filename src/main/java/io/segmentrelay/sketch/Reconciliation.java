package io.segmentrelay.sketch;

import java.util.List;
import java.util.UUID;

/** How a set differs from the one that a sketch was made of. */
public sealed interface Reconciliation {

    /**
     * Exactly so: proven by the digest of the earlier set.
     *
     * @param joined those that the earlier set had not, ascending as unsigned numbers
     * @param left those that it had and the later one has not, ascending as unsigned numbers
     */
    record Difference(List<UUID> joined, List<UUID> left) implements Reconciliation {
        public Difference {
            joined = List.copyOf(joined);
            left = List.copyOf(left);
        }

        /** How many ids changed. */
        public int size() {
            return joined.size() + left.size();
        }

        /** Counts only: ids may be personal data. */
        @Override
        public String toString() {
            return "Difference[joined=%d, left=%d]".formatted(joined.size(), left.size());
        }
    }

    /** More than the sketch can tell; or it is not the sketch of the set that the digest is of. */
    record TooDifferent() implements Reconciliation {}
}
