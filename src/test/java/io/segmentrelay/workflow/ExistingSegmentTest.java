package io.segmentrelay.workflow;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.segmentrelay.config.RelayConfig.FailedSegments;
import io.segmentrelay.config.RelayConfig.Retire;
import io.segmentrelay.dynamics.DefinitionState;
import io.segmentrelay.dynamics.DefinitionState.Computation;
import io.segmentrelay.dynamics.DefinitionState.Status;
import io.segmentrelay.dynamics.Dynamics.SegmentIds;
import io.segmentrelay.dynamics.DynamicsException;
import io.segmentrelay.event.EndReason;
import io.segmentrelay.event.FailureCode;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.RequestKey;
import io.segmentrelay.event.Row;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.Target;
import io.segmentrelay.event.Wish;
import io.segmentrelay.workflow.FakeDynamics.Call;

import static org.assertj.core.api.Assertions.assertThat;

/** Segments that are there: read, kept for a time, deleted. */
class ExistingSegmentTest {

    private final LifeWorld world = new LifeWorld();

    private SegmentRequest members() {
        return world.request(LifeWorld.membersOf(LifeWorld.OTHERS), Optional.empty(), Optional.empty());
    }

    private SegmentRequest retirement(Target target) {
        return world.request(new Wish.Retirement(target), Optional.empty(), Optional.empty());
    }

    private static DynamicsException rejected(int status) {
        return new DynamicsException.Rejected(new DynamicsException.Answer(
                status, Optional.empty(), Optional.of("a live journey uses it"), Optional.empty()));
    }

    @Test
    void itsMembersAreToldAndNothingIsMade() {
        // Given
        world.others(Status.LIVE, Optional.of(LifeWorld.OTHERS_DEFINITION));

        // When
        var ready = (Outcome.Ready) world.deliver(members());

        // Then
        assertThat(ready.ids()).isEqualTo(new SegmentIds(LifeWorld.OTHERS, LifeWorld.OTHERS_DEFINITION));
        assertThat(ready.facts().displayName()).isEqualTo("Made by others");
        assertThat(ready.facts().baseEntity()).isEqualTo("lead");
        assertThat(world.dynamics.calls).containsExactly(Call.SEGMENT, Call.STATE, Call.STATES, Call.MEMBERS);
    }

    @ParameterizedTest
    @CsvSource({
        "DRAFT, SEGMENT_NOT_LIVE",
        "STOPPED, SEGMENT_NOT_LIVE",
        "STOPPING, SEGMENT_NOT_LIVE",
        "DELETED, SEGMENT_NOT_FOUND"
    })
    void isNotWaitedForWhereItIsSomebodyElsesToPublish(Status status, FailureCode code) {
        // Given
        world.others(status, Optional.of(LifeWorld.OTHERS_DEFINITION));
        var begun = world.time.now();

        // When
        var failed = (Outcome.Failed) world.deliver(members());

        // Then
        assertThat(failed.event().code()).isEqualTo(code);
        assertThat(world.time.now()).isEqualTo(begun);
        assertThat(world.dynamics.published).isZero();
    }

    @Test
    void aComputationThatFailedIsNotLive() {
        // Given
        world.others(Status.LIVE, Optional.of(LifeWorld.OTHERS_DEFINITION));
        world.dynamics.states.put(LifeWorld.OTHERS_DEFINITION, new DefinitionState(Status.LIVE, Computation.ERROR));

        // Then
        assertThat(((Outcome.Failed) world.deliver(members())).event().code()).isEqualTo(FailureCode.SEGMENT_NOT_LIVE);
    }

    @Test
    void isNotFoundWithoutARowOrADefinition() {
        // When
        var noRow = (Outcome.Failed) world.deliver(members());
        world.others(Status.LIVE, Optional.empty());
        var noLink = (Outcome.Failed) world.deliver(members());
        world.others(Status.LIVE, Optional.of(new UUID(1, 1)));
        var noDefinition = (Outcome.Failed) world.deliver(members());

        // Then
        assertThat(List.of(noRow, noLink, noDefinition))
                .allSatisfy(failed -> assertThat(failed.event().code()).isEqualTo(FailureCode.SEGMENT_NOT_FOUND));
    }

