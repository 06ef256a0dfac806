package io.segmentrelay.dynamics;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

import io.segmentrelay.sketch.SortedIds;

/** GUIDs, ascending as their lower-case text is, without duplicates; 16 bytes each. Immutable. */
public final class MemberSet implements SortedIds {

    /** The high and the low half of each, one after the other. May be longer than needed. */
    private final long[] halves;

    private final int size;

    private MemberSet(long[] halves, int size) {
        this.halves = halves;
        this.size = size;
    }

    /** These, in any order, with or without duplicates. */
    public static MemberSet of(Collection<UUID> members) {
        var builder = new Builder(Math.max(1, members.size()));
        members.forEach(member -> builder.add(member.getMostSignificantBits(), member.getLeastSignificantBits()));
        return builder.build();
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public long high(int index) {
        return halves[2 * Objects.checkIndex(index, size)];
    }

    @Override
    public long low(int index) {
        return halves[2 * Objects.checkIndex(index, size) + 1];
    }

    /**
     * A part of the members.
     *
     * @param from inclusive, from 0
     * @param to exclusive, at most {@link #size()}
     */
    public List<UUID> slice(int from, int to) {
        Objects.checkFromToIndex(from, to, size);
        var slice = new ArrayList<UUID>(to - from);
        for (var i = from; i < to; i++) {
            slice.add(new UUID(halves[2 * i], halves[2 * i + 1]));
        }
        return Collections.unmodifiableList(slice);
    }

    /** SHA-256 of all members in their order: the same for the same membership only. Takes about 100 ms for a million. */
    public byte[] digest() {
        try {
            var sha256 = MessageDigest.getInstance("SHA-256");
            var buffer = ByteBuffer.allocate(8 * 1024);
            for (var i = 0; i < 2 * size; i++) {
                buffer.putLong(halves[i]);
                if (!buffer.hasRemaining()) {
                    sha256.update(buffer.flip());
                    buffer.clear();
                }
            }
            sha256.update(buffer.flip());
            return sha256.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MemberSet that
                && size == that.size
                && Arrays.equals(halves, 0, 2 * size, that.halves, 0, 2 * size);
    }

    @Override
    public int hashCode() {
        return size == 0 ? 0 : 31 * size + Long.hashCode(halves[2 * size - 1]);
    }

    /** The count only: members are personal data. */
    @Override
    public String toString() {
        return "MemberSet[size=%d]".formatted(size);
    }

    /** Collects members in any order. Not thread-safe. */
    public static final class Builder {
        private long[] halves;
        private int size;

        public Builder() {
            this(16);
        }

        private Builder(int capacity) {
            halves = new long[2 * capacity];
        }

        /** Adds one, given as its two halves. */
        public void add(long high, long low) {
            if (2 * size == halves.length) {
                halves = Arrays.copyOf(halves, 2 * (size + (size >> 1) + 1));
            }
            halves[2 * size] = high;
            halves[2 * size + 1] = low;
            size++;
        }

        /** How many have been added, duplicates included. */
        public int size() {
            return size;
        }

        /** Sorts and drops duplicates, in place: takes about 200 ms for a million. The builder is of no use afterwards. */
        public MemberSet build() {
            PairSort.sort(halves, size);
            var kept = 0;
            for (var i = 0; i < size; i++) {
                if (kept == 0 || halves[2 * i] != halves[2 * kept - 2] || halves[2 * i + 1] != halves[2 * kept - 1]) {
                    halves[2 * kept] = halves[2 * i];
                    halves[2 * kept + 1] = halves[2 * i + 1];
                    kept++;
                }
            }
            // Thousands may wait for a receiver that is down: what a list has too much of would be held as often.
            var trimmed = halves.length - 2 * kept > halves.length / 4 ? Arrays.copyOf(halves, 2 * kept) : halves;
            return new MemberSet(trimmed, kept);
        }
    }
}
