package io.segmentrelay.sandbox.dynamics.crm;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A table. */
public final class Table {

    private final String name;
    private final Map<String, Type> attributes;
    private final List<Row> rows;
    private final Map<UUID, Row> byId;

    Table(String name, Map<String, Type> attributes, List<Row> rows) {
        this.name = name;
        this.attributes = Map.copyOf(attributes);
        this.rows = List.copyOf(rows);
        this.byId = rows.stream().collect(Collectors.toUnmodifiableMap(Row::id, Function.identity()));
    }

    /** Its logical name. */
    public String name() {
        return name;
    }

    /** The name of its primary key. */
    public String primaryKey() {
        return name + "id";
    }

    /** The type of an attribute; empty where it has no such one. */
    public Optional<Type> attribute(String attribute) {
        return Optional.ofNullable(attributes.get(attribute));
    }

    public List<Row> rows() {
        return rows;
    }

    public Optional<Row> row(UUID id) {
        return Optional.ofNullable(byId.get(id));
    }
}
