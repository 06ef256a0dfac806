package io.segmentrelay.event.codec;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** GUIDs: in the usual spellings when they come in, compact when they travel in a continuation. */
final class Guids {

    private static final int BYTES = 2 * Long.BYTES;

    private static final String URN = "urn:uuid:";

    private Guids() {}

    /**
     * Reads a GUID.
     *
     * @param text in a spelling that the schema has let through: 32 hexadecimal digits, and what stands around them
     */
    static UUID parse(String text) {
        var high = 0L;
        var low = 0L;
        // A "d" of its own would be taken for a digit.
        var start = text.regionMatches(true, 0, URN, 0, URN.length()) ? URN.length() : 0;
        for (var i = start; i < text.length(); i++) {
            var digit = Character.digit(text.charAt(i), 16);
            if (digit >= 0) {
                high = high << 4 | low >>> 60;
                low = low << 4 | digit;
            }
        }
        return new UUID(high, low);
    }

    /** 16 bytes a GUID, in base64: less than two thirds of any spelling. */
    static String pack(List<UUID> guids) {
        var bytes = ByteBuffer.allocate(guids.size() * BYTES);
        for (var guid : guids) {
            bytes.putLong(guid.getMostSignificantBits()).putLong(guid.getLeastSignificantBits());
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    /** What {@link #pack} wrote; empty where it cannot have been. */
    static Optional<List<UUID>> unpack(String base64) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (bytes.length % BYTES != 0) {
            return Optional.empty();
        }
        var buffer = ByteBuffer.wrap(bytes);
        var guids = new ArrayList<UUID>(bytes.length / BYTES);
        while (buffer.hasRemaining()) {
            guids.add(new UUID(buffer.getLong(), buffer.getLong()));
        }
        return Optional.of(guids);
    }
}
