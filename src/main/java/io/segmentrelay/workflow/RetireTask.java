package io.segmentrelay.workflow;

import java.time.Instant;

import io.segmentrelay.dynamics.Dynamics.SegmentIds;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.Retirement;
import io.segmentrelay.event.Row;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.Step;

/**
 * A segment is being deleted. All are told first, so that a late repeat of the request that made it makes no new one.
 *
 * <pre>
 * ─► to be marked ─marked─► segment's row ─gone─► definition's row ─gone─► Retired
 *                                └───────── refused ─────┴───────────────► Failed (retire-refused)
 * </pre>
 */
sealed interface RetireTask extends SegmentTask permits LifeTask.Retiring, RetireTask.Asked {

    /** How far that is. */
    Retirement retirement();

    /** The same, further on. */
    RetireTask with(Retirement next);

    /** All have been told, or there is nobody to tell. */
    default RetireTask marked() {
        return with(new Retirement(retirement().next(), true));
    }

    /** The segment's row is gone. */
    default RetireTask segmentGone() {
        return with(new Retirement(Row.DEFINITION, retirement().marked()));
    }

    /** Asked for by an event of its own. */
    record Asked(SegmentRequest request, Instant since, SegmentIds ids, Retirement retirement) implements RetireTask {

        @Override
        public Step step() {
            return Step.RETIRE;
        }

        @Override
        public RelayEvent.Pending toEvent() {
            return new RelayEvent.Pending(
                    request,
                    step(),
                    ids.definitionId(),
                    ids.segmentId(),
                    since,
                    java.util.Optional.empty(),
                    java.util.Set.of(),
                    java.util.Optional.empty(),
                    java.util.Optional.of(retirement),
                    0);
        }

        @Override
        public Asked with(Retirement next) {
            return new Asked(request, since, ids, next);
        }
    }
}
