package io.segmentrelay.dynamics;

import java.util.Optional;
import java.util.UUID;

/**
 * A row to create in {@code msdynmkt_segments}.
 *
 * @param id its primary key
 * @param definitionId {@code msdynmkt_sourcesegmentuid}: the link between the two rows
 * @param displayName {@code msdynmkt_displayname}
 * @param dynamic {@code msdynmkt_type} 11, else 10 (static)
 * @param baseEntity {@code msdynmkt_baseentitylogicalname}
 * @param owningBusinessUnitId {@code owningbusinessunit@odata.bind}; absent: not sent
 */
public record NewSegment(
        UUID id,
        UUID definitionId,
        String displayName,
        boolean dynamic,
        String baseEntity,
        Optional<UUID> owningBusinessUnitId) {}
