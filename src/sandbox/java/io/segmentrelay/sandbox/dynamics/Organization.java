package io.segmentrelay.sandbox.dynamics;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import io.segmentrelay.sandbox.dynamics.crm.Crm;
import io.segmentrelay.sandbox.dynamics.query.Queries;
import io.segmentrelay.sandbox.dynamics.query.Segments;

/** The rows of both tables, and what their members are. Thread-safe. */
final class Organization {

    private final SimulatorSettings settings;
    private final Crm crm;
    private final Queries queries;
    private final Map<UUID, DefinitionRow> definitions = Collections.synchronizedMap(new LinkedHashMap<>());
    private final Map<UUID, SegmentRow> segments = Collections.synchronizedMap(new LinkedHashMap<>());
    private final Map<UUID, List<SegmentRow>> byDefinition = new ConcurrentHashMap<>();
    private final Map<String, SegmentRow> byName = new ConcurrentHashMap<>();

    Organization(SimulatorSettings settings) {
        this.settings = settings;
        this.crm = Crm.of(settings.seed(), settings.contacts(), settings.leads(), settings.accounts());
        this.queries = new Queries(crm);
    }

    Crm crm() {
        return crm;
    }

    Instant now() {
        return settings.clock().instant();
    }

    Stage stage(DefinitionRow row) {
        return Stage.of(row, now(), settings);
    }

    /** False where there is one with that id already. */
    boolean add(DefinitionRow row) {
        return definitions.putIfAbsent(row.id(), row) == null;
    }

    /** False where there is one with that id already. */
    boolean add(SegmentRow row) {
        if (segments.putIfAbsent(row.id(), row) != null) {
            return false;
        }
        byDefinition
                .computeIfAbsent(row.definitionId(), id -> Collections.synchronizedList(new ArrayList<>()))
                .add(row);
        byName.put(row.displayName(), row);
        return true;
    }

    /** Those that are not gone. */
    Optional<DefinitionRow> definition(UUID id) {
        return Optional.ofNullable(definitions.get(id))
                .filter(row -> !stage(row).gone());
    }

    /** Those that are not gone. */
    Optional<SegmentRow> segment(UUID id) {
        return Optional.ofNullable(segments.get(id))
                .filter(row -> definitionOf(row)
                        .map(definition -> !stage(definition).gone())
                        .orElse(true));
    }

    Optional<DefinitionRow> definitionOf(SegmentRow row) {
        return Optional.ofNullable(definitions.get(row.definitionId()));
    }

    Optional<SegmentRow> segmentOf(UUID definitionId) {
        return byDefinition.getOrDefault(definitionId, List.of()).stream().findFirst();
    }

    Collection<DefinitionRow> definitions() {
        synchronized (definitions) {
            return List.copyOf(definitions.values());
        }
    }

    Collection<SegmentRow> segments() {
        synchronized (segments) {
            return List.copyOf(segments.values());
        }
    }

    /** The object that a row with this id has for it, where there is one: so that logs do not hold many equal ones. */
    UUID shared(UUID id) {
        var definition = definitions.get(id);
        if (definition != null) {
            return definition.id();
        }
        var segment = segments.get(id);
        return segment == null ? id : segment.id();
    }

    /** Checks and compiles. */
    Queries.Query compile(String query, String baseEntity) {
        return queries.compile(query, baseEntity, this::named);
    }

    /** The members as far as they are computed. */
    List<UUID> members(DefinitionRow row, Stage stage) {
        var computed = row.members();
        if (stage.isComputed() && computed.isPresent()) {
            return computed.orElseThrow();
        }
        var at = stage.finishedOn().orElseGet(this::now);
        var members = new LinkedHashSet<UUID>();
        row.published()
                .flatMap(DefinitionRow.Published::query)
                .ifPresent(query -> members.addAll(query.members(at, this::named)));
        members.addAll(row.included());
        members.removeAll(row.excluded());
        var all = List.copyOf(members);
        if (stage.isComputed()) {
            row.computed(all);
            return all;
        }
        return all.subList(0, (int) (all.size() * stage.share()));
    }

    /** A segment for a query that names it: published, by its display name or an id. */
    private Optional<Segments.Segment> named(String name) {
        return Optional.ofNullable(byName.get(name))
                .or(() -> Json.guid(name).flatMap(id -> segment(id).or(() -> segmentOf(id))))
                .flatMap(segment -> definitionOf(segment)
                        .filter(definition -> definition.published().isPresent())
                        .map(definition -> new Segments.Segment(
                                segment.baseEntity(), new LinkedHashSet<>(members(definition, stage(definition))))));
    }
}
