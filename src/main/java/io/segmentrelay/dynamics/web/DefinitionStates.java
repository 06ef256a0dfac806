package io.segmentrelay.dynamics.web;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.mutiny.Uni;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.dynamics.DefinitionLook;
import io.segmentrelay.dynamics.DefinitionState;
import io.segmentrelay.dynamics.Dynamics.SegmentIds;
import io.segmentrelay.dynamics.DynamicsException.Rejected;
import io.segmentrelay.dynamics.DynamicsException.Unauthorized;
import io.segmentrelay.dynamics.http.Answers;
import io.segmentrelay.dynamics.limits.CallPriority;
import io.segmentrelay.dynamics.web.SegmentRows.StandIn;
import io.segmentrelay.time.Time;

/**
 * Asks where definitions are on their way, by the columns that the server has. Without those of the computation, which older
 * versions of the vendor's solution lack, the segments' own rows stand in.
 */
final class DefinitionStates {

    /** How long a server is believed not to have the computation columns: it may be updated, or one of many may be behind. */
    static final Duration COLUMNS_MISSING = Duration.ofMinutes(1);

    private final ApiConnections api;
    private final GatedCalls calls;
    private final Time time;
    private final String version;
    private volatile DefinitionColumns known = DefinitionColumns.ALL;
    private volatile Instant columnsMissingUntil = Instant.MIN;

    /** @param version of the Web API */
    DefinitionStates(ApiConnections api, GatedCalls calls, Time time, String version) {
        this.api = api;
        this.calls = calls;
        this.time = time;
        this.version = version;
    }

    /** The state of one definition; empty where it is gone. */
    Uni<Optional<DefinitionState>> one(SegmentIds ids) {
        return withKnownColumns(columns -> definition(ids.definitionId(), columns))
                .flatMap(found -> found.computation() || found.value().isEmpty()
                        ? Uni.createFrom().item(found.value())
                        : completed(
                                        Map.of(ids.definitionId(), found.value().orElseThrow()),
                                        Map.of(ids.definitionId(), ids))
                                .map(states -> Optional.ofNullable(states.get(ids.definitionId()))));
    }

    /** The states of those definitions that there are, by their ids: one request for all, or two. */
    Uni<Map<UUID, DefinitionState>> all(Collection<SegmentIds> ids) {
        if (ids.isEmpty()) {
            return Uni.createFrom().item(Map.of());
        }
        var byDefinition =
                ids.stream().collect(Collectors.toMap(SegmentIds::definitionId, Function.identity(), (a, b) -> a));
        return withKnownColumns(columns -> definitions(byDefinition.keySet(), columns))
                .flatMap(found -> found.computation()
                        ? Uni.createFrom().item(found.value())
                        : completed(found.value(), byDefinition));
    }

    /** One definition with its query; empty where it is gone. Without stand-ins: who asks wants the definition's own word. */
    Uni<Optional<DefinitionLook>> look(UUID id) {
        return withKnownColumns(columns ->
                        row(id, columns.select() + "," + SegmentRows.QUERY).map(row -> row.map(SegmentRows::look)))
                .map(Found::value);
    }

    /** Something that was found, and which columns were asked for. */
    private record Found<T>(T value, DefinitionColumns columns) {
        boolean computation() {
            return columns != DefinitionColumns.STATUS;
        }
    }

    /** With all columns that the server has: it is asked for fewer where it says that it has not all of them. */
    private <T> Uni<Found<T>> withKnownColumns(Function<DefinitionColumns, Uni<T>> ask) {
        var most = time.now().isBefore(columnsMissingUntil) ? known : DefinitionColumns.ALL;
        return with(most, ask).invoke(found -> {
            if (found.columns() != most) {
                known = found.columns();
                columnsMissingUntil = time.now().plus(COLUMNS_MISSING);
            }
        });
    }

