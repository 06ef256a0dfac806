package io.segmentrelay.event;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** Name-based UUIDs, version 5 (RFC 9562, section 5.5): the same names always give the same UUID. */
final class NameUuid {

    /** The relay's own namespace, drawn once at random; changing it would give every request a second life. */
    private static final UUID NAMESPACE = UUID.fromString("0c4c9a3e-6d1f-4b3e-9d6c-5f0a7e2b8c41");

    private NameUuid() {}

    /** A UUID of the names in this order; each is framed by its length, so that ("a","bc") is not ("ab","c"). */
    static UUID of(String... names) {
        var sha1 = sha1();
        sha1.update(bytes(NAMESPACE));
        for (var name : names) {
            var utf8 = name.getBytes(StandardCharsets.UTF_8);
            sha1.update(ByteBuffer.allocate(Integer.BYTES).putInt(utf8.length).flip());
            sha1.update(utf8);
        }
        var hash = ByteBuffer.wrap(sha1.digest());
        return new UUID(
                (hash.getLong() & 0xffffffffffff0fffL) | 0x5000L,
                (hash.getLong() & 0x3fffffffffffffffL) | 0x8000000000000000L);
    }

    private static byte[] bytes(UUID uuid) {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array();
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
