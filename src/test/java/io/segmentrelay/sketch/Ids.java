package io.segmentrelay.sketch;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

/** A set of ids, and its digest, made in the plainest way. */
record Ids(List<UUID> sorted) implements SortedIds {

    static Ids of(Collection<UUID> ids) {
        var sorted = new TreeSet<UUID>((a, b) -> a.toString().compareTo(b.toString()));
        sorted.addAll(ids);
        return new Ids(List.copyOf(sorted));
    }

    /** Random ones, as servers make them. */
    static List<UUID> random(SplittableRandom random, int number) {
        return Stream.generate(() -> new UUID(
                        (random.nextLong() & ~0xf000L) | 0x4000L, (random.nextLong() >>> 2) | 0x8000000000000000L))
                .limit(number)
                .toList();
    }

    @Override
    public int size() {
        return sorted.size();
    }

    @Override
    public long high(int index) {
        return sorted.get(index).getMostSignificantBits();
    }

    @Override
    public long low(int index) {
        return sorted.get(index).getLeastSignificantBits();
    }

    byte[] digest() {
        var bytes = ByteBuffer.allocate(16 * size());
        sorted.forEach(id -> bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()));
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes.array());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
