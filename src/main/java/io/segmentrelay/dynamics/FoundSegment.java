package io.segmentrelay.dynamics;

import java.util.Optional;
import java.util.UUID;

/**
 * A row of {@code msdynmkt_segments} that somebody made.
 *
 * @param segmentId its primary key
 * @param definitionId {@code msdynmkt_sourcesegmentuid}, a GUID in any usual spelling; empty where it is none
 * @param displayName {@code msdynmkt_displayname}, without control characters, cut to a bounded length; may be empty
 * @param baseEntity {@code msdynmkt_baseentitylogicalname}; empty where it is no table's logical name
 * @param deleted whether {@code statuscode} says so: such a row may stay for a time
 */
public record FoundSegment(
        UUID segmentId,
        Optional<UUID> definitionId,
        String displayName,
        Optional<String> baseEntity,
        boolean deleted) {}
