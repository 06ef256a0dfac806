package io.segmentrelay.event;

import java.util.Arrays;

/** How a segment gets its members. */
public enum SegmentType {
    /** By a query that Dynamics evaluates again and again. */
    DYNAMIC("dynamic"),
    /** By a list of members, as it was when the segment was made. */
    STATIC("static");

    private final String label;

    SegmentType(String label) {
        this.label = label;
    }

    /** The name in events. */
    public String label() {
        return label;
    }

    /** The one of this name. */
    public static SegmentType of(String label) {
        return Arrays.stream(values())
                .filter(type -> type.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no type of segment has this name"));
    }
}
