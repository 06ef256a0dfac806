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
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.segmentrelay.sandbox.dynamics.crm.Crm;
import io.segmentrelay.sandbox.dynamics.crm.Table;
import io.segmentrelay.sandbox.dynamics.query.Queries;
import io.segmentrelay.sandbox.dynamics.query.Segments;

/** The rows of both tables, and what their members are. Thread-safe. */
final class Organization {

    /** What designers of the application write before the 32 digits of a segment's id. */
    private static final String ID_PREFIX = "SEGMENT_CJO_ID_";

    private final SimulatorSettings settings;
    private final Crm crm;
    private final Queries queries;
    private final Map<UUID, DefinitionRow> definitions = Collections.synchronizedMap(new LinkedHashMap<>());
    private final Map<UUID, SegmentRow> segments = Collections.synchronizedMap(new LinkedHashMap<>());
    private final Map<UUID, List<SegmentRow>> byDefinition = new ConcurrentHashMap<>();
    private final Map<String, SegmentRow> byName = new ConcurrentHashMap<>();
    private final Set<UUID> used = ConcurrentHashMap.newKeySet();
    private final AtomicInteger dynamic = new AtomicInteger();

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

    /** False where there is one with that id already; one that was deleted, and is gone, does not count. */
    boolean add(DefinitionRow row) {
        synchronized (definitions) {
            var known = definitions.get(row.id());
            if (known != null && !(known.deletedAt().isPresent() && stage(known).gone())) {
                return false;
            }
            definitions.put(row.id(), row);
            return true;
        }
    }

    /** What became of a new segment. */
    enum Added {
        YES,
        DUPLICATE,
        TOO_MANY,
        TOO_MANY_DYNAMIC
    }

    /** Nothing is added where there is one with that id already, or where an organization may not have more. */
    Added add(SegmentRow row) {
        synchronized (segments) {
            if (segments.containsKey(row.id())) {
                return Added.DUPLICATE;
            }
            if (segments.size() >= settings.maxSegments()) {
                return Added.TOO_MANY;
            }
            if (row.isDynamic() && dynamic.get() >= settings.maxDynamicSegments()) {
                return Added.TOO_MANY_DYNAMIC;
            }
            segments.put(row.id(), row);
            dynamic.addAndGet(row.isDynamic() ? 1 : 0);
        }
        byDefinition
                .computeIfAbsent(row.definitionId(), id -> Collections.synchronizedList(new ArrayList<>()))
                .add(row);
        byName.put(row.displayName(), row);
        return Added.YES;
    }

    /** Its row is not there any more; the definition's is. */
    void deleteSegment(UUID id) {
        synchronized (segments) {
            var row = segments.remove(id);
            if (row == null) {
                return;
            }
            dynamic.addAndGet(row.isDynamic() ? -1 : 0);
            byName.remove(row.displayName(), row);
            byDefinition.getOrDefault(row.definitionId(), new ArrayList<>()).remove(row);
        }
    }

    /** As if it had never been made. */
    void unmakeDefinition(UUID id) {
        definitions.remove(id);
    }

    /** Its row is deleted, and gone when the settings say so. */
    void deleteDefinition(UUID id) {
        Optional.ofNullable(definitions.get(id))
                .filter(row -> row.deletedAt().isEmpty())
                .ifPresent(row -> row.delete(now()));
    }

    /** Whether a live journey uses the segment with this row. */
    void used(UUID id, boolean uses) {
        if (uses) {
            used.add(id);
        } else {
            used.remove(id);
        }
    }

    boolean isUsed(UUID id) {
        return used.contains(id);
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
                        .map(definition -> definition.deletedAt().isPresent()
                                || !stage(definition).gone())
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

    /** The members as far as they are computed; while they are computed again, as they were before. */
    List<UUID> members(DefinitionRow row, Stage stage) {
        if (stage.computations() == 0) {
            var all = evaluated(row, now());
            return all.subList(0, (int) (all.size() * stage.share()));
        }
        synchronized (row) {
            var computed = row.computed()
                    .orElseGet(() -> new DefinitionRow.Computed(
                            1, evaluated(row, stage.finishedOn().orElseThrow())));
            while (computed.number() < stage.computations()) {
                computed = next(row, computed);
            }
            row.computed(computed);
            return computed.members();
        }
    }

    private List<UUID> evaluated(DefinitionRow row, Instant at) {
        var members = new LinkedHashSet<UUID>();
        row.published()
                .flatMap(DefinitionRow.Published::query)
                .ifPresent(query -> members.addAll(query.members(at, this::named)));
        members.addAll(row.included());
        members.removeAll(row.excluded());
        return List.copyOf(members);
    }

    private DefinitionRow.Computed next(DefinitionRow row, DefinitionRow.Computed before) {
        var number = before.number() + 1;
        var members = row.refreshes()
                .prepared()
                .orElseGet(() -> row.query().isEmpty()
                        ? before.members()
                        : new Churn(settings.seed(), settings.rateOfChange())
                                .next(
                                        before.members(),
                                        row,
                                        segmentOf(row.id())
                                                .flatMap(segment -> crm.table(segment.baseEntity()))
                                                .map(Table::rows)
                                                .orElse(List.of()),
                                        number));
        return new DefinitionRow.Computed(number, members);
    }

    /** A segment for a query that names it: published, by its display name or an id, which may have a designer's prefix. */
    private Optional<Segments.Segment> named(String name) {
        var id = name.regionMatches(true, 0, ID_PREFIX, 0, ID_PREFIX.length())
                ? name.substring(ID_PREFIX.length())
                : name;
        return Optional.ofNullable(byName.get(name))
                .or(() -> Json.guid(id).flatMap(guid -> segment(guid).or(() -> segmentOf(guid))))
                .flatMap(segment -> definitionOf(segment)
                        .filter(definition -> definition.published().isPresent())
                        .map(definition -> new Segments.Segment(
                                segment.baseEntity(), new LinkedHashSet<>(members(definition, stage(definition))))));
    }
}
