package io.segmentrelay.sandbox.dynamics;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;

/** The groups of listed members of a definition, as of 2025: named when it is created, filled afterwards. Thread-safe. */
final class StaticGroups {

    static final int MOST_OF_A_CALL = 1_000;
    static final int MOST = 200_000;

    /** Whether its members belong to the segment, or do not. */
    private record Group(boolean include, Set<UUID> members) {}

    private final Map<UUID, Group> groups = new HashMap<>();

    private StaticGroups() {}

    /** Those that {@code msdynmkt_staticlistmembers} names; empty where that is something else. */
    static Optional<StaticGroups> of(JsonNode text) {
        var read = new StaticGroups();
        if (text.isMissingNode() || text.isNull()) {
            return Optional.of(read);
        }
        var list = Json.array(text.asText());
        if (list.isEmpty()) {
            return Optional.empty();
        }
        for (var group : list.orElseThrow()) {
            var id = Json.guid(group.path("groupId"));
            var type = group.path("includeType").asText();
            var isKnown = type.equals("Include") || type.equals("Exclude");
            if (id.isEmpty() || !isKnown || group.path("name").asText().isBlank()) {
                return Optional.empty();
            }
            read.groups.put(id.orElseThrow(), new Group(type.equals("Include"), new LinkedHashSet<>()));
        }
        return Optional.of(read);
    }

    /** What became of new members. */
    enum Added {
        YES,
        NO_SUCH_GROUP,
        TOO_MANY
    }

    /** Those that are in it already do no harm. */
    synchronized Added add(UUID id, Collection<UUID> members) {
        var group = groups.get(id);
        if (group == null) {
            return Added.NO_SUCH_GROUP;
        }
        var all = new LinkedHashSet<>(members);
        all.removeAll(group.members());
        if (group.members().size() + all.size() > MOST) {
            return Added.TOO_MANY;
        }
        group.members().addAll(all);
        return Added.YES;
    }

    synchronized Set<UUID> members(boolean include) {
        var all = new LinkedHashSet<UUID>();
        groups.values().stream()
                .filter(group -> group.include() == include)
                .forEach(group -> all.addAll(group.members()));
        return all;
    }
}
