package io.segmentrelay.workflow;

import java.util.List;
import java.util.Optional;

import io.smallrye.mutiny.Uni;

import io.segmentrelay.config.RelayConfig.Retire;
import io.segmentrelay.dynamics.Dynamics;
import io.segmentrelay.dynamics.Dynamics.SegmentIds;
import io.segmentrelay.dynamics.DynamicsException;
import io.segmentrelay.event.EndReason;
import io.segmentrelay.event.Mark;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.Row;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.Target;
import io.segmentrelay.time.Time;

/** Deletes a segment's rows, each of which may be repeated. */
final class RetireSteps {

    private static final int FORBIDDEN = 403;

    /** Of a name-based id, as those of a request's rows are. */
    private static final int NAME_BASED = 5;

    private final Dynamics dynamics;
    private final Time time;
    private final LifeMarks marks;
    private final Retire rule;

    RetireSteps(Dynamics dynamics, Time time, LifeParts parts) {
        this.dynamics = dynamics;
        this.time = time;
        this.marks = parts.marks();
        this.rule = parts.retire();
    }

    Uni<Next> attempt(RetireTask task) {
        if (!task.retirement().marked()) {
            return Uni.createFrom().item(mark(task));
        }
        var ids = task.ids();
        Uni<Next> deleted =
                switch (task.retirement().next()) {
                    case SEGMENT ->
                        dynamics.deleteSegment(ids.segmentId()).map(gone -> new Next.Go(task.segmentGone()));
                    case DEFINITION ->
                        dynamics.deleteDefinition(ids.definitionId()).map(gone -> new Next.End(retired(task)));
                };
        return deleted.onFailure(RetireSteps::isRefusal)
                .recoverWithItem(failure -> new Next.End(refused(task, failure)));
    }

    /** Why a segment must not be deleted by the settings; empty where it may. */
    Optional<String> forbids(Target target, SegmentIds rows) {
        return switch (rule) {
            case ANY -> Optional.empty();
            case OFF ->
                Optional.of(
                        "this relay deletes no segments; set relay.retire to 'own' or 'any', or delete it in Dynamics");
            case OWN ->
                isOwn(target, rows)
                        ? Optional.empty()
                        : Optional.of(
                                "its rows are not those of a request of this relay; set relay.retire to 'any', or delete it in Dynamics");
        };
    }

    /** Whether both rows are those of a request: they have one name-based id. */
    static boolean isOwn(Target target, SegmentIds rows) {
        return target instanceof Target.Request
                || (rows.segmentId().equals(rows.definitionId())
                        && rows.segmentId().version() == NAME_BASED);
    }

    /** What is told of a segment that is deleted: the same again, where it was before. */
    Outcome retired(SegmentRequest request, SegmentIds ids) {
        return new Outcome.Told(request, List.of(event(request, ids)), After.NOTHING);
    }

    private Next mark(RetireTask task) {
        return marks.remembers()
                ? new Next.End(new Outcome.Told(
                        task.request(),
                        List.of(new RelayEvent.Marked(
                                task.request().key(),
                                mark(task.ids(), task),
                                task.request().trace())),
                        After.on(task.marked())))
                : new Next.Go(task.marked());
    }

    private static Mark mark(SegmentIds ids, RetireTask task) {
        return new Mark(Mark.Kind.RETIRED, new Target.Segment(ids.segmentId()), task.since());
    }

    private Outcome retired(RetireTask task) {
        var retired = event(task.request(), task.ids());
        return switch (task) {
            case RetireTask.Asked asked -> new Outcome.Told(asked.request(), List.of(retired), After.NOTHING);
            case LifeTask.Retiring retiring ->
                new Outcome.Told(
                        retiring.request(),
                        retiring.told()
                                .<List<RelayEvent>>map(told ->
                                        List.of(retired, FollowSteps.ended(retiring.life(), told, EndReason.RETIRED)))
                                .orElseGet(() -> List.of(retired)),
                        After.over(retiring.life()));
        };
    }

    private RelayEvent.Retired event(SegmentRequest request, SegmentIds ids) {
        return new RelayEvent.Retired(request.key(), ids.segmentId(), ids.definitionId(), time.now(), request.trace());
    }

    /** The segment stays, and what follows it goes on. */
    private Outcome refused(RetireTask task, Throwable refusal) {
        var left = task.retirement().next() == Row.SEGMENT
                ? List.of(Row.SEGMENT, Row.DEFINITION)
                : List.of(Row.DEFINITION);
        var after =
                switch (task) {
                    case RetireTask.Asked asked -> After.NOTHING;
                    case LifeTask.Retiring retiring -> After.onOrOver(retiring.spared(time.now()), retiring.life());
                };
        var unmarked = marks.remembers() && task.retirement().next() == Row.SEGMENT
                ? after.forgetting(mark(task.ids(), task).mailboxKey())
                : after;
        return new Outcome.Failed(
                task.request(), RequestFailures.retireRefused(task, refusal).leaving(left), unmarked);
    }

    private static boolean isRefusal(Throwable failure) {
        return failure instanceof DynamicsException.Rejected
                || (failure instanceof DynamicsException.Unauthorized refused
                        && refused.answer()
                                .filter(answer -> answer.status() == FORBIDDEN)
                                .isPresent());
    }
}
