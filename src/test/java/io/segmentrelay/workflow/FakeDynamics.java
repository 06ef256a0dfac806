package io.segmentrelay.workflow;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

import io.smallrye.mutiny.Uni;

import io.segmentrelay.dynamics.DefinitionLook;
import io.segmentrelay.dynamics.DefinitionState;
import io.segmentrelay.dynamics.DefinitionState.Computation;
import io.segmentrelay.dynamics.DefinitionState.Status;
import io.segmentrelay.dynamics.Dynamics;
import io.segmentrelay.dynamics.DynamicsException;
import io.segmentrelay.dynamics.FoundSegment;
import io.segmentrelay.dynamics.MemberList;
import io.segmentrelay.dynamics.MemberSet;
import io.segmentrelay.dynamics.NewDefinition;
import io.segmentrelay.dynamics.NewSegment;

/** A server in memory: it keeps rows, answers at once, and fails as it is told. */
final class FakeDynamics implements Dynamics {

    /** What is asked of it. */
    enum Call {
        CREATE_DEFINITION,
        CREATE_SEGMENT,
        ADD_MEMBERS,
        PUBLISH,
        MAKE,
        STATE,
        STATES,
        MEMBERS,
        SEGMENT,
        LOOK,
        DELETE_SEGMENT,
        DELETE_DEFINITION
    }

    final List<Call> calls = new ArrayList<>();
    /** Listed members, by group. */
    final Map<UUID, Set<UUID>> groups = new HashMap<>();

    boolean addsMembersApart;
    boolean makesAtOnce;
    /** Within a batch. */
    boolean refusesToPublish;

    final Set<UUID> definitions = new HashSet<>();
    final Set<UUID> segments = new HashSet<>();
    final Map<UUID, DefinitionState> states = new HashMap<>();
    /** Rows that others made, and what a definition's query is. */
    final Map<UUID, FoundSegment> found = new HashMap<>();

    Optional<String> query = Optional.empty();

    /** Whoever asks for one of these among others is refused. */
    final Set<UUID> poison = new HashSet<>();

    final List<Integer> batches = new ArrayList<>();
    int published;
    Optional<UUID> ownDefinitionId = Optional.empty();
    Optional<UUID> ownSegmentId = Optional.empty();
    Status statusAfterPublish = Status.LIVE;
    Computation computationAfterPublish = Computation.FINISHED;
    Supplier<DefinitionState> stateAfterPublish =
            () -> new DefinitionState(statusAfterPublish, computationAfterPublish);
    Supplier<Uni<MemberList>> members = () -> Uni.createFrom()
            .item(new MemberList(MemberSet.of(List.of()), Optional.of("contactid"), OptionalLong.empty()));

    private final Map<Call, Deque<Supplier<Uni<?>>>> faults = new EnumMap<>(Call.class);

    /** The next call of this kind fails, before anything is done. */
    void fail(Call call, Throwable failure) {
        faults.computeIfAbsent(call, c -> new ArrayDeque<>())
                .add(() -> Uni.createFrom().failure(failure));
    }

    /** The next call of this kind is done, but its answer is lost. */
    void failAfter(Call call, Throwable failure) {
        faults.computeIfAbsent(call, c -> new ArrayDeque<>()).add(() -> {
            done = true;
            return Uni.createFrom().failure(failure);
        });
    }

    /** The next call of this kind never answers. */
    void hang(Call call) {
        faults.computeIfAbsent(call, c -> new ArrayDeque<>())
                .add(() -> Uni.createFrom().nothing());
    }

    /** So many calls of this kind are answered, and the one after them never. */
    void hangAfter(Call call, int answered) {
        var later = faults.computeIfAbsent(call, c -> new ArrayDeque<>());
        for (var i = 0; i < answered; i++) {
            later.add(() -> {
                done = true;
                return Uni.createFrom().nullItem();
            });
        }
        hang(call);
    }

    private boolean done;

    @Override
    public Uni<Created> createDefinition(NewDefinition definition) {
        return call(Call.CREATE_DEFINITION, () -> {
            query = definition.query();
            var id = ownDefinitionId.orElse(definition.id());
            var isNew = definitions.add(id);
            states.putIfAbsent(id, new DefinitionState(Status.DRAFT, Computation.NOT_STARTED));
            return new Created(id, !isNew);
        });
    }

    @Override
    public Uni<Created> createSegment(NewSegment segment) {
        return call(Call.CREATE_SEGMENT, () -> {
            var id = ownSegmentId.orElse(segment.id());
            return new Created(id, !segments.add(id));
        });
    }

    @Override
    public boolean addsMembersApart() {
        return addsMembersApart;
    }

