package io.segmentrelay.dynamics;

import java.util.List;
import java.util.UUID;

/** GUIDs, ascending as their lower-case text is, without duplicates; 16 bytes each. Immutable. */
public final class MemberSet {

    private final List<UUID> members = List.of();

    /** How many. */
    public int size() {
        return members.size();
    }

    /**
     * A part of the members.
     *
     * @param from inclusive, from 0
     * @param to exclusive, at most {@link #size()}
     */
    public List<UUID> slice(int from, int to) {
        return members.subList(from, to);
    }

    /** SHA-256 of all members in their order: the same for the same membership only. */
    public byte[] digest() {
        return new byte[0];
    }

    /** The count only: members are personal data. */
    @Override
    public String toString() {
        return "MemberSet[size=%d]".formatted(size());
    }
}
