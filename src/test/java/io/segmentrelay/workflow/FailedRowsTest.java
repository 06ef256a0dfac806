package io.segmentrelay.workflow;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.segmentrelay.config.RelayConfig.FailedSegments;
import io.segmentrelay.config.RelayConfig.Retire;
import io.segmentrelay.dynamics.DefinitionLook;
import io.segmentrelay.dynamics.DefinitionState;
import io.segmentrelay.dynamics.DefinitionState.Computation;
import io.segmentrelay.dynamics.DefinitionState.Status;
import io.segmentrelay.dynamics.DynamicsException;
import io.segmentrelay.event.FailureCode;
import io.segmentrelay.event.Row;
import io.segmentrelay.workflow.FakeDynamics.Call;

import static org.assertj.core.api.Assertions.assertThat;

class FailedRowsTest {

    private final LifeWorld world = new LifeWorld();

    private static DynamicsException rejected() {
        return new DynamicsException.Rejected(
                new DynamicsException.Answer(400, Optional.empty(), Optional.of("no"), Optional.empty()));
    }

    private Outcome.Failed failed() {
        world.dynamics.fail(Call.PUBLISH, rejected());
        return (Outcome.Failed) world.deliver(world.request(world.newSegment(), Optional.empty(), Optional.empty()));
    }

    @Test
    void whatWasMadeIsDeletedFirst() {
        // When
        var failed = failed();

        // Then
        assertThat(failed.event().leftBehind()).isEmpty();
        assertThat(world.dynamics.calls).endsWith(Call.LOOK, Call.DELETE_SEGMENT, Call.DELETE_DEFINITION);
        assertThat(world.dynamics.segments).isEmpty();
        assertThat(world.dynamics.definitions).isEmpty();
    }

    @Test
    void isKeptWhereTheSettingSaysSo() {
        // Given
        world.workflow = world.workflow(world.marks, Retire.OWN, FailedSegments.KEEP);

        // Then
        assertThat(failed().event().leftBehind()).containsExactly(Row.SEGMENT, Row.DEFINITION);
        assertThat(world.dynamics.calls).doesNotContain(Call.LOOK);
    }

    @Test
    void aRefusalIsNamed() {
        // Given
        world.dynamics.fail(Call.DELETE_DEFINITION, rejected());

        // Then
        assertThat(failed().event().leftBehind()).containsExactly(Row.DEFINITION);
    }

    @Test
    void whatCannotBeLookedAtIsLeft() {
        // Given
        for (var i = 0; i < 4; i++) {
            world.dynamics.fail(Call.LOOK, new DynamicsException.Weather("reset", Optional.empty(), null));
        }

        // Then
        assertThat(failed().event().leftBehind()).containsExactly(Row.SEGMENT, Row.DEFINITION);
        assertThat(world.dynamics.segments).hasSize(1);
    }

    @Test
    void weatherIsWaitedOut() {
        // Given
        world.dynamics.fail(Call.LOOK, new DynamicsException.Weather("reset", Optional.empty(), null));

        // Then
        assertThat(failed().event().leftBehind()).isEmpty();
        assertThat(world.time.timers()).isZero();
    }

    @Test
    void whatWasMadeAgainWhileTheSegmentIsRetiredFollowsItsDefinition() {
        // Given: an answered request, whose segment's row is gone already, and made again by a repeat
        var request = world.request(world.newSegment(), Optional.empty(), Optional.empty());
        assertThat(world.deliver(request)).isInstanceOf(Outcome.Ready.class);
        world.marks.retired.add(LifeWorld.KEY.uuid());

        // When
        var repeat = world.workflow
                .advance(SegmentTask.first(request, world.time.now()))
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create());
        repeat.assertNotTerminated();
        world.dynamics.definitions.clear();
        world.dynamics.states.clear();
        world.time.advance(Duration.ofSeconds(2));

