package io.segmentrelay.workflow;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.smallrye.mutiny.Uni;

import io.segmentrelay.dynamics.DefinitionState;
import io.segmentrelay.dynamics.Dynamics;
import io.segmentrelay.dynamics.DynamicsException;
import io.segmentrelay.dynamics.MemberList;
import io.segmentrelay.event.EndReason;
import io.segmentrelay.event.Follow.Deliver;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.Told;
import io.segmentrelay.sketch.Reconciliation.Difference;
import io.segmentrelay.time.Durations;
import io.segmentrelay.time.Time;
import io.segmentrelay.workflow.FollowTask.Comparing;
import io.segmentrelay.workflow.FollowTask.Following;
import io.segmentrelay.workflow.FollowTask.Telling;
import io.segmentrelay.workflow.LifeTask.Ending;
import io.segmentrelay.workflow.LifeTask.Keeping;
import io.segmentrelay.workflow.LifeTask.ReadFirst;
import io.segmentrelay.workflow.Revisions.Membership;

/** What is done in which state of a request whose segment is live, but its deletion: see {@link RetireSteps}. */
final class FollowSteps {

    /** Longer than any delivery lasts: timers need not be set for a year. */
    private static final Duration LONGEST_TIMER = Duration.ofHours(2);

    private final Dynamics dynamics;
    private final LiveWatch watch;
    private final Time time;
    private final LifeMarks marks;
    private final Revisions revisions;

    FollowSteps(Dynamics dynamics, LiveWatch watch, Time time, LifeParts parts) {
        this.dynamics = dynamics;
        this.watch = watch;
        this.time = time;
        this.marks = parts.marks();
        this.revisions = new Revisions(parts.maxSketch());
    }

    Uni<Next> first(ReadFirst task) {
        return dynamics.members(task.ids()).map(list -> {
            var deliver = task.life().follow().map(follow -> follow.deliver()).orElse(Deliver.SNAPSHOTS);
            var told = revisions.first(Membership.of(task.ids().segmentId(), list), task.computedAt(), deliver);
            return new Next.End(new Outcome.Ready(
                    task.request(),
                    task.ids(),
                    task.facts(),
                    list,
                    Optional.empty(),
                    task.liveAt(),
                    Outcome.Ready.withThoseOf(list, task.warnings()),
                    Optional.empty(),
                    After.onOrOver(task.told(told, time.now()), task.life())));
        });
    }

    /** Waits for what comes first: a computation, an end, somebody's wish. */
    Uni<Next> follow(Following task) {
        var now = time.now();
        var segmentId = task.ids().segmentId();
        var follower = task.request().key();
        var since = task.follow().since();
        if (marks.isUnfollowed(segmentId, follower, since)) {
            return Uni.createFrom().item(end(task, EndReason.UNFOLLOWED));
        }
        if (!now.isBefore(task.end())) {
            return Uni.createFrom()
                    .item(task.isToRetire(now) ? new Next.Go(task.retire(now)) : end(task, EndReason.UNTIL_PASSED));
        }
        Uni<Next> computed = watch.awaitComputed(
                        task.ids(), task.told().computedAt(), task.facts().refreshInterval(), task.looked())
                .map(verdict -> seen(task, verdict));
        Uni<Next> ended = timer(Duration.between(now, task.end())).map(fired -> new Next.Go(task));
        Uni<Next> unfollowed =
                marks.awaitUnfollowed(segmentId, follower, since).map(marked -> end(task, EndReason.UNFOLLOWED));
        return Uni.combine().any().of(computed, ended, unfollowed);
    }

    Uni<Next> compare(Comparing task) {
        return dynamics.members(task.ids())
                .map(list -> compared(task, list))
                .onFailure(DynamicsException.Rejected.class)
                .recoverWithUni(refusal -> state(task)
                        .flatMap(state -> FollowRule.over(state)
                                .map(reason -> Uni.createFrom().item(end(task.following(), reason)))
                                .orElseGet(() -> Uni.createFrom().failure(refusal))));
    }

    /** Nobody knows how much of it was sent: the state comes first, so that what is said later is never said of an earlier time. */
    Uni<Next> resume(Telling task) {
        return state(task)
                .flatMap(state -> FollowRule.over(state)
                        .map(reason -> Uni.createFrom().item(end(task.before(), reason)))
                        .orElseGet(() -> dynamics.members(task.ids()).map(list -> resumed(task, list, state))));
    }

