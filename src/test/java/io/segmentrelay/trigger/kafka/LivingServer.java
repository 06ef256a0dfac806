package io.segmentrelay.trigger.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.smallrye.mutiny.Uni;

import io.segmentrelay.dynamics.DefinitionLook;
import io.segmentrelay.dynamics.DefinitionState;
import io.segmentrelay.dynamics.DefinitionState.Computation;
import io.segmentrelay.dynamics.DefinitionState.Status;
import io.segmentrelay.dynamics.Dynamics;
import io.segmentrelay.dynamics.DynamicsException;
import io.segmentrelay.dynamics.DynamicsException.Answer;
import io.segmentrelay.dynamics.FoundSegment;
import io.segmentrelay.dynamics.MemberList;
import io.segmentrelay.dynamics.MemberSet;
import io.segmentrelay.dynamics.NewDefinition;
import io.segmentrelay.dynamics.NewSegment;
import io.segmentrelay.time.Time;
import io.segmentrelay.trigger.kafka.Saga.Change;

/**
 * A model of the server for one segment that lives on: its members are computed again and again, and people stop it and delete
 * it. Calls take their time, and see what is there when they begin or when they end, in turn.
 */
final class LivingServer implements Dynamics {

    /** The members as they were computed. */
    record Computed(Instant begunAt, Instant at, Set<UUID> members) {}

    private static final int STORMY_CALLS = 100;

    private final Time time;
    private final Supplier<Duration> pace;
    private final Saga saga;
    private final SplittableRandom random;
    private final List<Computed> past = new ArrayList<>();
    private final List<Computed> computed = new ArrayList<>();
    private Optional<Instant> publishedAt = Optional.empty();
    private boolean stopped;
    private int seen = Integer.MAX_VALUE;
    private long calls;

    final Set<UUID> definitions = new HashSet<>();
    final Set<UUID> segments = new HashSet<>();
    /** How often the segment was computed when the relay looked, whenever it has deleted it: it cannot see what comes in between. */
    final List<Integer> deletedAfter = new ArrayList<>();

    int published;

    LivingServer(Time time, Supplier<Duration> pace, Saga saga) {
        this.time = time;
        this.pace = pace;
        this.saga = saga;
        this.random = new SplittableRandom(saga.seed());
    }

    /** All computations that have ended by now, the first one first; also those of a segment that was deleted. */
    List<Computed> computations() {
        return Stream.concat(past.stream(), ended().stream()).toList();
    }

    private List<Computed> ended() {
        return computed.stream().filter(each -> !each.at().isAfter(time.now())).toList();
    }

    /** Whether it can be followed. */
    boolean isLive() {
        return !stopped && !definitions.isEmpty() && !ended().isEmpty();
    }

    void stop() {
        stopped = true;
    }

    void startAgain() {
        stopped = false;
    }

    void delete() {
        definitions.clear();
        segments.clear();
        gone();
    }

    private void gone() {
        past.addAll(ended());
        computed.clear();
        publishedAt = Optional.empty();
        stopped = false;
    }

    @Override
    public Uni<Created> createDefinition(NewDefinition definition) {
        return call(() -> new Created(definition.id(), !definitions.add(definition.id())));
    }

    @Override
    public Uni<Created> createSegment(NewSegment segment) {
        return call(() -> new Created(segment.id(), !segments.add(segment.id())));
    }

    @Override
    public boolean addsMembersApart() {
        return false;
    }

    @Override
    public Uni<Void> addMembers(SegmentIds ids, UUID groupId, List<UUID> members) {
        throw new UnsupportedOperationException("members go with the definition here");
    }

    @Override
    public Uni<Void> publish(SegmentIds ids) {
        return call(() -> {
                    if (!definitions.contains(ids.definitionId())) {
                        throw notThere();
                    }
                    beginPublished();
                    return ids;
                })
                .replaceWithVoid();
    }

    private void beginPublished() {
        if (publishedAt.isEmpty()) {
            published++;
            publishedAt = Optional.of(time.now());
            compute(time.now());
        }
    }

    /** All that will ever be computed: who asks sees what is there by then. */
    private void compute(Instant published) {
        var at = published.plusSeconds(20);
        var members = people(saga.size().members());
        computed.add(new Computed(published, at, members));
        for (var refresh : saga.refreshes()) {
            var begun = at.plus(refresh.after());
            at = begun.plus(refresh.takes());
            members = next(refresh.change(), members);
            computed.add(new Computed(begun, at, members));
        }
    }

    private Set<UUID> next(Change change, Set<UUID> members) {
        return switch (change) {
            case Change.Some(var by) -> changed(members, by);
            case Change.Back() -> computed.get(Math.max(0, computed.size() - 2)).members();
            case Change.Empty() -> Set.of();
        };
    }

