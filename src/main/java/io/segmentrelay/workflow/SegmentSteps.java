package io.segmentrelay.workflow;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

import io.smallrye.mutiny.Uni;

import io.segmentrelay.dynamics.DefinitionState;
import io.segmentrelay.dynamics.Dynamics;
import io.segmentrelay.dynamics.Dynamics.Created;
import io.segmentrelay.dynamics.Dynamics.Made;
import io.segmentrelay.dynamics.Dynamics.SegmentIds;
import io.segmentrelay.dynamics.DynamicsException;
import io.segmentrelay.dynamics.NewDefinition;
import io.segmentrelay.dynamics.NewSegment;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.SegmentSpec;
import io.segmentrelay.event.SegmentType;
import io.segmentrelay.event.Wish;
import io.segmentrelay.time.Time;

/** What is done in which state: one try, which fails where something stood in its way. */
final class SegmentSteps {

    private final Dynamics dynamics;
    private final LiveWatch watch;
    private final Time time;

    private final LifeMarks marks;
    private final FollowSteps follow;
    private final RetireSteps retirement;
    private final FindSteps find;

    SegmentSteps(Dynamics dynamics, LiveWatch watch, Time time, LifeParts parts) {
        this.dynamics = dynamics;
        this.watch = watch;
        this.time = time;
        this.marks = parts.marks();
        this.follow = new FollowSteps(dynamics, watch, time, parts);
        this.retirement = new RetireSteps(dynamics, time, parts);
        this.find = new FindSteps(dynamics, time, parts.marks(), retirement);
    }

    /** Takes the step that is next. */
    Uni<Next> attempt(SegmentTask task) {
        return Uni.createFrom().deferred(() -> switch (task) {
            case SegmentTask t when isRetired(t) -> Uni.createFrom().item(new Next.End(RequestFailures.retired(t)));
            case SegmentTask t when isBegun(t) -> Uni.createFrom().item(nothingMore(t.request()));
            case SegmentTask.CreateDefinition t
            when dynamics.addsMembersApart() && AddMembers.isTooMany(t.request().spec()) ->
                Uni.createFrom().item(new Next.End(RequestFailures.tooManyMembers(t)));
            case SegmentTask.CreateDefinition t when dynamics.makesAtOnce() && !addsMembers(t.request()) -> make(t);
            case SegmentTask.CreateDefinition t -> define(t);
            case SegmentTask.CreateSegment t ->
                dynamics.createSegment(newSegment(t.request(), t.ids().segmentId(), t.definitionId()))
                        .map(made -> new Next.Go(t.created(made, addsMembers(t.request()), time.now())));
            case AddMembers t
            when t.repeated() && !t.isDraft() ->
                state(t).map(state -> ifNoDraft(t, state).orElseGet(() -> new Next.Go(t.draft())));
            case AddMembers t -> add(t);
            case SegmentTask.Publish t
            when t.repeated() ->
                state(t).flatMap(state -> ifNoDraft(t, state)
                        .map(next -> Uni.createFrom().item(next))
                        .orElseGet(() -> publishStill(t)));
            case SegmentTask.Publish t -> publish(t);
            case SegmentTask.AwaitLive t ->
                watch.await(t.ids(), t.since(), t.glimpse().isPresent()).map(verdict -> seen(t, verdict));
            case SegmentTask.FetchMembers t -> dynamics.members(t.ids()).map(list -> new Next.End(t.fetched(list)));
            case ProbeMembers t ->
                dynamics.members(t.ids())
                        .map(list -> t.isSettled(list, time.now())
                                ? new Next.End(t.fetched(list))
                                : new Next.Go(t.notYet(list)));
            case FindSegment t -> find.attempt(t);
            case RetireTask t -> retirement.attempt(t);
            case LifeTask.ReadFirst t -> follow.first(t);
            case FollowTask.Following t -> follow.follow(t);
            case FollowTask.Comparing t -> follow.compare(t);
            case FollowTask.Telling t -> follow.resume(t);
            case LifeTask.Ending t -> Uni.createFrom().item(new Next.End(follow.ended(t)));
            case LifeTask.Keeping t -> follow.keep(t);
        });
    }