    @Test
    void isFollowedUnderAKeyOfItsOwn() {
        // Given
        world.others(Status.LIVE, Optional.of(LifeWorld.OTHERS_DEFINITION));
        var request =
                world.request(LifeWorld.membersOf(LifeWorld.OTHERS), Optional.of(Duration.ofDays(1)), Optional.empty());

        // When
        var begun = world.deliver(request);
        var ready = world.next(begun);

        // Then
        assertThat(((RelayEvent.Followed) begun.after().next().orElseThrow().toEvent()).mailboxKey())
                .isEqualTo(LifeWorld.OTHERS + "/" + LifeWorld.KEY.uuid());
        assertThat(ready).isInstanceOf(Outcome.Ready.class);
    }

    @Test
    void isDeletedRowByRowAfterAllWereTold() {
        // Given
        var made = new RequestKey("/tests", "made");
        world.dynamics.segments.add(made.uuid());
        world.dynamics.definitions.add(made.uuid());

        // When
        var marked = (Outcome.Told) world.deliver(retirement(new Target.Request(made)));
        var callsBefore = List.copyOf(world.dynamics.calls);
        var retired = (Outcome.Told) world.next(marked);

        // Then
        assertThat(marked.events()).singleElement().isInstanceOf(RelayEvent.Marked.class);
        assertThat(callsBefore).containsExactly(Call.SEGMENT);
        assertThat(retired.events()).singleElement().isInstanceOf(RelayEvent.Retired.class);
        assertThat(world.dynamics.calls).containsExactly(Call.SEGMENT, Call.DELETE_SEGMENT, Call.DELETE_DEFINITION);
        assertThat(world.dynamics.segments).isEmpty();
        assertThat(world.dynamics.definitions).isEmpty();
    }

    @Test
    void aCrashBetweenTheRowsIsGoneOnFrom() {
        // Given
        var made = new RequestKey("/tests", "made");
        world.workflow = world.workflow(LifeMarks.NONE, Retire.OWN, FailedSegments.KEEP);
        world.dynamics.definitions.add(made.uuid());
        world.dynamics.states.put(made.uuid(), new DefinitionState(Status.LIVE, Computation.FINISHED));

        // When
        var retired = (Outcome.Told) world.deliver(retirement(new Target.Request(made)));

        // Then
        assertThat(retired.events()).singleElement().isInstanceOf(RelayEvent.Retired.class);
        assertThat(world.dynamics.definitions).isEmpty();
        assertThat(world.dynamics.calls)
                .as("the segment's row may have come since it was looked for")
                .endsWith(Call.DELETE_SEGMENT, Call.DELETE_DEFINITION);
    }

    @Test
    void whatIsNowhereIsNotFoundUnlessItWasRetired() {
        // Given
        var made = new RequestKey("/tests", "made");

        // When
        var nowhere = world.deliver(retirement(new Target.Request(made)));
        world.marks.retired.add(made.uuid());
        var again = world.deliver(retirement(new Target.Request(made)));

        // Then
        assertThat(((Outcome.Failed) nowhere).event().code()).isEqualTo(FailureCode.SEGMENT_NOT_FOUND);
        assertThat(((Outcome.Told) again).events()).singleElement().isInstanceOf(RelayEvent.Retired.class);
    }

    @ParameterizedTest
    @EnumSource(Retire.class)
    void whoseSegmentsMayBeDeletedIsASetting(Retire rule) {
        // Given
        world.workflow = world.workflow(world.marks, rule, FailedSegments.KEEP);
        world.others(Status.LIVE, Optional.of(LifeWorld.OTHERS_DEFINITION));
        var others = new Target.Segment(LifeWorld.OTHERS);
        var made = new RequestKey("/tests", "made");
        world.dynamics.segments.add(made.uuid());

        // Then
        assertThat(world.deliver(retirement(others)) instanceof Outcome.Told).isEqualTo(rule == Retire.ANY);
        assertThat(world.deliver(retirement(new Target.Segment(made.uuid()))) instanceof Outcome.Told)
                .isEqualTo(rule != Retire.OFF);
        assertThat(world.dynamics.calls).doesNotContain(Call.DELETE_SEGMENT, Call.DELETE_DEFINITION);
    }

