package io.segmentrelay.dynamics.web;

import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

import io.smallrye.mutiny.Uni;

import io.segmentrelay.config.RelayConfig;
import io.segmentrelay.config.RelayConfig.Batch;
import io.segmentrelay.config.RelayConfig.IdKind;
import io.segmentrelay.config.RelayConfig.MembersStyle;
import io.segmentrelay.dynamics.DefinitionLook;
import io.segmentrelay.dynamics.DefinitionState;
import io.segmentrelay.dynamics.Dynamics;
import io.segmentrelay.dynamics.DynamicsException.Rejected;
import io.segmentrelay.dynamics.DynamicsException.Weather;
import io.segmentrelay.dynamics.FoundSegment;
import io.segmentrelay.dynamics.MemberList;
import io.segmentrelay.dynamics.NewDefinition;
import io.segmentrelay.dynamics.NewSegment;
import io.segmentrelay.dynamics.StaticGroup;
import io.segmentrelay.dynamics.http.Answers;
import io.segmentrelay.dynamics.http.Answers.Verdict;
import io.segmentrelay.dynamics.limits.CallPriority;
import io.segmentrelay.dynamics.limits.DynamicsGate;
import io.segmentrelay.dynamics.login.Tokens;
import io.segmentrelay.dynamics.members.MembersCall;
import io.segmentrelay.dynamics.members.MembersCall.Listing;
import io.segmentrelay.http.HttpAnswer;
import io.segmentrelay.time.Time;

/** Dynamics over the Web API: each call through the gate, with a token, its answer typed. */
final class DynamicsClient implements Dynamics {

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
     * @param membersStyle how the members of a list are sent
     * @param batch what goes with one request
     */
    record Settings(
            URI url,
            String version,
            IdKind publishId,
            IdKind membersId,
            Duration timeout,
            MembersStyle membersStyle,
            Batch batch) {
        static Settings of(RelayConfig.DynamicsConfig config) {
            return new Settings(
                    config.url(),
                    config.apiVersion(),
                    config.publishId(),
                    config.membersId(),
                    config.timeout(),
                    config.membersStyle(),
                    config.batch());
        }
    }

    private final ApiConnections api;
    private final MembersCall membersCall;
    private final GatedCalls calls;
    private final Time time;
    private final Settings settings;
    private final DefinitionStates states;
    private final SegmentBatch batch;

    DynamicsClient(
            ApiConnections api,
            MembersCall membersCall,
            Tokens tokens,
            DynamicsGate gate,
            Time time,
            Settings settings) {
        this.api = api;
        this.membersCall = membersCall;
        this.calls = new GatedCalls(tokens, gate, time, settings.timeout());
        this.time = time;
        this.settings = settings;
        this.states = new DefinitionStates(api, calls, time, settings.version());
        this.batch = new SegmentBatch(api, calls, settings.version());
    }

    @Override
    public Uni<Created> createDefinition(NewDefinition definition) {
        var body = RequestBodies.definition(definition, settings.membersStyle());
        return create(
                CallPriority.CREATE_DEFINITION,
                definition.id(),
                auth -> api.repeatable(to -> to.createDefinition(settings.version(), auth, body)),
                auth -> api.repeatable(to -> to.definitions(
                        settings.version(),
                        auth,
                        SegmentRows.DEFINITION_ID,
                        RequestBodies.in(SegmentRows.DEFINITION_ID, List.of(definition.id())))));
    }

    @Override
    public Uni<Created> createSegment(NewSegment segment) {
        var body = RequestBodies.segment(segment);
        return create(
                CallPriority.CREATE_SEGMENT,
                segment.id(),
                auth -> api.repeatable(to -> to.createSegment(settings.version(), auth, body)),
                auth -> api.repeatable(to -> to.segments(
                        settings.version(),
                        auth,
                        SegmentRows.SEGMENT_ID,
                        RequestBodies.in(SegmentRows.SEGMENT_ID, List.of(segment.id())))));
    }

    @Override
    public boolean addsMembersApart() {
        return settings.membersStyle() == MembersStyle.GROUPS;
    }

    @Override
    public Uni<Void> addMembers(SegmentIds ids, UUID groupId, List<UUID> members) {
        if (members.size() > StaticGroup.MOST_OF_A_CALL) {
            throw new IllegalArgumentException("more than %d members".formatted(StaticGroup.MOST_OF_A_CALL));
        }
        var body = RequestBodies.staticMembers(id(ids, settings.publishId()), groupId, members);
        return calls.call(
                        CallPriority.CREATE_SEGMENT,
                        false,
                        auth -> api.repeatable(to -> to.addStaticMembers(settings.version(), auth, body)))
                .map(DynamicsClient::emptyOrJson)
                .invoke(Answers::refuseWithin)
                .replaceWithVoid();
    }

