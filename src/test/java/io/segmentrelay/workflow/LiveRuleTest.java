package io.segmentrelay.workflow;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.segmentrelay.config.RelayConfig.LiveWhen;
import io.segmentrelay.dynamics.DefinitionState;
import io.segmentrelay.dynamics.DefinitionState.Computation;
import io.segmentrelay.dynamics.DefinitionState.Status;
import io.segmentrelay.event.Warning;

import static org.assertj.core.api.Assertions.assertThat;

class LiveRuleTest {

    private static final Duration PUBLISH_SEEN = Duration.ofSeconds(30);
    private static final LiveVerdict FAILED = new LiveVerdict.Gone("the computation of its members failed");
    private final LiveRule computed = new LiveRule(LiveWhen.COMPUTED, PUBLISH_SEEN);
    private final LiveRule live = new LiveRule(LiveWhen.LIVE, PUBLISH_SEEN);

    @Test
    void aDraftIsOneOnlyWhenItsPublishShouldLongBeSeen() {
        // Given
        var draft = state(Status.DRAFT, Computation.NOT_STARTED);

        // When
        var early = computed.verdict(draft, PUBLISH_SEEN.minusNanos(1));
        var late = computed.verdict(draft, PUBLISH_SEEN);

        // Then
        assertThat(early).isEmpty();
        assertThat(late).contains(new LiveVerdict.Draft());
        assertThat(computed.lastVerdict(draft)).isEqualTo(new LiveVerdict.Gone("it is still a draft"));
    }

    @Test
    void whatTheServerDoesNotHaveIsGone() {
        assertThat(computed.verdict(Optional.empty(), Duration.ZERO))
                .contains(new LiveVerdict.Gone("the definition was deleted", true));
        assertThat(computed.lastVerdict(Optional.empty()))
                .isEqualTo(new LiveVerdict.Gone("Dynamics does not have it", true));
    }

    @ParameterizedTest
    @EnumSource(names = {"STOPPING", "STOPPED"})
    void whatSomebodyHasStoppedIsTheirs(Status status) {
        assertThat(computed.verdict(state(status, Computation.FINISHED), Duration.ZERO))
                .contains(new LiveVerdict.Stopped());
    }

    @Test
    void whatSomebodyHasDeletedIsGone() {
        assertThat(computed.verdict(state(Status.DELETED, Computation.FINISHED), Duration.ZERO))
                .contains(new LiveVerdict.Gone("the segment was deleted", true));
    }

    @ParameterizedTest
    @EnumSource(Computation.class)
    void whereLiveIsEnoughWhatIsNotComputedIsSaidToBeIncomplete(Computation computation) {
        // When
        var verdict = live.verdict(state(Status.LIVE, computation), Duration.ZERO);

        // Then
        Set<Warning> warnings = computation == Computation.FINISHED ? Set.of() : Set.of(Warning.MEMBERS_INCOMPLETE);
        assertThat(verdict).contains(new LiveVerdict.Live(warnings, Optional.empty()));
    }

    @Test
    void whereMembersAreWantedTheirComputationDecides() {
        assertThat(computed.verdict(state(Status.LIVE, Computation.FINISHED), Duration.ZERO))
                .contains(new LiveVerdict.Live(Set.of(), Optional.empty()));
        assertThat(computed.verdict(state(Status.LIVE, Computation.RUNNING), Duration.ZERO))
                .isEmpty();
        assertThat(computed.verdict(state(Status.LIVE, Computation.NOT_STARTED), Duration.ZERO))
                .isEmpty();
        assertThat(computed.verdict(state(Status.LIVE, Computation.ERROR), Duration.ZERO))
                .contains(FAILED);
        assertThat(computed.verdict(state(Status.LIVE_WITH_WARNINGS, Computation.UNKNOWN), Duration.ZERO))
                .contains(new LiveVerdict.Unsure(EnumSet.of(Warning.LIVE_WITH_WARNINGS, Warning.MEMBERS_INCOMPLETE)));
    }

    @Test
    void aFailedComputationEndsTheWaitOnlyWhereMembersAreWanted() {
        assertThat(computed.verdict(state(Status.GOING_LIVE, Computation.ERROR), Duration.ZERO))
                .contains(FAILED);
        assertThat(live.verdict(state(Status.GOING_LIVE, Computation.ERROR), Duration.ZERO))
                .isEmpty();
    }

    @Test
    void pastTheDeadlineMembersThatAreComputedAnewCount() {
        // Given
        var at = Instant.parse("2026-01-01T00:00:00Z");
        var refreshed = Optional.of(new DefinitionState(Status.LIVE, Computation.RUNNING, Optional.of(at)));

        // When
        var verdict = computed.lastVerdict(refreshed);

        // Then
        assertThat(verdict).isEqualTo(new LiveVerdict.Live(Set.of(), Optional.of(at)));
        assertThat(computed.verdict(refreshed, Duration.ZERO)).isEmpty();
        assertThat(computed.lastVerdict(state(Status.LIVE, Computation.RUNNING)))
                .isEqualTo(new LiveVerdict.Gone("its members are still being computed"));
        assertThat(computed.lastVerdict(state(Status.GOING_LIVE, Computation.RUNNING)))
                .isEqualTo(new LiveVerdict.Gone("it is still going live"));
    }

    private static Optional<DefinitionState> state(Status status, Computation computation) {
        return Optional.of(new DefinitionState(status, computation));
    }
}
