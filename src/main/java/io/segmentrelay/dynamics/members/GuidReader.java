package io.segmentrelay.dynamics.members;

/**
 * Reads GUIDs from text that is fed character by character: any usual spelling (either case, in braces or parentheses,
 * with or without dashes), separated by commas and white space. Not thread-safe.
 */
final class GuidReader {

    /** Takes what was read. */
    @FunctionalInterface
    interface Sink {
        /** One GUID, its 128 bits. */
        void guid(long high, long low);
    }

    private static final int DIGITS = 32;
    /** Bit n: a dash after n digits. */
    private static final long ALL_DASHES = 1L << 8 | 1L << 12 | 1L << 16 | 1L << 20;

    private final Sink sink;
    private long high;
    private long low;
    private int digits;
    private long dashes;
    private char closing;
    private boolean closed;

    GuidReader(Sink sink) {
        this.sink = sink;
    }

    /** Takes the next character; false where no GUID can have it there. */
    boolean feed(char c) {
        if (c == ',' || c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            return end();
        }
        if (closed) {
            return false;
        }
        if (c == '-') {
            // A dash comes once after 8, 12, 16 and 20 digits; all of them or none, which the end checks.
            var dash = 1L << digits;
            var fits = digits > 0 && (ALL_DASHES & dash) != 0 && (dashes & dash) == 0;
            dashes |= dash;
            return fits;
        }
        if (c == '{' || c == '(') {
            var first = digits == 0 && closing == 0;
            closing = c == '{' ? '}' : ')';
            return first;
        }
        if (c == '}' || c == ')') {
            closed = c == closing;
            return closed;
        }
        return digit(c);
    }

    /** The text, or a GUID in it, ends; false where what came is not a whole GUID. */
    boolean end() {
        var nothing = digits == 0 && closing == 0;
        var whole = digits == DIGITS && (dashes == 0 || dashes == ALL_DASHES) && (closing == 0) == !closed;
        if (whole) {
            sink.guid(high, low);
        }
        reset();
        return nothing || whole;
    }

    /** Forgets what came since the last GUID. */
    void reset() {
        high = 0;
        low = 0;
        digits = 0;
        dashes = 0;
        closing = 0;
        closed = false;
    }

    private boolean digit(char c) {
        var value = c < 128 ? Character.digit(c, 16) : -1;
        if (value < 0 || digits == DIGITS) {
            return false;
        }
        if (digits++ < DIGITS / 2) {
            high = high << 4 | value;
        } else {
            low = low << 4 | value;
        }
        return true;
    }
}
