package io.segmentrelay.sketch;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/** Proves a claimed difference: the later set, less what joined, plus what left, must have the earlier one's digest. */
final class EarlierSet {

    /** As unsigned numbers: as their text is. */
    static final Comparator<UUID> ORDER = Comparator.comparing(UUID::getMostSignificantBits, Long::compareUnsigned)
            .thenComparing(UUID::getLeastSignificantBits, Long::compareUnsigned);

    private final SortedIds later;
    private final List<UUID> joined;
    private final List<UUID> left;
    private final MessageDigest sha256 = sha256();
    private final ByteBuffer buffer = ByteBuffer.allocate(8 * 1024);

    /**
     * A claim.
     *
     * @param joined in {@link #ORDER}
     * @param left in {@link #ORDER}
     */
    EarlierSet(SortedIds later, List<UUID> joined, List<UUID> left) {
        this.later = later;
        this.joined = joined;
        this.left = left;
    }

    /**
     * Whether that is so. One pass over the later set; nothing of its size is kept.
     *
     * @param digest SHA-256 of the earlier set's ids in their order, 16 bytes each
     */
    boolean hasDigest(byte[] digest) {
        var join = 0;
        var leave = 0;
        for (var i = 0; i < later.size(); i++) {
            var high = later.high(i);
            var low = later.low(i);
            if (join < joined.size() && compare(joined.get(join), high, low) == 0) {
                join++;
                continue;
            }
            while (leave < left.size() && compare(left.get(leave), high, low) < 0) {
                add(left.get(leave++));
            }
            add(high, low);
        }
        while (leave < left.size()) {
            add(left.get(leave++));
        }
        sha256.update(buffer.flip());
        return join == joined.size() && MessageDigest.isEqual(sha256.digest(), digest);
    }

    private static int compare(UUID id, long high, long low) {
        var request = Long.compareUnsigned(id.getMostSignificantBits(), high);
        return request == 0 ? Long.compareUnsigned(id.getLeastSignificantBits(), low) : request;
    }

    private void add(UUID id) {
        add(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }

    private void add(long high, long low) {
        if (!buffer.hasRemaining()) {
            sha256.update(buffer.flip());
            buffer.clear();
        }
        buffer.putLong(high).putLong(low);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
