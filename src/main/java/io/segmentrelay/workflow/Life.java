package io.segmentrelay.workflow;

import java.time.Instant;
import java.util.Optional;

import io.segmentrelay.dynamics.Dynamics.SegmentIds;
import io.segmentrelay.event.Follow;
import io.segmentrelay.event.LifeStage;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.SegmentFacts;
import io.segmentrelay.event.SegmentRequest;

/**
 * What all states of a request have in common whose segment is live.
 *
 * @param request the request, as {@link SegmentRequest#about} has it
 * @param ids its segment
 * @param facts what is told of that
 * @param retireAt when the segment is to be deleted; absent: not by this request
 * @param turn of the next continuation
 */
record Life(SegmentRequest request, SegmentIds ids, SegmentFacts facts, Optional<Instant> retireAt, long turn) {

    /** Of a segment that has just been seen live. */
    static Life of(SegmentRequest request, SegmentIds ids, SegmentFacts facts, Instant liveAt) {
        return new Life(
                request.about(ids.segmentId()),
                ids,
                facts,
                request.afterwards().keepFor().map(liveAt::plus),
                0);
    }

    /** As a continuation has it: what follows from it comes after it. */
    static Life of(RelayEvent.Followed followed) {
        return new Life(
                followed.request(),
                new SegmentIds(followed.segmentId(), followed.definitionId()),
                followed.facts(),
                followed.retireAt(),
                followed.turn() + 1);
    }

    /** After one more continuation. */
    Life nextTurn() {
        return new Life(request, ids, facts, retireAt, turn + 1);
    }

    /** The segment is not to be deleted any more. */
    Life spared() {
        return new Life(request, ids, facts, Optional.empty(), turn);
    }

    /** The follow that was asked for. */
    Optional<Follow> follow() {
        return request.afterwards().follow();
    }

    /** Under which key it is kept. */
    String mailboxKey() {
        return RelayEvent.Followed.mailboxKey(request.key(), ids.segmentId());
    }

    /** The continuation at a stage. */
    RelayEvent.Followed at(LifeStage stage, Instant since) {
        return new RelayEvent.Followed(
                request, ids.segmentId(), ids.definitionId(), facts, turn, since, retireAt, stage);
    }
}
