package io.segmentrelay.sandbox.dynamics.query;

import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Other segments, which a query may name. */
@FunctionalInterface
public interface Segments {

    /** There are none. */
    Segments NONE = name -> Optional.empty();

    /**
     * A segment.
     *
     * @param table its base entity
     * @param members as they are now
     */
    record Segment(String table, Set<UUID> members) {}

    /** A segment by its display name or one of its ids. */
    Optional<Segment> find(String name);
}
