package io.segmentrelay.sandbox.dynamics;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How far a definition is: a function of when it was published, of its fate, and of the clock.
 *
 * <pre>
 * Draft ─ publish ─► GoingLive ─ goLiveAfter ─► Live, Running ─ computeAfter ─► Live, Finished
 * </pre>
 *
 * <p>From then on it is computed again and again ({@link Refreshes}); it keeps the earlier members meanwhile.
 *
 * @param status {@code statuscode} of the definition
 * @param computation {@code msdynmkt_computationstatus}
 * @param segmentStatus {@code statuscode} of the segment
 * @param computations how many have finished
 * @param startedOn when the last computation began
 * @param finishedOn when the last one that has ended did
 * @param share how much of the first computation is done, 0 to 1
 * @param gone whether the rows are not there any more
 */
record Stage(
        int status,
        int computation,
        int segmentStatus,
        int computations,
        Optional<Instant> startedOn,
        Optional<Instant> finishedOn,
        double share,
        boolean gone) {

    private static final int RUNNING = 723270000;
    private static final int FINISHED = 723270001;
    private static final int ERROR = 723270002;
    private static final int NOT_STARTED = 723270003;

    private static final int SEGMENT_ACTIVE = 1;
    private static final int SEGMENT_INACTIVE = 2;
    private static final int SEGMENT_ERROR = 3;
    private static final int SEGMENT_DELETED = 4;
    private static final int SEGMENT_EXPORTING = 5;
    private static final int SEGMENT_COMPUTING = 6;
    private static final int SEGMENT_WITH_WARNINGS = 7;
    private static final int SEGMENT_STOPPING = 8;
    private static final int SEGMENT_STOPPED = 9;

    static Stage of(DefinitionRow row, Instant now, SimulatorSettings settings) {
        if (row.deletedAt().isPresent()) {
            var deleted = simple(DefinitionRow.DELETED, SEGMENT_DELETED);
            var goneAt = row.deletedAt().orElseThrow().plus(settings.deletedStays());
            return now.isBefore(goneAt) ? deleted : deleted.andGone();
        }
        if (row.isStopped()) {
            return simple(DefinitionRow.STOPPED, SEGMENT_STOPPED);
        }
        return row.published()
                .map(published -> of(published, now, settings))
                .map(stage -> stage.isComputed() ? refreshed(stage, row, now, settings) : stage)
                .orElseGet(
                        () -> simple(row.attributes().path("statuscode").asInt(DefinitionRow.DRAFT), SEGMENT_INACTIVE));
    }

    private static Stage of(DefinitionRow.Published published, Instant now, SimulatorSettings settings) {
        var live = published.atOnce() ? published.at() : published.at().plus(settings.goLiveAfter());
        var computed = published.atOnce() ? live : live.plus(settings.computeAfter());
        var fate = published.fate();
        if (now.isBefore(live) || fate.equals(Optional.of(Effect.Fate.NEVER_LIVE))) {
            return simple(DefinitionRow.GOING_LIVE, SEGMENT_EXPORTING);
        }
        var done = !now.isBefore(computed);
        return switch (fate.orElse(null)) {
            case null -> done ? finished(false, live, computed) : running(false, live, computed, now);
            case NEVER_LIVE -> throw new IllegalStateException("seen to above");
            case LIVE_WITH_WARNINGS -> done ? finished(true, live, computed) : running(true, live, computed, now);
            case NEVER_COMPUTED -> running(false, live, live.plus(Duration.ofDays(1)), now);
            case COMPUTATION_ERROR ->
                done
                        ? new Stage(
                                DefinitionRow.LIVE,
                                ERROR,
                                SEGMENT_ERROR,
                                0,
                                Optional.of(live),
                                Optional.of(computed),
                                0.5,
                                false)
                        : running(false, live, computed, now);
            case STOPPED ->
                done
                        ? simple(DefinitionRow.STOPPED, SEGMENT_STOPPED)
                        : simple(DefinitionRow.STOPPING, SEGMENT_STOPPING);
            case DELETED -> simple(DefinitionRow.DELETED, SEGMENT_DELETED);
            case GONE -> simple(DefinitionRow.DELETED, SEGMENT_DELETED).andGone();
        };
    }

    private static Stage simple(int status, int segmentStatus) {
        return new Stage(status, NOT_STARTED, segmentStatus, 0, Optional.empty(), Optional.empty(), 0, false);
    }

    private static Stage running(boolean warnings, Instant live, Instant computed, Instant now) {
        var whole = Duration.between(live, computed).toNanos();
        var share = whole == 0 ? 0 : (double) Duration.between(live, now).toNanos() / whole;
        return new Stage(
                warnings ? DefinitionRow.LIVE_WITH_WARNINGS : DefinitionRow.LIVE,
                RUNNING,
                SEGMENT_COMPUTING,
                0,
                Optional.of(live),
                Optional.empty(),
                Math.min(share, 0.999),
                false);
    }

    private static Stage finished(boolean warnings, Instant live, Instant computed) {
        return new Stage(
                warnings ? DefinitionRow.LIVE_WITH_WARNINGS : DefinitionRow.LIVE,
                FINISHED,
                warnings ? SEGMENT_WITH_WARNINGS : SEGMENT_ACTIVE,
                1,
                Optional.of(live),
                Optional.of(computed),
                1,
                false);
    }

    /** A first computation that has finished, and what came after it. */
    private static Stage refreshed(Stage first, DefinitionRow row, Instant now, SimulatorSettings settings) {
        var progress = row.refreshes()
                .at(
                        now,
                        first.startedOn().orElseThrow(),
                        first.finishedOn().orElseThrow(),
                        row.refreshInterval(settings.refreshEvery()),
                        settings.recomputeAfter());
        var shown = progress.running() && settings.showsRecomputation();
        return new Stage(
                first.status(),
                shown ? RUNNING : FINISHED,
                shown ? SEGMENT_COMPUTING : first.segmentStatus(),
                progress.number(),
                Optional.of(shown || !progress.running() ? progress.startedOn() : progress.finishedOn()),
                Optional.of(progress.finishedOn()),
                1,
                false);
    }

    private Stage andGone() {
        return new Stage(status, computation, segmentStatus, computations, startedOn, finishedOn, share, true);
    }

    boolean isLive() {
        return status == DefinitionRow.LIVE || status == DefinitionRow.LIVE_WITH_WARNINGS;
    }

    boolean isStopped() {
        return status == DefinitionRow.STOPPED;
    }

    boolean isComputed() {
        return computation == FINISHED;
    }
}
