package io.segmentrelay.event;

import java.time.Instant;
import java.util.Arrays;

/**
 * The wish to be told of a segment's further computations.
 *
 * @param since when it was asked for, by the relay's receipt
 * @param until when it ends
 * @param deliver in which form
 */
public record Follow(Instant since, Instant until, Deliver deliver) {

    /** The form in which a changed membership is told. */
    public enum Deliver {
        /** What joined and left, where that can be told; else the whole membership. */
        CHANGES("changes"),
        /** The whole membership, each time. */
        SNAPSHOTS("snapshots");

        private final String label;

        Deliver(String label) {
            this.label = label;
        }

        /** The name in events. */
        public String label() {
            return label;
        }

        /** The one of this name. */
        public static Deliver of(String label) {
            return Arrays.stream(values())
                    .filter(deliver -> deliver.label.equals(label))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no form of delivery has this name"));
        }
    }
}
