package io.segmentrelay.dynamics.web;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.smallrye.mutiny.Uni;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.config.RelayConfig;
import io.segmentrelay.config.RelayConfig.IdKind;
import io.segmentrelay.dynamics.DefinitionState;
import io.segmentrelay.dynamics.Dynamics;
import io.segmentrelay.dynamics.DynamicsException.Rejected;
import io.segmentrelay.dynamics.DynamicsException.Unauthorized;
import io.segmentrelay.dynamics.DynamicsException.Weather;
import io.segmentrelay.dynamics.MemberList;
import io.segmentrelay.dynamics.NewDefinition;
import io.segmentrelay.dynamics.NewSegment;
import io.segmentrelay.dynamics.http.Answers;
import io.segmentrelay.dynamics.http.Answers.Verdict;
import io.segmentrelay.dynamics.limits.DynamicsGate;
import io.segmentrelay.dynamics.limits.DynamicsGate.Priority;
import io.segmentrelay.dynamics.login.Tokens;
import io.segmentrelay.dynamics.members.MembersCall;
import io.segmentrelay.dynamics.members.MembersCall.Listing;
import io.segmentrelay.dynamics.web.SegmentRows.StandIn;
import io.segmentrelay.http.HttpAnswer;
import io.segmentrelay.time.Time;

/** Dynamics over the Web API: each call through the gate, with a token, its answer typed. */
final class DynamicsClient implements Dynamics {

    /** How long a server is believed not to have the computation columns: it may be updated, or one of many may be behind. */
    static final Duration COLUMNS_MISSING = Duration.ofMinutes(1);

    /** Of a create whose primary key is taken: here it is always the request's own. */
    private static final String DUPLICATE_RECORD = "0x80040237";

    /**
     * What the client has to know.
     *
     * @param url the organization's
     * @param version of the Web API
     * @param publishId which id {@code SegmentId} carries when publishing
     * @param membersId which id {@code SegmentId} carries when asking for members
     * @param timeout of a call whose answer is small
     */
    record Settings(URI url, String version, IdKind publishId, IdKind membersId, Duration timeout) {
        static Settings of(RelayConfig.DynamicsConfig config) {
            return new Settings(
                    config.url(), config.apiVersion(), config.publishId(), config.membersId(), config.timeout());
        }
    }

    private final DynamicsApi api;
    private final MembersCall membersCall;
    private final GatedCalls calls;
    private final Time time;
    private final Settings settings;
    private volatile DefinitionColumns columns = DefinitionColumns.ALL;
    private volatile Instant columnsMissingUntil = Instant.MIN;

    DynamicsClient(
            DynamicsApi api, MembersCall membersCall, Tokens tokens, DynamicsGate gate, Time time, Settings settings) {
        this.api = api;
        this.membersCall = membersCall;
        this.calls = new GatedCalls(tokens, gate, time, settings.timeout());
        this.time = time;
        this.settings = settings;
    }

    @Override
    public Uni<Created> createDefinition(NewDefinition definition) {
        var body = RequestBodies.definition(definition);
        return create(
                Priority.CREATE_DEFINITION,
                definition.id(),
                auth -> api.createDefinition(settings.version(), auth, body),
                auth -> api.definitions(
                        settings.version(),
                        auth,
                        SegmentRows.DEFINITION_ID,
                        RequestBodies.in(SegmentRows.DEFINITION_ID, List.of(definition.id()))));
    }

    @Override
    public Uni<Created> createSegment(NewSegment segment) {
        var body = RequestBodies.segment(segment);
        return create(
                Priority.CREATE_SEGMENT,
                segment.id(),
                auth -> api.createSegment(settings.version(), auth, body),
                auth -> api.segments(
                        settings.version(),
                        auth,
                        SegmentRows.SEGMENT_ID,
                        RequestBodies.in(SegmentRows.SEGMENT_ID, List.of(segment.id()))));
    }

    @Override
    public Uni<Void> publish(SegmentIds ids) {
        var body = RequestBodies.segmentId(id(ids, settings.publishId()));
        return calls.call(Priority.PUBLISH, false, auth -> api.publish(settings.version(), auth, body))
                .map(DynamicsClient::emptyOrJson)
                .replaceWithVoid();
    }

    @Override
    public Uni<Optional<DefinitionState>> state(SegmentIds ids) {
        return withKnownColumns(columns -> definition(ids.definitionId(), columns))
                .flatMap(found -> found.computation() || found.value().isEmpty()
                        ? Uni.createFrom().item(found.value())
                        : completed(
                                        Map.of(ids.definitionId(), found.value().orElseThrow()),
                                        Map.of(ids.definitionId(), ids))
                                .map(states -> Optional.ofNullable(states.get(ids.definitionId()))));
    }

