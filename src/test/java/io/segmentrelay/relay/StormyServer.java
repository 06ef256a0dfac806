package io.segmentrelay.relay;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;

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

/** A model of the server: rows, a fate, and a script of bad weather, on a time that a test moves. */
final class StormyServer implements Dynamics {

    /** What becomes of a request that is left alone. */
    enum Fate {
        LIVES(""),
        NEVER_LIVE("deadline-exceeded"),
        NEVER_COMPUTED("deadline-exceeded"),
        STOPPED("going-live-failed"),
        DELETED("going-live-failed"),
        COMPUTATION_ERROR("going-live-failed"),
        SEGMENT_REFUSED("rejected-by-dynamics"),
        QUERY_REFUSED("rejected-by-dynamics"),
        NO_TOKEN("unauthorized"),
        MEMBERS_UNREADABLE("members-unreadable");

        /** What it ends with; empty: with all pages. */
        final String code;

        Fate(String code) {
            this.code = code;
        }
    }

    /** What happens to one call. */
    enum Kind {
        FINE,
        LOST_BEFORE,
        LOST_AFTER,
        LATE,
        SLOW_BEFORE,
        SLOW_AFTER,
        HANGS,
        THROTTLED,
        DEFECT
    }

    /** One call's weather; the span is how late, how slow, or how long to wait. */
    record Gust(Kind kind, Duration span) {}

    static final Duration TIMEOUT = Duration.ofSeconds(30);
    static final int MEMBERS = 7;

    private final Time time;
    private final Fate fate;
    private final boolean makesAtOnce;
    private final Duration goesLiveAfter;
    private final Deque<Gust> gusts;
    private Optional<Instant> publishedAt = Optional.empty();
    private Instant stormyUntil = Instant.MIN;

    final Set<UUID> definitions = new HashSet<>();
    final Set<UUID> segments = new HashSet<>();
    int published;
    int publishedNoDraft;

    StormyServer(Time time, Fate fate, boolean makesAtOnce, Duration goesLiveAfter, List<Gust> gusts) {
        this.time = time;
        this.fate = fate;
        this.makesAtOnce = makesAtOnce;
        this.goesLiveAfter = goesLiveAfter;
        this.gusts = new ArrayDeque<>(gusts);
    }

    /** When it was published. */
    Optional<Instant> publishedAt() {
        return publishedAt;
    }

    /** Whether some call has met its weather just now, or still does. */
    boolean isStormy() {
        return !time.now().isAfter(stormyUntil);
    }

    @Override
    public Uni<Created> createDefinition(NewDefinition definition) {
        return call(() -> new Created(definition.id(), !definitions.add(definition.id())));
    }

    @Override
    public Uni<Created> createSegment(NewSegment segment) {
        return call(() -> {
            refuseIf(Fate.SEGMENT_REFUSED);
            return new Created(segment.id(), !segments.add(segment.id()));
        });
    }

    @Override
    public boolean addsMembersApart() {
        return false;
    }

    @Override
    public boolean makesAtOnce() {
        return makesAtOnce;
    }

    @Override
    public Uni<Made> make(NewDefinition definition, NewSegment segment) {
        return call(() -> {
            if (fate == Fate.SEGMENT_REFUSED || !definitions.add(definition.id())) {
                return new Made.Unknown();
            }
            segments.add(segment.id());
            var ids = new SegmentIds(segment.id(), definition.id());
            if (fate == Fate.QUERY_REFUSED) {
                return new Made.Drafted(ids);
            }
            published++;
            publishedAt = Optional.of(time.now());
            return new Made.Published(ids);
        });
    }

    @Override
    public Uni<Void> addMembers(SegmentIds ids, UUID groupId, List<UUID> members) {
        throw new UnsupportedOperationException("members go with the definition here");
    }

    @Override
    public Uni<Void> publish(SegmentIds ids) {
        return call(() -> {
                    if (state().status() != Status.DRAFT) {
                        publishedNoDraft++;
                        throw rejected();
                    }
                    refuseIf(Fate.QUERY_REFUSED);
                    published++;
                    publishedAt = Optional.of(time.now());
                    return ids;
                })
                .replaceWithVoid();
    }

