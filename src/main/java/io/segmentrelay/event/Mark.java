package io.segmentrelay.event;

import java.time.Instant;
import java.util.Arrays;

/**
 * What all replicas are to know of a segment.
 *
 * @param kind what happened
 * @param target to which segment, or which request that follows one
 * @param at when
 */
public record Mark(Kind kind, Target target, Instant at) {

    /** What happened. */
    public enum Kind {
        /** The relay deletes the segment, or has. */
        RETIRED("retired"),
        /** Somebody asked for the end of its follows, or of one. */
        UNFOLLOWED("unfollowed");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /** The name in events. */
        public String label() {
            return label;
        }

        /** The one of this name. */
        public static Kind of(String label) {
            return Arrays.stream(values())
                    .filter(kind -> kind.label.equals(label))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no mark has this name"));
        }
    }

    /** Under which key it is kept: one mark of a kind for one target. */
    public String mailboxKey() {
        return "%s/%s".formatted(target.segmentId(), kind.label());
    }
}
