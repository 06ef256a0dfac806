package io.segmentrelay.dynamics.members;

import org.jspecify.annotations.Nullable;

/** The first characters of a string: enough to know a name by, however long the string is. Not thread-safe. */
final class BoundedText {

    private static final int MAX = 200;

    private final StringBuilder text = new StringBuilder();
    private boolean tooLong;

    void clear() {
        text.setLength(0);
        tooLong = false;
    }

    void add(char c) {
        if (text.length() < MAX) {
            text.append(c);
        } else {
            tooLong = true;
        }
    }

    /** Null where it was longer than anything that is of interest. */
    @Nullable
    String get() {
        return tooLong ? null : text.toString();
    }
}
