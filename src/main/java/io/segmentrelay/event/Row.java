package io.segmentrelay.event;

import java.util.Arrays;

/** One of a segment's two rows. */
public enum Row {
    /** In {@code msdynmkt_segments}. */
    SEGMENT("segment"),
    /** In {@code msdynmkt_segmentdefinitions}. */
    DEFINITION("definition");

    private final String label;

    Row(String label) {
        this.label = label;
    }

    /** The name in events. */
    public String label() {
        return label;
    }

    /** The one of this name. */
    public static Row of(String label) {
        return Arrays.stream(values())
                .filter(row -> row.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no row has this name"));
    }
}
