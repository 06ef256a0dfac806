package io.segmentrelay.http;

import java.util.regex.Pattern;

/** Words of others, made fit for a line of a log or of an event: one line, no control characters, bounded. */
public final class CleanText {

    /** For a code, a name, or a few words, in characters. */
    public static final int SHORT = 200;

    /** For a message, in characters. */
    public static final int LONG = 1_000;

    /** Looked at, at most: what comes after it is not shown anyway. */
    private static final int LOOKED_AT = 16 * 1024;

    // Also what ends a line or turns its direction without being a control character.
    private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Cntrl}\\p{Cf}\\u2028\\u2029]+");

    private CleanText() {}

    /**
     * Cleans some words.
     *
     * @param max the most characters of the result
     */
    public static String of(String text, int max) {
        var looked = text.length() <= LOOKED_AT ? text : text.substring(0, LOOKED_AT);
        var clean = BLANKS.matcher(looked).replaceAll(" ").strip();
        if (clean.length() <= max) {
            return clean;
        }
        return clean.substring(0, Character.isHighSurrogate(clean.charAt(max - 1)) ? max - 1 : max);
    }
}