    @Override
    public Uni<Void> publish(SegmentIds ids) {
        var body = RequestBodies.segmentId(id(ids, settings.publishId()));
        return calls.call(
                        CallPriority.PUBLISH, false, auth -> api.once(to -> to.publish(settings.version(), auth, body)))
                .map(DynamicsClient::emptyOrJson)
                .replaceWithVoid();
    }

    @Override
    public boolean makesAtOnce() {
        return settings.batch() == Batch.SEGMENT;
    }

    @Override
    public Uni<Made> make(NewDefinition definition, NewSegment segment) {
        var publishId = id(new SegmentIds(segment.id(), definition.id()), settings.publishId());
        return batch.make(
                        definition.id(),
                        RequestBodies.definition(definition, settings.membersStyle()),
                        segment.id(),
                        RequestBodies.segment(segment),
                        RequestBodies.segmentId(publishId))
                // Its segment is linked to a definition that there is not.
                .flatMap(made -> made instanceof Made.Defined
                        ? deleteSegment(segment.id()).replaceWith(made)
                        : Uni.createFrom().item(made));
    }

    @Override
    public Uni<Optional<DefinitionState>> state(SegmentIds ids) {
        return states.one(ids);
    }

    @Override
    public Uni<Map<UUID, DefinitionState>> states(Collection<SegmentIds> ids) {
        if (ids.size() > MAX_STATES) {
            throw new IllegalArgumentException("more than %d ids".formatted(MAX_STATES));
        }
        return states.all(ids);
    }

    @Override
    public Uni<MemberList> members(SegmentIds ids) {
        var body = RequestBodies.segmentId(id(ids, settings.membersId()));
        return calls.exchange(CallPriority.MEMBERS, false, auth -> membersCall.list(auth, body), Listing::answer)
                .map(listing -> listing.members().orElseThrow(() -> Answers.weather(listing.answer(), time.now())));
    }

    @Override
    public Uni<Optional<FoundSegment>> segment(UUID segmentId) {
        return calls.call(
                        CallPriority.PUBLISH,
                        false,
                        auth -> api.repeatable(
                                to -> to.segment(settings.version(), auth, segmentId.toString(), SegmentRows.FOUND)))
                .map(answer -> Optional.of(SegmentRows.found(segmentId, Answers.json(answer))))
                .onFailure(DynamicsClient::isNotThere)
                .recoverWithItem(Optional.empty());
    }

    @Override
    public Uni<Optional<DefinitionLook>> look(UUID definitionId) {
        return states.look(definitionId);
    }

    @Override
    public Uni<Void> deleteSegment(UUID segmentId) {
        return delete(auth -> api.repeatable(to -> to.deleteSegment(settings.version(), auth, segmentId.toString())));
    }

    @Override
    public Uni<Void> deleteDefinition(UUID definitionId) {
        return delete(
                auth -> api.repeatable(to -> to.deleteDefinition(settings.version(), auth, definitionId.toString())));
    }

    private Uni<Void> delete(Function<String, Uni<HttpAnswer>> http) {
        return calls.call(CallPriority.PUBLISH, false, http)
                .map(DynamicsClient::emptyOrJson)
                .replaceWithVoid()
                .onFailure(DynamicsClient::isNotThere)
                .recoverWithNull();
    }

    /** The server does not have the row (any more). */
    static boolean isNotThere(Throwable failure) {
        return failure instanceof Rejected rejected && rejected.answer().status() == 404;
    }

    private static UUID id(SegmentIds ids, IdKind kind) {
        return switch (kind) {
            case SEGMENT -> ids.segmentId();
            case DEFINITION -> ids.definitionId();
        };
    }

    private Uni<Created> create(
            CallPriority priority,
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
    private Uni<Created> ours(
            CallPriority priority, UUID id, Rejected refusal, Function<String, Uni<HttpAnswer>> lookup) {
        var already = new Created(id, true);
        var code = refusal.answer().code();
        if (code.filter(DUPLICATE_RECORD::equalsIgnoreCase).isPresent()) {
            return Uni.createFrom().item(already);
        }
        return calls.call(priority, false, lookup)
                .map(answer -> !Answers.json(answer).path("value").isEmpty())
                // Not to be looked at: then the code decides, and where there is none, the steps that follow.
                .onFailure(failure -> DefinitionStates.isUnreadable(failure) && !isBadRequest(failure))
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

    private static boolean isBadRequest(Throwable failure) {
        return failure instanceof Rejected rejected && rejected.answer().status() == 400;
    }
}
