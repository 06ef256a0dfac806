package io.segmentrelay.sandbox.dynamics.crm;

import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * A row of a table.
 *
 * @param id its primary key
 * @param attributes those that are not null: {@code String}, {@code Double}, {@code Boolean} or {@code Instant}
 */
public record Row(UUID id, Map<String, Object> attributes) {
    public Row {
        attributes = Map.copyOf(attributes);
    }

    /** The value of an attribute; null where it has none. */
    public @Nullable Object get(String attribute) {
        return attributes.get(attribute);
    }

    /** The value of an attribute of type text; null where it has none. */
    public @Nullable String text(String attribute) {
        return (String) get(attribute);
    }
}