    @ParameterizedTest
    @EnumSource(
            value = Call.class,
            names = {"DELETE_SEGMENT", "DELETE_DEFINITION"})
    void aRefusalIsTold(Call call) {
        // Given
        var made = new RequestKey("/tests", "made");
        world.dynamics.segments.add(made.uuid());
        world.dynamics.definitions.add(made.uuid());
        world.dynamics.fail(call, rejected(400));

        // When
        var failed = (Outcome.Failed) world.next(world.deliver(retirement(new Target.Request(made))));

        // Then
        assertThat(failed.event().code()).isEqualTo(FailureCode.RETIRE_REFUSED);
        assertThat(failed.event().message()).contains("a live journey uses it");
        assertThat(failed.event().leftBehind())
                .isEqualTo(
                        call == Call.DELETE_SEGMENT ? List.of(Row.SEGMENT, Row.DEFINITION) : List.of(Row.DEFINITION));
        assertThat(failed.after().forget())
                .isEqualTo(call == Call.DELETE_SEGMENT ? List.of(made.uuid() + "/retired") : List.of());
    }

    @Test
    void weatherDoesNotEndADeletion() {
        // Given
        var made = new RequestKey("/tests", "made");
        world.dynamics.segments.add(made.uuid());
        world.dynamics.failAfter(Call.DELETE_SEGMENT, new DynamicsException.Weather("reset", Optional.empty(), null));

        // Then
        assertThat(world.next(world.deliver(retirement(new Target.Request(made)))))
                .isInstanceOf(Outcome.Told.class);
    }

    @Test
    void isDeletedWhenItsTimeIsOver() {
        // Given
        var request =
                world.request(world.newSegment(), Optional.of(Duration.ofDays(9)), Optional.of(Duration.ofMinutes(20)));
        var ready = world.next(world.deliver(request));

        // When
        var marked = (Outcome.Told) world.next(ready);
        var retired = (Outcome.Told) world.next(marked);

        // Then
        assertThat(retired.events())
                .hasSize(2)
                .satisfies(events -> assertThat(events.getFirst()).isInstanceOf(RelayEvent.Retired.class))
                .satisfies(events -> assertThat(((RelayEvent.Ended) events.getLast()).reason())
                        .isEqualTo(EndReason.RETIRED));
        assertThat(retired.after().forget())
                .containsExactly(LifeWorld.KEY.uuid().toString());
        assertThat(world.dynamics.segments).isEmpty();
    }

    @Test
    void isKeptWithoutAFollow() {
        // Given
        var request = world.request(world.newSegment(), Optional.empty(), Optional.of(Duration.ofMinutes(20)));

        // When
        var retired = world.next(world.next(world.next(world.deliver(request))));

        // Then
        assertThat(((Outcome.Told) retired).events()).singleElement().isInstanceOf(RelayEvent.Retired.class);
    }

    @Test
    void aFollowGoesOnWhereTheSegmentCouldNotBeDeleted() {
        // Given
        var request =
                world.request(world.newSegment(), Optional.of(Duration.ofDays(9)), Optional.of(Duration.ofMinutes(20)));
        world.dynamics.fail(Call.DELETE_SEGMENT, rejected(409));

        // When
        var failed = (Outcome.Failed) world.next(world.next(world.next(world.deliver(request))));

        // Then
        assertThat(failed.event().code()).isEqualTo(FailureCode.RETIRE_REFUSED);
        assertThat(failed.after().next()).containsInstanceOf(FollowTask.Following.class);
    }

    @Test
    void aRepeatAfterItsRetirementMakesNothing() {
        // Given
        world.marks.retired.add(LifeWorld.KEY.uuid());

        // When
        var failed =
                (Outcome.Failed) world.deliver(world.request(world.newSegment(), Optional.empty(), Optional.empty()));

        // Then
        assertThat(failed.event().code()).isEqualTo(FailureCode.SEGMENT_NOT_FOUND);
        assertThat(world.dynamics.calls)
                .as("what a delivery before the retirement left half-done is cleared away")
                .containsExactly(Call.LOOK, Call.DELETE_SEGMENT, Call.DELETE_DEFINITION);
    }
}
