package io.segmentrelay.event.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Attribute values in HTTP headers (CloudEvents HTTP Protocol Binding 1.0, section 3.1.3.2). */
final class PercentEncoding {

    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private PercentEncoding() {}

    /** Percent-encodes space, quote, percent and all that is not printable ASCII. */
    static String encode(String value) {
        var encoded = new StringBuilder(value.length());
        for (var octet : value.getBytes(StandardCharsets.UTF_8)) {
            if (octet > ' ' && octet < 0x7F && octet != '"' && octet != '%') {
                encoded.append((char) octet);
            } else {
                encoded.append('%').append(HEX[octet >> 4 & 0xF]).append(HEX[octet & 0xF]);
            }
        }
        return encoded.toString();
    }

    /**
     * What was encoded, also in quotes; a percent sign that encodes nothing stays one. Empty where it is not UTF-8.
     *
     * @param header each octet as one character, as HTTP servers read it: who sends UTF-8 unencoded is understood as well
     */
    static Optional<String> decode(String header) {
        var value = unquoted(header.strip());
        if (value.chars().allMatch(c -> c < 0x80 && c != '%')) {
            return Optional.of(value);
        }
        var octets = value.chars().allMatch(c -> c <= 0xFF) ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8;
        var in = value.getBytes(octets);
        var out = new ByteArrayOutputStream(in.length);
        for (var i = 0; i < in.length; i++) {
            var high = in[i] == '%' && i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
            var low = high < 0 ? -1 : Character.digit(in[i + 2], 16);
            if (low < 0) {
                out.write(in[i]);
            } else {
                out.write(high << 4 | low);
                i += 2;
            }
        }
        return OutsideText.utf8(out.toByteArray());
    }

    /** What stands in double quotes, without them; anything else as it is. */
    static String unquoted(String value) {
        return value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1")
                : value;
    }
}
