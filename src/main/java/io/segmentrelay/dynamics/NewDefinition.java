package io.segmentrelay.dynamics;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A row to create in {@code msdynmkt_segmentdefinitions}.
 *
 * @param id its primary key
 * @param query {@code msdynmkt_segmentquery}; absent for a list of members alone
 * @param includedMembers {@code msdynmkt_includedmembers}, or a group of {@code msdynmkt_staticlistmembers}
 * @param excludedMembers {@code msdynmkt_excludedmembers}, or another one
 * @param refreshEnabled the opposite of {@code msdynmkt_disablesegmentrefresh}; absent: not sent
 * @param refreshInterval {@code msdynmkt_segmentrefreshintervalminutes}; absent: not sent
 */
public record NewDefinition(
        UUID id,
        Optional<String> query,
        List<UUID> includedMembers,
        List<UUID> excludedMembers,
        Optional<Boolean> refreshEnabled,
        Optional<Duration> refreshInterval) {

    /** Without the query and the members, which are personal data. */
    @Override
    public String toString() {
        return "NewDefinition[id=%s]".formatted(id);
    }
}
