package io.segmentrelay.workflow;

import java.util.Optional;

import io.smallrye.mutiny.Uni;

import io.segmentrelay.dynamics.DefinitionState;
import io.segmentrelay.dynamics.Dynamics;
import io.segmentrelay.dynamics.Dynamics.SegmentIds;
import io.segmentrelay.dynamics.FoundSegment;
import io.segmentrelay.event.Row;
import io.segmentrelay.event.Wish;
import io.segmentrelay.time.Time;

/** Finds the rows of a segment that exists, and what may be done with it. */
final class FindSteps {

    private final Dynamics dynamics;
    private final Time time;
    private final LifeMarks marks;
    private final RetireSteps retirement;

    FindSteps(Dynamics dynamics, Time time, LifeMarks marks, RetireSteps retirement) {
        this.dynamics = dynamics;
        this.time = time;
        this.marks = marks;
        this.retirement = retirement;
    }

    Uni<Next> attempt(FindSegment task) {
        return dynamics.segment(task.target().segmentId())
                .flatMap(found ->
                        task.request().wish() instanceof Wish.Retirement ? toRetire(task, found) : toRead(task, found));
    }

    private Uni<Next> toRead(FindSegment task, Optional<FoundSegment> found) {
        if (found.filter(segment -> !segment.deleted()).isEmpty()) {
            return failed(RequestFailures.notFound(task, "there is no segment with this id"));
        }
        var segment = found.orElseThrow();
        if (segment.definitionId().isEmpty()) {
            return failed(RequestFailures.notFound(
                    task, "the segment's row names no definition (msdynmkt_sourcesegmentuid)"));
        }
        var rows = new SegmentIds(segment.segmentId(), segment.definitionId().orElseThrow());
        return state(rows)
                .map(state -> notReadable(task, state)
                        .<Next>map(Next.End::new)
                        .orElseGet(() -> new Next.Go(task.found(segment, rows, time.now()))));
    }

    /** A segment that is somebody else's to publish is not waited for until that is done. */
    private static Optional<Outcome> notReadable(FindSegment task, Optional<DefinitionState> state) {
        if (state.isEmpty()) {
            return Optional.of(RequestFailures.notFound(task, "the segment's definition is not there"));
        }
        return switch (state.orElseThrow().status()) {
            case DELETED -> Optional.of(RequestFailures.notFound(task, "the segment was deleted"));
            case DRAFT -> Optional.of(RequestFailures.notLive(task, "the segment is a draft"));
            case STOPPING, STOPPED -> Optional.of(RequestFailures.notLive(task, "the segment was stopped"));
            case GOING_LIVE, LIVE, LIVE_WITH_WARNINGS, UNKNOWN -> Optional.empty();
        };
    }

    private Uni<Next> toRetire(FindSegment task, Optional<FoundSegment> found) {
        var rows = new SegmentIds(
                task.target().segmentId(),
                found.flatMap(FoundSegment::definitionId).orElse(task.ids().definitionId()));
        var forbidden = retirement.forbids(task.target(), rows);
        if (forbidden.isPresent()) {
            return failed(RequestFailures.retireForbidden(task, forbidden.orElseThrow()));
        }
        if (found.isPresent()) {
            return Uni.createFrom().item(new Next.Go(task.retire(rows, Row.SEGMENT, time.now())));
        }
        // An earlier delivery may have come half way: then the definition is left, which has the same id.
        return RetireSteps.isOwn(task.target(), rows)
                ? state(rows)
                        .map(state -> state.isPresent()
                                ? new Next.Go(task.retire(rows, Row.SEGMENT, time.now()))
                                : gone(task, rows))
                : Uni.createFrom().item(gone(task, rows));
    }

    private Next gone(FindSegment task, SegmentIds rows) {
        return new Next.End(
                marks.isRetired(rows.segmentId())
                        ? retirement.retired(task.request(), rows)
                        : RequestFailures.notFound(task, "there is no segment with this id (any more)"));
    }

    /** A look that is refused is no answer to the request. */
    private Uni<Optional<DefinitionState>> state(SegmentIds rows) {
        return dynamics.state(rows).onFailure().transform(StatePoll::passing);
    }

    private static Uni<Next> failed(Outcome failed) {
        return Uni.createFrom().item(new Next.End(failed));
    }
}