    @Override
    public Uni<Optional<DefinitionState>> state(SegmentIds ids) {
        return call(() -> Optional.of(state()).filter(state -> definitions.contains(ids.definitionId())));
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
            if (fate == Fate.MEMBERS_UNREADABLE) {
                throw new DynamicsException.UnreadableMembers("the member list has no form that is known");
            }
            var members =
                    IntStream.range(0, MEMBERS).mapToObj(i -> new UUID(i, i)).toList();
            return new MemberList(MemberSet.of(members), Optional.of("contactid"), OptionalLong.of(MEMBERS));
        });
    }

    @Override
    public Uni<Optional<FoundSegment>> segment(UUID segmentId) {
        return call(() -> segments.contains(segmentId)
                ? Optional.of(new FoundSegment(
                        segmentId, Optional.of(segmentId), "Made by a request", Optional.of("contact"), false))
                : Optional.empty());
    }

    @Override
    public Uni<Optional<DefinitionLook>> look(UUID definitionId) {
        return call(() -> definitions.contains(definitionId)
                ? Optional.of(new DefinitionLook(state(), Optional.empty()))
                : Optional.empty());
    }

    @Override
    public Uni<Void> deleteSegment(UUID segmentId) {
        return call(() -> segments.remove(segmentId)).replaceWithVoid();
    }

    @Override
    public Uni<Void> deleteDefinition(UUID definitionId) {
        return call(() -> definitions.remove(definitionId)).replaceWithVoid();
    }

    private DefinitionState state() {
        if (publishedAt.isEmpty()) {
            return new DefinitionState(Status.DRAFT, Computation.NOT_STARTED);
        }
        var liveAt = publishedAt.get().plus(goesLiveAfter);
        if (fate == Fate.NEVER_LIVE || time.now().isBefore(liveAt)) {
            return new DefinitionState(Status.GOING_LIVE, Computation.NOT_STARTED);
        }
        return switch (fate) {
            case STOPPED -> new DefinitionState(Status.STOPPED, Computation.NOT_STARTED);
            case DELETED -> new DefinitionState(Status.DELETED, Computation.NOT_STARTED);
            case COMPUTATION_ERROR -> new DefinitionState(Status.LIVE, Computation.ERROR);
            case NEVER_COMPUTED -> new DefinitionState(Status.LIVE, Computation.RUNNING);
            default -> new DefinitionState(Status.LIVE, Computation.FINISHED, Optional.of(liveAt));
        };
    }

    private <T> Uni<T> call(Supplier<T> answer) {
        return Uni.createFrom().deferred(() -> {
            Supplier<T> action = () -> {
                if (fate == Fate.NO_TOKEN) {
                    throw new DynamicsException.Unauthorized("no token", Optional.empty());
                }
                return answer.get();
            };
            var gust = gusts.isEmpty() ? new Gust(Kind.FINE, Duration.ZERO) : gusts.removeFirst();
            if (gust.kind() != Kind.FINE) {
                var span = gust.span().compareTo(TIMEOUT) < 0 ? TIMEOUT : gust.span();
                var until = time.now().plus(span);
                stormyUntil = until.isAfter(stormyUntil) ? until : stormyUntil;
            }
            return switch (gust.kind()) {
                case FINE -> Uni.createFrom().item(action.get());
                case LOST_BEFORE -> weather(Optional.empty());
                case LOST_AFTER -> {
                    var unused = action.get();
                    yield weather(Optional.empty());
                }
                case LATE -> {
                    var unused = time.after(gust.span())
                            .map(fired -> action.get())
                            .subscribe()
                            .with(done -> {}, refused -> {});
                    yield weather(Optional.empty());
                }
                case SLOW_BEFORE -> time.after(gust.span()).map(fired -> action.get());
                case SLOW_AFTER -> {
                    var done = action.get();
                    yield time.after(gust.span()).map(fired -> done);
                }
                case HANGS -> time.after(TIMEOUT).chain(() -> weather(Optional.empty()));
                case THROTTLED -> weather(Optional.of(gust.span()));
                case DEFECT -> Uni.createFrom().failure(new IllegalStateException("a defect of the relay's own"));
            };
        });
    }

    private void refuseIf(Fate refusing) {
        if (fate == refusing) {
            throw rejected();
        }
    }

    private static DynamicsException rejected() {
        return new DynamicsException.Rejected(
                new Answer(400, Optional.of("0x80040203"), Optional.of("no"), Optional.empty()));
    }

    private static <T> Uni<T> weather(Optional<Duration> retryAfter) {
        return Uni.createFrom().failure(new DynamicsException.Weather("bad weather", retryAfter, null));
    }
}