    private <T> Uni<Found<T>> with(DefinitionColumns asked, Function<DefinitionColumns, Uni<T>> ask) {
        return ask.apply(asked)
                .map(value -> new Found<>(value, asked))
                .onFailure(Rejected.class)
                .recoverWithUni(failure -> asked.without(failure.answer())
                        .map(fewer -> with(fewer, ask))
                        .orElseGet(() -> Uni.createFrom().failure(failure)));
    }

    private Uni<Optional<DefinitionState>> definition(UUID id, DefinitionColumns columns) {
        return row(id, columns.select()).map(row -> row.map(SegmentRows::definition));
    }

    /** Not among the polls: a repeated publish asks, and many of them at once, after a crash, would hold up the watch. */
    private Uni<Optional<JsonNode>> row(UUID id, String select) {
        return calls.call(
                        CallPriority.PUBLISH,
                        false,
                        auth -> api.repeatable(to -> to.definition(version, auth, id.toString(), select)))
                .map(answer -> Optional.of(Answers.json(answer)))
                .onFailure(DynamicsClient::isNotThere)
                .recoverWithItem(Optional.empty());
    }

    private Uni<Map<UUID, DefinitionState>> definitions(Collection<UUID> ids, DefinitionColumns columns) {
        var select = SegmentRows.DEFINITION_ID + "," + columns.select();
        var filter = RequestBodies.in(SegmentRows.DEFINITION_ID, ids);
        return calls.call(
                        CallPriority.POLL,
                        false,
                        auth -> api.repeatable(to -> to.definitions(version, auth, select, filter)))
                .map(answer -> {
                    var states = new HashMap<UUID, DefinitionState>();
                    SegmentRows.rows(Answers.json(answer), SegmentRows.DEFINITION_ID)
                            .forEach((id, row) -> states.put(id, SegmentRows.definition(row)));
                    return states;
                });
    }

    /** Without the computation columns: for those that are live, the segment's own row has to stand in. */
    private Uni<Map<UUID, DefinitionState>> completed(
            Map<UUID, DefinitionState> states, Map<UUID, SegmentIds> byDefinition) {
        var segments = new HashMap<UUID, UUID>();
        byDefinition.forEach((definition, ids) -> {
            if (isLive(states.get(definition))) {
                segments.put(definition, ids.segmentId());
            }
        });
        if (segments.isEmpty()) {
            return Uni.createFrom().item(states);
        }
        return standIns(segments.values()).map(standIns -> {
            var completed = new HashMap<>(states);
            segments.forEach((definition, segment) -> completed.computeIfPresent(
                    definition,
                    (same, state) ->
                            standIns.getOrDefault(segment, StandIn.UNKNOWN).in(state)));
            return completed;
        });
    }

    private static boolean isLive(@Nullable DefinitionState state) {
        return state != null && state.isLive();
    }

    private Uni<Map<UUID, StandIn>> standIns(Collection<UUID> segments) {
        var select = SegmentRows.SEGMENT_ID + "," + SegmentRows.STATUS + "," + SegmentRows.MEMBER_COUNT;
        var filter = RequestBodies.in(SegmentRows.SEGMENT_ID, segments);
        return calls.call(
                        CallPriority.POLL,
                        false,
                        auth -> api.repeatable(to -> to.segments(version, auth, select, filter)))
                .<Map<UUID, StandIn>>map(answer -> {
                    var standIns = new HashMap<UUID, StandIn>();
                    SegmentRows.rows(Answers.json(answer), SegmentRows.SEGMENT_ID)
                            .forEach((id, row) -> standIns.put(id, SegmentRows.standIn(row)));
                    return standIns;
                })
                // Not there, or not for us: then nobody can tell.
                .onFailure(DefinitionStates::isUnreadable)
                .recoverWithItem(Map.of());
    }

    /** Whether the server says that it does not show this, or not to us. */
    static boolean isUnreadable(Throwable failure) {
        return failure instanceof Rejected
                || (failure instanceof Unauthorized refused && refused.answer().isPresent());
    }
}