    @Override
    public Uni<Void> addMembers(SegmentIds ids, UUID groupId, List<UUID> members) {
        return call(Call.ADD_MEMBERS, () -> {
                    groups.computeIfAbsent(groupId, first -> new LinkedHashSet<>())
                            .addAll(members);
                    return ids;
                })
                .replaceWithVoid();
    }

    @Override
    public Uni<Void> publish(SegmentIds ids) {
        return call(Call.PUBLISH, () -> {
                    published++;
                    states.put(ids.definitionId(), stateAfterPublish.get());
                    return ids;
                })
                .replaceWithVoid();
    }

    @Override
    public boolean makesAtOnce() {
        return makesAtOnce;
    }

    @Override
    public Uni<Made> make(NewDefinition definition, NewSegment segment) {
        return call(Call.MAKE, () -> {
            var ids = new SegmentIds(ownSegmentId.orElse(segment.id()), ownDefinitionId.orElse(definition.id()));
            if (definitions.contains(ids.definitionId()) || segments.contains(ids.segmentId())) {
                return new Made.Unknown();
            }
            query = definition.query();
            definitions.add(ids.definitionId());
            states.put(ids.definitionId(), new DefinitionState(Status.DRAFT, Computation.NOT_STARTED));
            if (!ids.definitionId().equals(definition.id())) {
                return new Made.Defined(ids.definitionId());
            }
            segments.add(ids.segmentId());
            if (refusesToPublish) {
                return new Made.Drafted(ids);
            }
            published++;
            states.put(ids.definitionId(), stateAfterPublish.get());
            return new Made.Published(ids);
        });
    }

    @Override
    public Uni<Optional<DefinitionState>> state(SegmentIds ids) {
        return call(Call.STATE, () -> Optional.ofNullable(states.get(ids.definitionId())));
    }

    @Override
    public Uni<Map<UUID, DefinitionState>> states(Collection<SegmentIds> ids) {
        batches.add(ids.size());
        if (ids.stream().map(SegmentIds::definitionId).anyMatch(poison::contains)) {
            return Uni.createFrom()
                    .failure(new DynamicsException.Rejected(new DynamicsException.Answer(
                            400, Optional.of("0x80040216"), Optional.empty(), Optional.empty())));
        }
        return call(Call.STATES, () -> {
            var found = new HashMap<UUID, DefinitionState>();
            ids.forEach(id -> Optional.ofNullable(states.get(id.definitionId()))
                    .ifPresent(state -> found.put(id.definitionId(), state)));
            return found;
        });
    }

    @Override
    public Uni<MemberList> members(SegmentIds ids) {
        calls.add(Call.MEMBERS);
        var fault = faults.getOrDefault(Call.MEMBERS, new ArrayDeque<>()).poll();
        return fault == null ? members.get() : cast(fault.get());
    }

    @Override
    public Uni<Optional<FoundSegment>> segment(UUID segmentId) {
        return call(
                Call.SEGMENT,
                () -> Optional.ofNullable(found.get(segmentId))
                        .or(() -> Optional.of(segmentId)
                                .filter(segments::contains)
                                .map(id -> new FoundSegment(
                                        id, Optional.of(id), "County known", Optional.of("contact"), false))));
    }

    @Override
    public Uni<Optional<DefinitionLook>> look(UUID definitionId) {
        return call(
                Call.LOOK,
                () -> Optional.ofNullable(states.get(definitionId)).map(state -> new DefinitionLook(state, query)));
    }

    @Override
    public Uni<Void> deleteSegment(UUID segmentId) {
        return call(Call.DELETE_SEGMENT, () -> {
                    found.remove(segmentId);
                    return segments.remove(segmentId);
                })
                .replaceWithVoid();
    }

    @Override
    public Uni<Void> deleteDefinition(UUID definitionId) {
        return call(Call.DELETE_DEFINITION, () -> {
                    states.remove(definitionId);
                    return definitions.remove(definitionId);
                })
                .replaceWithVoid();
    }

    private <T> Uni<T> call(Call call, Supplier<T> action) {
        return Uni.createFrom().deferred(() -> {
            calls.add(call);
            var fault = faults.getOrDefault(call, new ArrayDeque<>()).poll();
            if (fault == null) {
                return Uni.createFrom().item(action.get());
            }
            done = false;
            Uni<T> failing = cast(fault.get());
            if (done) {
                var unused = action.get();
            }
            return failing;
        });
    }

    @SuppressWarnings("unchecked")
    private static <T> Uni<T> cast(Uni<?> uni) {
        return (Uni<T>) uni;
    }
}
