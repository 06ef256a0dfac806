package io.segmentrelay.event.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Text from outside: what of it is let through, and how it is shown. */
public final class OutsideText {

    private static final char REPLACEMENT = '\uFFFD';

    private OutsideText() {}

    /**
     * Whether CloudEvents allows the text in an attribute (specification 1.0, "Type System"): no control characters, no
     * lone surrogates, no noncharacters. Control characters would also break the headers that ids are repeated in.
     */
    public static boolean fitAttribute(String text) {
        for (var i = 0; i < text.length(); ) {
            var c = text.codePointAt(i);
            if (Character.isISOControl(c) || isSurrogate(c) || isNoncharacter(c)) {
                return false;
            }
            i += Character.charCount(c);
        }
        return true;
    }

    /** The text with lone surrogates replaced: they have no form in UTF-8. */
    public static String wellFormed(String text) {
        for (var i = 0; i < text.length(); ) {
            var c = text.codePointAt(i);
            if (isSurrogate(c)) {
                return replaceSurrogates(text);
            }
            i += Character.charCount(c);
        }
        return text;
    }

    /**
     * A name from outside as a message may show it: on one line, well-formed and cut.
     *
     * @param max characters, at least 1
     */
    public static String shown(String name, int max) {
        var shown = new StringBuilder();
        name.codePoints()
                .limit(max)
                .map(c -> Character.isISOControl(c) || isSurrogate(c) ? REPLACEMENT : c)
                .forEach(shown::appendCodePoint);
        return name.codePointCount(0, name.length()) > max ? shown.append('…').toString() : shown.toString();
    }

    /** The text of bytes that are UTF-8; empty where they are not: replacements would make different ids the same. */
    static Optional<String> utf8(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static String replaceSurrogates(String text) {
        var fixed = new StringBuilder(text.length());
        text.codePoints().map(c -> isSurrogate(c) ? REPLACEMENT : c).forEach(fixed::appendCodePoint);
        return fixed.toString();
    }

    private static boolean isSurrogate(int c) {
        return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
    }

    private static boolean isNoncharacter(int c) {
        return (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
    }
}
