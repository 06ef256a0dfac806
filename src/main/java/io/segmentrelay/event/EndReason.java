package io.segmentrelay.event;

import java.util.Arrays;

/** Why a follow has ended. */
public enum EndReason {
    /** Its time is over. */
    UNTIL_PASSED("until-passed"),
    /** Somebody deleted the segment. */
    DELETED("deleted"),
    /** Somebody stopped the segment. */
    STOPPED("stopped"),
    /** The relay deleted the segment: it was asked to. */
    RETIRED("retired"),
    /** It was asked for ({@code io.segmentrelay.follow.ended-requested.v1}). */
    UNFOLLOWED("unfollowed");

    private final String label;

    EndReason(String label) {
        this.label = label;
    }

    /** The name in events. */
    public String label() {
        return label;
    }

    /** The one of this name. */
    public static EndReason of(String label) {
        return Arrays.stream(values())
                .filter(reason -> reason.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no reason has this name"));
    }
}
