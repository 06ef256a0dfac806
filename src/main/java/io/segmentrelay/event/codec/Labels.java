package io.segmentrelay.event.codec;

import java.util.Locale;

import io.segmentrelay.event.SegmentType;
import io.segmentrelay.event.Step;
import io.segmentrelay.event.Warning;

/** The names that enums have in events, read back. The schemas have let through nothing else. */
final class Labels {

    private Labels() {}

    static String of(SegmentType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    static SegmentType segmentType(String label) {
        return SegmentType.valueOf(label.toUpperCase(Locale.ROOT));
    }

    static Step step(String label) {
        return Step.valueOf(constant(label));
    }

    static Warning warning(String label) {
        return Warning.valueOf(constant(label));
    }

    private static String constant(String label) {
        return label.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
