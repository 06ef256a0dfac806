package io.segmentrelay.workflow;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import io.segmentrelay.dynamics.DefinitionState;
import io.segmentrelay.dynamics.DefinitionState.Computation;
import io.segmentrelay.event.EndReason;

/**
 * Which state of a definition means what for one who follows it.
 *
 * @param known the last computation that is known
 * @param blindAt when its members are read where the server does not say when they were computed
 * @param pause between two looks
 */
record FollowRule(Optional<Instant> known, Instant blindAt, Duration pause) implements StateWatch.Rule<FollowVerdict> {

    @Override
    public Optional<FollowVerdict> verdict(Optional<DefinitionState> state, Instant now) {
        return over(state)
                .<FollowVerdict>map(FollowVerdict.Over::new)
                .or(() -> state.filter(seen -> isComputed(seen, now))
                        .map(seen -> new FollowVerdict.Computed(seen.computedAt())));
    }

    @Override
    public Duration pause(Instant now) {
        return pause;
    }

    /** Why there is nothing to follow any more; empty where there is. */
    static Optional<EndReason> over(Optional<DefinitionState> state) {
        return state.map(DefinitionState::status)
                .map(status -> switch (status) {
                    case DELETED -> Optional.of(EndReason.DELETED);
                    // Whoever makes a draft of it again has stopped it.
                    case DRAFT, STOPPING, STOPPED -> Optional.of(EndReason.STOPPED);
                    case GOING_LIVE, LIVE, LIVE_WITH_WARNINGS, UNKNOWN -> Optional.<EndReason>empty();
                })
                .orElseGet(() -> Optional.of(EndReason.DELETED));
    }

    /** A computation under way is waited for: its end will be a new one. One that failed has told nothing. */
    private boolean isComputed(DefinitionState state, Instant now) {
        if (!state.isLive() || state.computation() == Computation.RUNNING || state.computation() == Computation.ERROR) {
            return false;
        }
        return state.computedAt().isPresent()
                ? known.isEmpty() || state.computedAt().orElseThrow().isAfter(known.orElseThrow())
                : !now.isBefore(blindAt);
    }
}
