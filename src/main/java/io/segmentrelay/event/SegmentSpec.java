package io.segmentrelay.event;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The segment that a request asks for: the checked {@code data} of {@code io.segmentrelay.segment.requested.v1}.
 *
 * @param displayName 1 to 200 characters
 * @param query in the segment query language; present for a dynamic segment
 * @param baseEntity a table's logical name
 * @param type dynamic or static
 * @param includedMembers rows that belong to the segment whatever the query says; not empty for a static segment
 * @param excludedMembers rows that do not belong to it whatever the query says
 * @param refresh how Dynamics evaluates the query again; absent: as the server likes
 * @param owningBusinessUnitId the owner; absent: the caller's
 * @param readyWithin how long the request may take; absent: {@code relay.ready-within}
 */
public record SegmentSpec(
        String displayName,
        Optional<String> query,
        String baseEntity,
        SegmentType type,
        List<UUID> includedMembers,
        List<UUID> excludedMembers,
        Optional<Refresh> refresh,
        Optional<UUID> owningBusinessUnitId,
        Optional<Duration> readyWithin) {

    public SegmentSpec {
        includedMembers = List.copyOf(includedMembers);
        excludedMembers = List.copyOf(excludedMembers);
    }

    /**
     * How Dynamics evaluates the query again.
     *
     * @param enabled whether it does
     * @param interval minutes, as a duration; absent: as the server likes
     */
    public record Refresh(boolean enabled, Optional<Duration> interval) {}

    /** Without the members (personal data) and the query (it may hold values of some). */
    @Override
    public String toString() {
        return "SegmentSpec[displayName=%s, baseEntity=%s, type=%s, included=%d, excluded=%d]"
                .formatted(displayName, baseEntity, type, includedMembers.size(), excludedMembers.size());
    }
}