    /**
     * What is left to do past the deadline: nothing is begun. What is live is ready, however late it is delivered, or as
     * often: it may have been told so before.
     */
    Uni<Next> lastLook(SegmentTask task) {
        return Uni.createFrom().deferred(() -> switch (task) {
            case SegmentTask.FetchMembers t -> attempt(t);
            // To find is to look; to delete is wanted still; and what is live already is only told.
            case FindSegment t -> attempt(t);
            case RetireTask t -> attempt(t);
            case LifeTask t -> attempt(t);
            case ProbeMembers t ->
                dynamics.members(t.ids())
                        .map(list -> new Next.End(
                                t.isPlausible(list, time.now())
                                        ? t.fetched(list)
                                        : RequestFailures.deadlineExceeded(
                                                t, Optional.of("it is live, but its members are not listed yet"))));
            default -> watch.look(task.ids()).map(verdict -> seenLast(task, verdict));
        });
    }

    private Next seenLast(SegmentTask task, LiveVerdict verdict) {
        var now = time.now();
        return switch (verdict) {
            case LiveVerdict.Live(var warnings, var computedAt) ->
                next(task.published(now).live(now, computedAt, warnings));
            case LiveVerdict.Unsure(var warnings) ->
                new Next.Go(task.published(now).seemsLive(now, warnings));
            case LiveVerdict.Gone(var reason, var isDeleted) ->
                new Next.End(RequestFailures.deadlineExceeded(task, Optional.of(reason)));
            case LiveVerdict.Stopped() ->
                new Next.End(leftAlone(
                        task, RequestFailures.deadlineExceeded(task, Optional.of(LiveVerdict.Stopped.REASON))));
            case LiveVerdict.Draft() -> throw new IllegalStateException("no last verdict");
        };
    }

    private Next seen(SegmentTask.AwaitLive task, LiveVerdict verdict) {
        return switch (verdict) {
            case LiveVerdict.Live(var warnings, var computedAt) -> next(task.live(time.now(), computedAt, warnings));
            case LiveVerdict.Unsure(var warnings) -> new Next.Go(task.seemsLive(time.now(), warnings));
            case LiveVerdict.Draft()
            when isOthers(task) -> new Next.End(RequestFailures.notLive(task, "the segment is a draft"));
            case LiveVerdict.Draft() -> new Next.Go(task.stillDraft(time.now()));
            case LiveVerdict.Stopped()
            when isOthers(task) -> new Next.End(RequestFailures.notLive(task, LiveVerdict.Stopped.REASON));
            case LiveVerdict.Stopped() ->
                new Next.End(leftAlone(task, RequestFailures.gone(task, LiveVerdict.Stopped.REASON)));
            case LiveVerdict.Gone(var reason, var isDeleted)
            when isOthers(task) ->
                new Next.End(
                        isDeleted ? RequestFailures.notFound(task, reason) : RequestFailures.notLive(task, reason));
            case LiveVerdict.Gone(var reason, var isDeleted) -> new Next.End(RequestFailures.gone(task, reason));
        };
    }

    /** What goes on after it is told is kept by its key from then on; where it is kept already, this is a repeat. */
    private Next next(SegmentTask live) {
        return switch (live) {
            case LifeTask t
            when marks.isBegun(t.life().mailboxKey(), t.request().askedAt()) -> nothingMore(t.request());
            case LifeTask t -> new Next.End(new Outcome.Pending(t));
            default -> new Next.Go(live);
        };
    }

    /** Whoever has stopped a segment may let it go on before its rows are looked at: they are not cleared away. */
    private static Outcome leftAlone(SegmentTask task, Outcome.Failed failed) {
        return isOthers(task) ? failed : failed.leaving(failed.event().rows());
    }

    /** Whether it is about a segment that is not the relay's to publish. */
    private static boolean isOthers(SegmentTask task) {
        return !(task.request().wish() instanceof Wish.NewSegment);
    }

    /** Whether it would make a segment that was made before, and deleted: it is a late repeat. */
    private boolean isRetired(SegmentTask task) {
        return task.isMaking() && marks.isRetired(task.request().key().uuid());
    }

    /** Whether it would make a segment that is followed or kept already, or was: it is a repeat. */
    private boolean isBegun(SegmentTask task) {
        var request = task.request();
        return task.isMaking()
                && request.afterwards().isSomething()
                && marks.isBegun(
                        RelayEvent.Followed.mailboxKey(
                                request.key(), request.key().uuid()),
                        request.askedAt());
    }

    /** What is to be told is told by the life that was begun. */
    private static Next nothingMore(SegmentRequest request) {
        return new Next.End(new Outcome.Told(request, List.of(), After.NOTHING));
    }

