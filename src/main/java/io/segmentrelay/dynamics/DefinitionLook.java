package io.segmentrelay.dynamics;

import java.util.Optional;

/**
 * What a definition is just now.
 *
 * @param state where it is on its way
 * @param query {@code msdynmkt_segmentquery}; empty where it has none
 */
public record DefinitionLook(DefinitionState state, Optional<String> query) {

    /** Without the query, which may hold values of some members. */
    @Override
    public String toString() {
        return "DefinitionLook[state=%s]".formatted(state);
    }
}
