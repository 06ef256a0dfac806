package io.segmentrelay.dynamics.members;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Members as servers write them, one after the other, as they stand in the JSON text inside the JSON text:
 * {@code ,\"3f2504e0-4f89-41d3-9a0c-0305e82c3301\"}. Nearly all of a list is that, so it is read here at once, and byte by byte only
 * what is spelled in another way.
 */
final class MemberRun {

    /** Bytes of one of them, the comma before it included. */
    static final int LENGTH = 41;

    private static final int GUID_AT = 3;
    private static final int END_AT = 39;
    private static final byte[] DIGITS = digits();

    private MemberRun() {}

    /**
     * Reads as many as follow one another from the buffer's position on; what is anything else is left unread.
     *
     * @param bytes backed by an array
     * @param most to be read
     * @param sink takes each
     * @return how many
     */
    static int read(ByteBuffer bytes, int most, GuidReader.Sink sink) {
        var text = bytes.array();
        var at = bytes.arrayOffset() + bytes.position();
        var read = 0;
        for (var left = bytes.remaining(); left >= LENGTH && read < most; left -= LENGTH) {
            if (!readOne(text, at, sink)) {
                break;
            }
            at += LENGTH;
            read++;
        }
        bytes.position(bytes.position() + read * LENGTH);
        return read;
    }

    private static boolean readOne(byte[] text, int at, GuidReader.Sink sink) {
        var frame = text[at] == ','
                && text[at + 1] == '\\'
                && text[at + 2] == '"'
                && text[at + END_AT] == '\\'
                && text[at + END_AT + 1] == '"';
        var guid = at + GUID_AT;
        if (!frame
                || text[guid + 8] != '-'
                || text[guid + 13] != '-'
                || text[guid + 18] != '-'
                || text[guid + 23] != '-') {
            return false;
        }
        var one = hex(text, guid, 8);
        var two = hex(text, guid + 9, 4);
        var three = hex(text, guid + 14, 4);
        var four = hex(text, guid + 19, 4);
        var five = hex(text, guid + 24, 12);
        if ((one | two | three | four | five) < 0) {
            return false;
        }
        sink.guid(one << 32 | two << 16 | three, four << 48 | five);
        return true;
    }

    /** So many digits as a number; below zero where one of them is none. */
    private static long hex(byte[] text, int from, int digits) {
        var value = 0L;
        var wrong = 0;
        for (var i = from; i < from + digits; i++) {
            var digit = DIGITS[text[i] & 0xFF];
            wrong |= digit;
            value = value << 4 | (digit & 0xF);
        }
        return wrong < 0 ? -1 : value;
    }

    private static byte[] digits() {
        var digits = new byte[256];
        Arrays.fill(digits, (byte) -1);
        for (var c = 0; c < 128; c++) {
            digits[c] = (byte) Character.digit(c, 16);
        }
        return digits;
    }
}