    private Set<UUID> changed(Set<UUID> members, int by) {
        var leaving = Math.min(by / 2, members.size());
        var next = new LinkedHashSet<>(members.stream().skip(leaving).toList());
        next.addAll(people(by - leaving));
        return next;
    }

    private Set<UUID> people(int number) {
        var people = new LinkedHashSet<UUID>();
        for (var i = 0; i < number; i++) {
            people.add(new UUID(random.nextLong(), random.nextLong()));
        }
        return people;
    }

    @Override
    public boolean makesAtOnce() {
        return saga.seed() % 2 == 0;
    }

    @Override
    public Uni<Made> make(NewDefinition definition, NewSegment segment) {
        return call(() -> {
            if (!definitions.add(definition.id())) {
                return new Made.Unknown();
            }
            var ids = new SegmentIds(segment.id(), definition.id());
            segments.add(segment.id());
            if (calls % 5 == 0) {
                return new Made.Drafted(ids);
            }
            beginPublished();
            return new Made.Published(ids);
        });
    }

    @Override
    public Uni<Optional<DefinitionState>> state(SegmentIds ids) {
        return call(() -> definitions.contains(ids.definitionId()) ? Optional.of(state()) : Optional.empty());
    }

    @Override
    public Uni<Map<UUID, DefinitionState>> states(Collection<SegmentIds> ids) {
        return call(() -> {
            var found = new HashMap<UUID, DefinitionState>();
            ids.stream()
                    .map(SegmentIds::definitionId)
                    .filter(definitions::contains)
                    .forEach(id -> found.put(id, state()));
            return found;
        });
    }

    @Override
    public Uni<MemberList> members(SegmentIds ids) {
        return call(() -> {
            if (ended().isEmpty()) {
                throw notThere();
            }
            var members = ended().getLast().members();
            return new MemberList(MemberSet.of(members), Optional.of("contactid"), OptionalLong.of(members.size()));
        });
    }

    @Override
    public Uni<Optional<FoundSegment>> segment(UUID segmentId) {
        return call(() -> segments.contains(segmentId)
                ? Optional.of(new FoundSegment(segmentId, Optional.of(segmentId), "a", Optional.of("contact"), false))
                : Optional.empty());
    }

    @Override
    public Uni<Optional<DefinitionLook>> look(UUID definitionId) {
        return call(() -> {
            seen = ended().size();
            return definitions.contains(definitionId)
                    ? Optional.of(new DefinitionLook(state(), Optional.of("PROFILE(contact)")))
                    : Optional.empty();
        });
    }

    @Override
    public Uni<Void> deleteSegment(UUID segmentId) {
        return call(() -> segments.remove(segmentId)).replaceWithVoid();
    }

    @Override
    public Uni<Void> deleteDefinition(UUID definitionId) {
        return call(() -> {
                    if (definitions.remove(definitionId)) {
                        deletedAfter.add(Math.min(seen, ended().size()));
                        gone();
                    }
                    return definitionId;
                })
                .replaceWithVoid();
    }

    private static DynamicsException notThere() {
        return new DynamicsException.Rejected(
                new Answer(404, Optional.of("0x80040217"), Optional.of("no such segment"), Optional.empty()));
    }

    private DefinitionState state() {
        if (publishedAt.isEmpty()) {
            return new DefinitionState(Status.DRAFT, Computation.NOT_STARTED);
        }
        var now = time.now();
        var last = ended().stream().reduce((one, other) -> other);
        if (stopped) {
            return new DefinitionState(Status.STOPPED, Computation.FINISHED, last.map(Computed::at));
        }
        if (last.isEmpty()) {
            return new DefinitionState(Status.GOING_LIVE, Computation.RUNNING);
        }
        var running = computed.stream()
                .anyMatch(each -> !each.begunAt().isAfter(now) && each.at().isAfter(now));
        return new DefinitionState(
                Status.LIVE, running ? Computation.RUNNING : Computation.FINISHED, last.map(Computed::at));
    }

    /** What is slow may have seen what was there long ago, or sees what came meanwhile. */
    private <T> Uni<T> call(Supplier<T> answer) {
        return Uni.createFrom().deferred(() -> {
            var duration = pace.get();
            calls++;
            if (calls < STORMY_CALLS && saga.storms() > 0 && calls % saga.storms() == 0) {
                return Uni.createFrom().failure(new DynamicsException.Weather("bad weather", Optional.empty(), null));
            }
            if (calls % 2 == 0) {
                return time.after(duration).map(passed -> answer.get());
            }
            var seen = answer.get();
            return time.after(duration).map(passed -> seen);
        });
    }
}
