package io.segmentrelay.workflow;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

import io.segmentrelay.config.RelayConfig.LiveWhen;
import io.segmentrelay.dynamics.DefinitionState;
import io.segmentrelay.dynamics.DefinitionState.Computation;
import io.segmentrelay.event.Warning;

/**
 * Which state of a definition means what: see the option sets of {@code msdynmkt_segmentdefinition}.
 *
 * @param liveWhen when a segment counts as live
 * @param publishSeen how long after a publish the status may still be a draft's: it follows with some delay
 */
record LiveRule(LiveWhen liveWhen, Duration publishSeen) {

    private static final LiveVerdict.Gone COMPUTATION_FAILED =
            new LiveVerdict.Gone("the computation of its members failed");

    /**
     * What a state means for one that waits.
     *
     * @param state empty: the server does not have the definition
     * @param waited how long it has been waited for
     * @return empty: wait on
     */
    Optional<LiveVerdict> verdict(Optional<DefinitionState> state, Duration waited) {
        if (state.isEmpty()) {
            return Optional.of(new LiveVerdict.Gone("the definition was deleted", true));
        }
        return meaning(state.get())
                .filter(verdict -> !(verdict instanceof LiveVerdict.Draft) || waited.compareTo(publishSeen) >= 0);
    }

    /** Empty: it is on its way. */
    private Optional<LiveVerdict> meaning(DefinitionState state) {
        return switch (state.status()) {
            case LIVE -> live(state, Set.of());
            case LIVE_WITH_WARNINGS -> live(state, Set.of(Warning.LIVE_WITH_WARNINGS));
            case DRAFT -> Optional.of(new LiveVerdict.Draft());
            case STOPPING, STOPPED -> Optional.of(new LiveVerdict.Stopped());
            case DELETED -> Optional.of(new LiveVerdict.Gone("the segment was deleted", true));
            case GOING_LIVE ->
                Optional.of((LiveVerdict) COMPUTATION_FAILED)
                        .filter(failed -> liveWhen == LiveWhen.COMPUTED && state.computation() == Computation.ERROR);
            case UNKNOWN -> Optional.empty();
        };
    }

    /**
     * What a state means for one that waits no longer: {@link LiveVerdict.Live}, {@link LiveVerdict.Unsure}, or why it is neither.
     * Members that are computed anew (a refresh) have been computed before: what was ready is ready.
     *
     * @param state empty: the server does not have the definition
     */
    LiveVerdict lastVerdict(Optional<DefinitionState> state) {
        return state.map(this::lastMeaning).orElseGet(() -> new LiveVerdict.Gone("Dynamics does not have it", true));
    }

    private LiveVerdict lastMeaning(DefinitionState state) {
        if (isRefreshed(state)) {
            return new LiveVerdict.Live(warnings(state), state.computedAt());
        }
        return switch (meaning(state).orElse(null)) {
            case null -> new LiveVerdict.Gone(unfinished(state));
            case LiveVerdict.Draft draft -> new LiveVerdict.Gone("it is still a draft");
            case LiveVerdict other -> other;
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

    private Optional<LiveVerdict> live(DefinitionState state, Set<Warning> warnings) {
        if (liveWhen == LiveWhen.LIVE) {
            var all = state.computation() == Computation.FINISHED ? warnings : incomplete(warnings);
            return Optional.of(new LiveVerdict.Live(all, state.computedAt()));
        }
        return switch (state.computation()) {
            case FINISHED -> Optional.of(new LiveVerdict.Live(warnings, state.computedAt()));
            case UNKNOWN -> Optional.of(new LiveVerdict.Unsure(incomplete(warnings)));
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