    private Uni<Next> define(SegmentTask.CreateDefinition task) {
        return dynamics.createDefinition(newDefinition(task)).map(made -> new Next.Go(task.created(made, time.now())));
    }

    /** Three steps at once; what has not come of it is done one by one. */
    private Uni<Next> make(SegmentTask.CreateDefinition task) {
        var ids = task.ids();
        var segment = newSegment(task.request(), ids.segmentId(), ids.definitionId());
        return dynamics.make(newDefinition(task), segment).flatMap(made -> switch (made) {
            case Made.Published(var published) -> Uni.createFrom().item(madeStill(task, published));
            case Made.Drafted(var drafted) ->
                Uni.createFrom().item(new Next.Go(new SegmentTask.Publish(task.request(), time.now(), drafted, true)));
            case Made.Defined(var definitionId) ->
                Uni.createFrom().item(new Next.Go(task.created(new Created(definitionId, true), time.now())));
            case Made.Unknown() -> define(task);
        });
    }

    /** What was retired while it was made is not waited for: its rows are cleared away. */
    private Next madeStill(SegmentTask.CreateDefinition task, SegmentIds ids) {
        var published = new SegmentTask.Publish(task.request(), time.now(), ids, true);
        return isRetired(task)
                ? new Next.End(RequestFailures.retired(published))
                : new Next.Go(published.published(time.now()));
    }

    /** Its state may have been long on its way: what was retired meanwhile is not published after all. */
    private Uni<Next> publishStill(SegmentTask.Publish task) {
        return isRetired(task) ? Uni.createFrom().item(new Next.End(RequestFailures.retired(task))) : publish(task);
    }

    private Uni<Next> publish(SegmentTask.Publish task) {
        return dynamics.publish(task.ids())
                .<Next>map(done -> new Next.Go(task.published(time.now())))
                .onFailure(DynamicsException.Rejected.class)
                .recoverWithUni(refusal -> publishedByAnother(task, refusal));
    }

    /** Two replicas may have seen the same draft: to the later one the server says no, though all is well. */
    private Uni<Next> publishedByAnother(SegmentTask.Publish task, Throwable refusal) {
        return state(task)
                .flatMap(state -> state.filter(DefinitionState::isPublished).isPresent()
                        ? Uni.createFrom().item(new Next.Go(task.published(time.now())))
                        : Uni.createFrom().failure(refusal));
    }

    /** What follows where it is no draft any more; empty: it is one. */
    private static Optional<Next> ifNoDraft(SegmentTask task, Optional<DefinitionState> state) {
        if (state.isEmpty()) {
            return Optional.of(new Next.End(RequestFailures.gone(task, "the definition is not there any more")));
        }
        return state.get().status() == DefinitionState.Status.DRAFT
                ? Optional.empty()
                : Optional.of(new Next.Go(task.published(task.since())));
    }

    private boolean addsMembers(SegmentRequest request) {
        return dynamics.addsMembersApart() && AddMembers.isNeeded(request.spec());
    }

    private Uni<Next> add(AddMembers task) {
        var chunk = task.next();
        return chunk.members().isEmpty()
                ? Uni.createFrom().item(new Next.Go(task.all(time.now())))
                : dynamics.addMembers(task.ids(), chunk.groupId(), chunk.members())
                        .map(done -> new Next.Go(task.added(chunk.members().size())));
    }

    /** A look that is refused is no answer to the request. */
    private Uni<Optional<DefinitionState>> state(SegmentTask task) {
        return dynamics.state(task.ids()).onFailure().transform(StatePoll::passing);
    }

    private static NewDefinition newDefinition(SegmentTask.CreateDefinition task) {
        var spec = task.request().spec();
        return new NewDefinition(
                task.ids().definitionId(),
                spec.query(),
                spec.includedMembers(),
                spec.excludedMembers(),
                spec.refresh().map(SegmentSpec.Refresh::enabled),
                spec.refresh().flatMap(SegmentSpec.Refresh::interval));
    }

    private static NewSegment newSegment(SegmentRequest request, UUID segmentId, UUID definitionId) {
        var spec = request.spec();
        return new NewSegment(
                segmentId,
                definitionId,
                spec.displayName(),
                spec.type() == SegmentType.DYNAMIC,
                spec.baseEntity(),
                spec.owningBusinessUnitId());
    }
}
