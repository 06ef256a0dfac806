package io.segmentrelay.workflow;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

import io.segmentrelay.config.RelayConfig.LiveWhen;
import io.segmentrelay.dynamics.DefinitionState;
import io.segmentrelay.dynamics.DefinitionState.Computation;
import io.segmentrelay.event.Warning;
import io.segmentrelay.workflow.LiveWatch.Verdict;

/**
 * Which state of a definition means what: see the option sets of {@code msdynmkt_segmentdefinition}.
 *
 * @param liveWhen when a segment counts as live
 */
record LiveRule(LiveWhen liveWhen) {

    private static final Verdict.Gone COMPUTATION_FAILED = new Verdict.Gone("the computation of its members failed");

    /** What a state means for one that waits; empty: wait on. A draft may be one whose publish is not seen yet. */
    Optional<Verdict> verdict(DefinitionState state) {
        return switch (state.status()) {
            case LIVE -> live(state, Set.of());
            case LIVE_WITH_WARNINGS -> live(state, Set.of(Warning.LIVE_WITH_WARNINGS));
            case DRAFT -> Optional.of(new Verdict.Draft());
            case STOPPING, STOPPED -> Optional.of(new Verdict.Gone("the segment was stopped"));
            case DELETED -> Optional.of(new Verdict.Gone("the segment was deleted"));
            case GOING_LIVE ->
                Optional.of((Verdict) COMPUTATION_FAILED)
                        .filter(failed -> liveWhen == LiveWhen.COMPUTED && state.computation() == Computation.ERROR);
            case UNKNOWN -> Optional.empty();
        };
    }

    /**
     * What a state means for one that waits no longer: {@link Verdict.Live}, {@link Verdict.Unsure}, or why it is neither.
     * Members that are computed anew (a refresh) have been computed before: what was ready is ready.
     */
    Verdict lastVerdict(DefinitionState state) {
        if (isRefreshed(state)) {
            return new Verdict.Live(warnings(state), state.computedAt());
        }
        return switch (verdict(state).orElse(null)) {
            case null -> new Verdict.Gone(unfinished(state));
            case Verdict.Draft draft -> new Verdict.Gone("it is still a draft");
            case Verdict other -> other;
        };
    }

    private static boolean isRefreshed(DefinitionState state) {
        return state.isLive()
                && state.computation() == Computation.RUNNING
                && state.computedAt().isPresent();
    }

    private static String unfinished(DefinitionState state) {
        return state.isLive() ? "its members are still being computed" : "it is still going live";
    }

    private static Set<Warning> warnings(DefinitionState state) {
        return state.status() == DefinitionState.Status.LIVE_WITH_WARNINGS
                ? Set.of(Warning.LIVE_WITH_WARNINGS)
                : Set.of();
    }

    private Optional<Verdict> live(DefinitionState state, Set<Warning> warnings) {
        if (liveWhen == LiveWhen.LIVE) {
            var all = state.computation() == Computation.FINISHED ? warnings : incomplete(warnings);
            return Optional.of(new Verdict.Live(all, state.computedAt()));
        }
        return switch (state.computation()) {
            case FINISHED -> Optional.of(new Verdict.Live(warnings, state.computedAt()));
            case UNKNOWN -> Optional.of(new Verdict.Unsure(incomplete(warnings)));
            case ERROR -> Optional.of(COMPUTATION_FAILED);
            case RUNNING, NOT_STARTED -> Optional.empty();
        };
    }

    private static Set<Warning> incomplete(Set<Warning> warnings) {
        var all = EnumSet.of(Warning.MEMBERS_INCOMPLETE);
        all.addAll(warnings);
        return all;
    }
}
