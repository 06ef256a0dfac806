package io.segmentrelay.sandbox.dynamics;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Display names of rows, by the rows' ids: learned from the bodies that create segments, or told beforehand. */
final class Names {

    private final Map<UUID, String> names = new ConcurrentHashMap<>();

    void learn(UUID id, String name) {
        names.put(id, name);
    }

    Optional<String> of(UUID id) {
        return Optional.ofNullable(names.get(id));
    }
}