    Uni<Next> keep(Keeping task) {
        var now = time.now();
        var left = task.left(now);
        return left.isPositive()
                ? timer(left).map(fired -> new Next.Go(task))
                : Uni.createFrom().item(new Next.Go(task.retire(now)));
    }

    /** Says what was decided, whatever has become of the segment since. */
    Outcome ended(Ending task) {
        return new Outcome.Told(
                task.request(),
                List.of(ended(task.life(), task.told(), task.reason())),
                After.onOrOver(task.kept(time.now()), task.life()));
    }

    static RelayEvent.Ended ended(Life life, Told told, EndReason reason) {
        return new RelayEvent.Ended(
                life.request().key(),
                life.ids().segmentId(),
                life.ids().definitionId(),
                reason,
                told.revision(),
                told.snapshotId(),
                life.request().trace());
    }

    private Next seen(Following task, FollowVerdict verdict) {
        return switch (verdict) {
            case FollowVerdict.Computed(var at) -> new Next.Go(task.computed(at));
            case FollowVerdict.Over(var reason) -> end(task, reason);
        };
    }

    /** Why it ends is handed over before it is told: a repeat must not find another reason, or none any more. */
    private Next end(Following task, EndReason seen) {
        var reason = seen == EndReason.DELETED && marks.isRetired(task.ids().segmentId()) ? EndReason.RETIRED : seen;
        return new Next.End(new Outcome.Pending(task.ends(reason, time.now())));
    }

    private Next compared(Comparing task, MemberList list) {
        var told = task.following().told();
        var read = Membership.of(task.ids().segmentId(), list);
        if (read.snapshotId().equals(told.snapshotId())) {
            return new Next.Go(task.same());
        }
        var change = change(task.following().follow().deliver(), told, read);
        return announced(task.differs(read.snapshotId(), change.isEmpty(), time.now()), read, change);
    }

    private Next resumed(Telling task, MemberList list, Optional<DefinitionState> state) {
        var read = Membership.of(task.ids().segmentId(), list);
        if (read.snapshotId().equals(task.to())) {
            Optional<Difference> change = task.whole() ? Optional.empty() : Revisions.difference(task.told(), read);
            if (task.whole() || change.isPresent()) {
                return new Next.End(tell(task, read, change, Optional.empty()));
            }
        }
        var now = time.now();
        var computedAt = state.flatMap(DefinitionState::computedAt).orElse(now);
        return announced(task.instead(read.snapshotId(), computedAt, now), read, Optional.empty());
    }

    /** A list that is known to be incomplete is no sum of changes. */
    private static Optional<Difference> change(Deliver deliver, Told told, Membership read) {
        return deliver == Deliver.SNAPSHOTS || read.list().isIncomplete()
                ? Optional.empty()
                : Revisions.difference(told, read);
    }

    /** The intent first: in the same delivery where it is held back until that has ended, else as the end of this one. */
    private Next announced(Telling telling, Membership read, Optional<Difference> change) {
        return new Next.End(
                marks.remembers()
                        ? tell(telling.handedOver(), read, change, Optional.of(telling))
                        : new Outcome.Pending(telling));
    }

    private Outcome tell(Telling task, Membership read, Optional<Difference> change, Optional<SegmentTask> intent) {
        var before = task.told();
        var computedAt = task.computedAt();
        var deliver = task.life().follow().orElseThrow().deliver();
        var next = change.map(c -> revisions.changed(before, read, Optional.of(computedAt), deliver, c))
                .orElseGet(() -> revisions.replaced(before, read, Optional.of(computedAt), deliver));
        var after = After.on(task.told(next, time.now()));
        return change.<Outcome>map(difference -> new Outcome.Changed(
                        task.request(),
                        task.ids(),
                        task.facts(),
                        Outcome.primaryKeyColumn(read.list(), task.facts()),
                        read.members().size(),
                        difference,
                        next.revision(),
                        before.snapshotId(),
                        next.snapshotId(),
                        computedAt,
                        intent,
                        after))
                .orElseGet(() -> new Outcome.Ready(
                        task.request(),
                        task.ids(),
                        task.facts(),
                        read.list(),
                        Optional.of(new RelayEvent.Replaces(next.revision(), before.snapshotId())),
                        computedAt,
                        Outcome.Ready.withThoseOf(read.list(), Set.of()),
                        intent,
                        after));
    }

    private Uni<Optional<DefinitionState>> state(LifeTask task) {
        return dynamics.state(task.ids()).onFailure().transform(StatePoll::passing);
    }

    private Uni<Void> timer(Duration left) {
        return time.after(Durations.min(left, LONGEST_TIMER));
    }
}