        // Then
        var failed = (Outcome.Failed) repeat.assertCompleted().getItem();
        assertThat(failed.event().code()).isEqualTo(FailureCode.SEGMENT_NOT_FOUND);
        assertThat(failed.event().leftBehind()).isEmpty();
        assertThat(world.dynamics.segments).isEmpty();
    }

    @Test
    void aSegmentWhoseRetirementWasRefusedIsLeft() {
        // Given
        var request = world.request(world.newSegment(), Optional.empty(), Optional.empty());
        assertThat(world.deliver(request)).isInstanceOf(Outcome.Ready.class);
        world.marks.retired.add(LifeWorld.KEY.uuid());

        // When
        var failed = (Outcome.Failed) world.deliver(request);

        // Then
        assertThat(failed.event().code()).isEqualTo(FailureCode.SEGMENT_NOT_FOUND);
        assertThat(world.dynamics.calls).doesNotContain(Call.DELETE_SEGMENT, Call.DELETE_DEFINITION);
    }

    @Test
    void pastADeadlineNobodyWaitsLongForAServerThatIsSilent() {
        // Given
        world.dynamics.stateAfterPublish = () -> new DefinitionState(Status.GOING_LIVE, Computation.NOT_STARTED);
        world.dynamics.hang(Call.LOOK);
        var request = world.request(world.newSegment(), Optional.empty(), Optional.empty());
        var deadline = request.deadline();

        // When
        var outcome = world.deliver(request);
        while (outcome instanceof Outcome.Pending(var task)) {
            outcome = world.deliver(task);
        }
        var failed = (Outcome.Failed) outcome;

        // Then
        assertThat(failed.event().code()).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
        assertThat(failed.event().leftBehind()).containsExactly(Row.SEGMENT, Row.DEFINITION);
        assertThat(Duration.between(deadline, world.time.now())).isLessThan(Duration.ofSeconds(4));
    }

    @Test
    void aStoppedSegmentIsSomebodysDecision() {
        // Given
        world.dynamics.stateAfterPublish = () -> new DefinitionState(Status.STOPPED, Computation.NOT_STARTED);

        // When
        var failed =
                (Outcome.Failed) world.deliver(world.request(world.newSegment(), Optional.empty(), Optional.empty()));

        // Then
        assertThat(failed.event().leftBehind()).isEqualTo(List.of(Row.SEGMENT, Row.DEFINITION));
        assertThat(world.dynamics.calls)
                .as("whoever stopped it may have let it go on by the time of a look")
                .doesNotContain(Call.LOOK, Call.DELETE_SEGMENT);
    }

    @ParameterizedTest
    @CsvSource({
        "DRAFT, NOT_STARTED, false, true",
        "DRAFT, UNKNOWN, false, true",
        "GOING_LIVE, RUNNING, false, true",
        "LIVE, RUNNING, false, true",
        "LIVE, ERROR, false, true",
        "LIVE, UNKNOWN, false, false",
        "LIVE, FINISHED, false, false",
        "LIVE, RUNNING, true, false",
        "DRAFT, NOT_STARTED, true, false",
        "STOPPED, NOT_STARTED, false, false",
        "DELETED, NOT_STARTED, false, false",
        "UNKNOWN, NOT_STARTED, false, false"
    })
    void onlyWhatNobodyCanMissIsWorthless(Status status, Computation computation, boolean computed, boolean worthless) {
        // Given
        var spec = Requests.request("r", Instant.EPOCH, Duration.ofHours(1)).spec();
        var state = new DefinitionState(
                status, computation, Optional.of(Instant.EPOCH).filter(at -> computed));

        // Then
        assertThat(FailedRows.isWorthless(new DefinitionLook(state, spec.query()), spec))
                .isEqualTo(worthless);
        assertThat(FailedRows.isWorthless(new DefinitionLook(state, Optional.of("PROFILE(lead)")), spec))
                .isFalse();
    }
}
