package io.segmentrelay.sandbox.dynamics;

import java.time.Instant;
import java.util.UUID;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A row of {@code msdynmkt_segments}.
 *
 * @param definitionId the row that {@code msdynmkt_sourcesegmentuid} names
 * @param attributes as the create had them
 */
record SegmentRow(
        UUID id, String displayName, String baseEntity, UUID definitionId, ObjectNode attributes, Instant createdOn) {

    static final int DYNAMIC = 11;

    boolean isDynamic() {
        return attributes.path("msdynmkt_type").asInt() == DYNAMIC;
    }
}
