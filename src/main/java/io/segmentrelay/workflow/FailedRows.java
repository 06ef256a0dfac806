package io.segmentrelay.workflow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.smallrye.mutiny.Uni;
import org.jboss.logging.Logger;

import io.segmentrelay.config.RelayConfig.FailedSegments;
import io.segmentrelay.dynamics.DefinitionLook;
import io.segmentrelay.dynamics.DefinitionState.Computation;
import io.segmentrelay.dynamics.DefinitionState.Status;
import io.segmentrelay.dynamics.Dynamics;
import io.segmentrelay.dynamics.DynamicsException;
import io.segmentrelay.event.FailureCode;
import io.segmentrelay.event.Row;
import io.segmentrelay.event.SegmentSpec;
import io.segmentrelay.event.Wish;
import io.segmentrelay.time.Time;
import io.segmentrelay.trace.LogFields;

/**
 * Deletes what a request made that has failed. Never what may be of use to somebody: a segment that was ever computed, that somebody
 * stopped or changed, or that could not be looked at just before.
 */
final class FailedRows {

    private static final Logger LOG = Logger.getLogger(FailedRows.class);

    private static final int TRIES = 4;

    private static final Backoff PAUSES = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(4));

    /** In all: a delivery must come to its end. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Until the server has said how the rows are, past a deadline: whoever waits for it is told of it in time, whatever the weather. */
    private static final Duration PATIENCE_PAST_DEADLINE = Duration.ofSeconds(1);

    private final Dynamics dynamics;
    private final Time time;
    private final FailedSegments rule;

    FailedRows(Dynamics dynamics, Time time, FailedSegments rule) {
        this.dynamics = dynamics;
        this.time = time;
        this.rule = rule;
    }

    /**
     * Clears up after a failure that does not say yet which rows it leaves.
     *
     * @param last the state that it failed in
     * @return the failure, with the rows that are left
     */
    Uni<Outcome> cleared(SegmentTask last, Outcome.Failed failed) {
        if (last.isLife()
                || !(last.request().wish() instanceof Wish.NewSegment(var spec))
                || !mayHaveRows(last, failed)
                || !failed.event().leftBehind().isEmpty()) {
            return Uni.createFrom().item(failed);
        }
        if (rule == FailedSegments.KEEP) {
            return Uni.createFrom().item(failed.leaving(failed.event().rows()));
        }
        var clearing =
                new Clearing(last, spec, failed.event().rows(), failed.event().code() == FailureCode.SEGMENT_NOT_FOUND);
        return Uni.combine()
                .any()
                .of(clearing.run(1), time.after(PATIENCE), pastDeadline(failed, clearing))
                .map(over -> failed.leaving(clearing.left()));
    }

    private Uni<Void> pastDeadline(Outcome.Failed failed, Clearing clearing) {
        return failed.event().code() == FailureCode.DEADLINE_EXCEEDED
                ? time.after(PATIENCE_PAST_DEADLINE)
                        .chain(() -> clearing.hasLooked()
                                ? Uni.createFrom().nothing()
                                : Uni.createFrom().voidItem())
                : Uni.createFrom().nothing();
    }

    /** The first create may have been done, though its answer was lost; or, before a retirement, by a delivery that came to no end. */
    private static boolean mayHaveRows(SegmentTask last, Outcome.Failed failed) {
        return !(last instanceof SegmentTask.CreateDefinition)
                || failed.event().code() == FailureCode.DEADLINE_EXCEEDED
                || failed.event().code() == FailureCode.SEGMENT_NOT_FOUND;
    }

    /** Whether nobody can miss it. */
    static boolean isWorthless(DefinitionLook look, SegmentSpec spec) {
        var state = look.state();
        var unfinished = state.computedAt().isEmpty() && state.computation() != Computation.FINISHED;
        var onItsWay = state.status() == Status.DRAFT
                || state.status() == Status.GOING_LIVE
                || (state.isLive() && state.computation() != Computation.UNKNOWN);
        return unfinished
                && onItsWay
                && spec.query().map(String::strip).equals(look.query().map(String::strip));
    }

    /** One failure's clearing. */
    private final class Clearing {
        private final SegmentTask task;
        private final SegmentSpec spec;
        private final List<Row> left;
        private final boolean isRetired;
        private volatile boolean looked;

        private Clearing(SegmentTask task, SegmentSpec spec, List<Row> made, boolean isRetired) {
            this.task = task;
            this.spec = spec;
            this.left = new ArrayList<>(made);
            this.isRetired = isRetired;
        }

        private boolean hasLooked() {
            return looked;
        }

        private synchronized List<Row> left() {
            return List.copyOf(left);
        }

        private synchronized void gone(Row row) {
            left.remove(row);
        }

        private Uni<Void> run(int attempt) {
            return Uni.createFrom()
                    .deferred(() -> dynamics.look(task.ids().definitionId()))
                    .flatMap(look -> clear(look, attempt))
                    .onFailure()
                    .recoverWithUni(failure -> failure instanceof DynamicsException.Weather && attempt < TRIES
                            ? again(attempt)
                            : leave(failure));
        }

        private Uni<Void> again(int attempt) {
            return time.after(PAUSES.delay(attempt, 1)).chain(() -> run(attempt + 1));
        }

        private Uni<Void> clear(Optional<DefinitionLook> look, int attempt) {
            looked = true;
            if (look.filter(seen -> !isWorthless(seen, spec)).isPresent()) {
                // It may be on the way out just now: what this delivery has made again meanwhile follows its
                // definition.
                return isRetired && attempt < TRIES
                        ? again(attempt)
                        : Uni.createFrom().voidItem();
            }
            return dynamics.deleteSegment(task.ids().segmentId())
                    .invoke(() -> gone(Row.SEGMENT))
                    .chain(() -> dynamics.deleteDefinition(task.ids().definitionId()))
                    .invoke(() -> gone(Row.DEFINITION));
        }

        private Uni<Void> leave(Throwable failure) {
            var requestId = task.request().key().id();
            var segmentId = task.ids().segmentId().toString();
            LogFields.about(
                    requestId,
                    segmentId,
                    task.request().trace(),
                    () -> LOG.warnf(
                            "the rows of a request that failed are left: %s; requestId=%s segmentId=%s",
                            failure.getMessage(), requestId, segmentId));
            return Uni.createFrom().voidItem();
        }
    }
}
