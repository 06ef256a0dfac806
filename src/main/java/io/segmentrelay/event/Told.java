package io.segmentrelay.event;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The membership that was told last, as small as it can be carried.
 *
 * @param revision 0 for the first {@code ready}, then counted up by one
 * @param snapshotId the membership's id
 * @param sha256 of the members in their order, 16 bytes each, in base64: what a claimed difference is proven by
 * @param memberCount how many
 * @param computedAt of the last computation that is accounted for; absent where the server does not say it
 * @param sketch of the members, in base64; absent where only snapshots are told
 * @param lastChange how many members joined and left at the last change: the next sketch is sized by it
 */
public record Told(
        long revision,
        UUID snapshotId,
        String sha256,
        int memberCount,
        Optional<Instant> computedAt,
        Optional<String> sketch,
        int lastChange) {

    /** The same membership, computed once more. */
    public Told computedAgain(Optional<Instant> at) {
        return new Told(revision, snapshotId, sha256, memberCount, at.or(this::computedAt), sketch, lastChange);
    }
}
