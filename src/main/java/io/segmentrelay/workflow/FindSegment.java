package io.segmentrelay.workflow;

import java.time.Instant;
import java.util.Optional;

import io.segmentrelay.dynamics.Dynamics.SegmentIds;
import io.segmentrelay.dynamics.FoundSegment;
import io.segmentrelay.event.Retirement;
import io.segmentrelay.event.Row;
import io.segmentrelay.event.SegmentFacts;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.Step;
import io.segmentrelay.event.Target;

/**
 * A segment that exists is asked for: its rows are to be found.
 *
 * @param target which one
 */
record FindSegment(SegmentRequest request, Instant since, Target target) implements SegmentTask {

    /** What most segments are made of, where one does not say. */
    private static final String USUAL_ENTITY = "contact";

    @Override
    public Step step() {
        return Step.FIND_SEGMENT;
    }

    /** Of a segment that was made for a request, both; of another one, the definition's is not known yet. */
    @Override
    public SegmentIds ids() {
        return new SegmentIds(target.segmentId(), target.segmentId());
    }

    /** Its members are to be told, as soon as they are computed. */
    SegmentTask.AwaitLive found(FoundSegment segment, SegmentIds rows, Instant now) {
        var name = segment.displayName().isEmpty() ? segment.segmentId().toString() : segment.displayName();
        var facts = new SegmentFacts(name, segment.baseEntity().orElse(USUAL_ENTITY), Optional.empty());
        return new SegmentTask.AwaitLive(request, now, rows, facts, Optional.empty());
    }

    /** It is to be deleted. */
    RetireTask.Asked retire(SegmentIds rows, Row next, Instant now) {
        return new RetireTask.Asked(request, now, rows, new Retirement(next, false));
    }
}