    @Override
    public Uni<Map<UUID, DefinitionState>> states(Collection<SegmentIds> ids) {
        if (ids.size() > MAX_STATES) {
            throw new IllegalArgumentException("more than %d ids".formatted(MAX_STATES));
        }
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

    @Override
    public Uni<MemberList> members(SegmentIds ids) {
        var body = RequestBodies.segmentId(id(ids, settings.membersId()));
        return calls.exchange(Priority.MEMBERS, false, auth -> membersCall.list(auth, body), Listing::answer)
                .map(listing -> listing.members().orElseThrow(() -> Answers.weather(listing.answer(), time.now())));
    }

    private static UUID id(SegmentIds ids, IdKind kind) {
        return switch (kind) {
            case SEGMENT -> ids.segmentId();
            case DEFINITION -> ids.definitionId();
        };
    }

    private Uni<Created> create(
            Priority priority,
            UUID id,
            Function<String, Uni<HttpAnswer>> http,
            Function<String, Uni<HttpAnswer>> lookup) {
        return calls.call(priority, true, http).flatMap(answer -> {
            if (Answers.verdict(answer.status(), true) == Verdict.DUPLICATE) {
                return ours(priority, id, Answers.rejected(answer), lookup);
            }
            emptyOrJson(answer);
            return Uni.createFrom().item(new Created(Answers.entityId(answer).orElse(id), false));
        });
    }

    /**
     * Something is in the way of a row: the row itself, that an earlier call made, or another one by an alternate key
     * ({@code 0x80060892}) or a duplicate detection rule ({@code 0x80040333}). These may be asked before the primary key is,
     * so that even our own row can be in the way of its repeat: only a look tells.
     *
     * @see <a href="https://learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes">
     *     Web service error codes</a>
     */
    private Uni<Created> ours(Priority priority, UUID id, Rejected refusal, Function<String, Uni<HttpAnswer>> lookup) {
        var already = new Created(id, true);
        var code = refusal.answer().code();
        if (code.filter(DUPLICATE_RECORD::equalsIgnoreCase).isPresent()) {
            return Uni.createFrom().item(already);
        }
        return calls.call(priority, false, lookup)
                .map(answer -> !Answers.json(answer).path("value").isEmpty())
                // Not to be looked at: then the code decides, and where there is none, the steps that follow.
                .onFailure(failure -> isUnreadable(failure) && !isBadRequest(failure))
                .recoverWithItem(code.isEmpty())
                .onFailure(Rejected.class)
                .transform(failure ->
                        new Weather("Dynamics refused to say what is in the way of a row", Optional.empty(), failure))
                .flatMap(isThere -> isThere
                        ? Uni.createFrom().item(already)
                        : Uni.createFrom().failure(refusal));
    }

    /** A page of a proxy's with status 200 says nothing about what Dynamics did. */
    private static HttpAnswer emptyOrJson(HttpAnswer answer) {
        if (!answer.body().isBlank()) {
            Answers.json(answer);
        }
        return answer;
    }

    // ---- states

    /** Something that was found, and which columns were asked for. */
    private record Found<T>(T value, DefinitionColumns columns) {
        boolean computation() {
            return columns != DefinitionColumns.STATUS;
        }
    }

    /** With all columns that the server has: it is asked for fewer where it says that it has not all of them. */
    private <T> Uni<Found<T>> withKnownColumns(Function<DefinitionColumns, Uni<T>> ask) {
        var most = time.now().isBefore(columnsMissingUntil) ? columns : DefinitionColumns.ALL;
        return with(most, ask).invoke(found -> {
            if (found.columns() != most) {
                columns = found.columns();
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

    /** Not among the polls: a repeated publish asks, and many of them at once, after a crash, would hold up the watch. */
    private Uni<Optional<DefinitionState>> definition(UUID id, DefinitionColumns columns) {
        return calls.call(
                        Priority.PUBLISH,
                        false,
                        auth -> api.definition(settings.version(), auth, id.toString(), columns.select()))
                .map(answer -> Optional.of(SegmentRows.definition(Answers.json(answer))))
                .onFailure(failure -> failure instanceof Rejected rejected
                        && rejected.answer().status() == 404)
                .recoverWithItem(Optional.empty());
    }

    private Uni<Map<UUID, DefinitionState>> definitions(Collection<UUID> ids, DefinitionColumns columns) {
        var select = SegmentRows.DEFINITION_ID + "," + columns.select();
        var filter = RequestBodies.in(SegmentRows.DEFINITION_ID, ids);
        return calls.call(Priority.POLL, false, auth -> api.definitions(settings.version(), auth, select, filter))
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
        return calls.call(Priority.POLL, false, auth -> api.segments(settings.version(), auth, select, filter))
                .<Map<UUID, StandIn>>map(answer -> {
                    var standIns = new HashMap<UUID, StandIn>();
                    SegmentRows.rows(Answers.json(answer), SegmentRows.SEGMENT_ID)
                            .forEach((id, row) -> standIns.put(id, SegmentRows.standIn(row)));
                    return standIns;
                })
                // Not there, or not for us: then nobody can tell.
                .onFailure(DynamicsClient::isUnreadable)
                .recoverWithItem(Map.of());
    }

    private static boolean isBadRequest(Throwable failure) {
        return failure instanceof Rejected rejected && rejected.answer().status() == 400;
    }

    private static boolean isUnreadable(Throwable failure) {
        return failure instanceof Rejected
                || (failure instanceof Unauthorized refused && refused.answer().isPresent());
    }
}
