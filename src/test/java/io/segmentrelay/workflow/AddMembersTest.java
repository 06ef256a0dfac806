package io.segmentrelay.workflow;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import org.junit.jupiter.api.Test;

import io.segmentrelay.dynamics.DynamicsException;
import io.segmentrelay.dynamics.DynamicsException.Answer;
import io.segmentrelay.dynamics.StaticGroup;
import io.segmentrelay.event.FailureCode;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.RequestKey;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.SegmentSpec;
import io.segmentrelay.event.SegmentType;
import io.segmentrelay.event.Step;
import io.segmentrelay.time.VirtualTime;
import io.segmentrelay.workflow.FakeDynamics.Call;

import static org.assertj.core.api.Assertions.assertThat;

/** Lists whose members have calls of their own. */
class AddMembersTest {

    private static final Duration WINDOW = Duration.ofMinutes(4);
    private static final RequestKey KEY = new RequestKey("/tests", "listed");

    private final LifeWorld world = new LifeWorld();
    private final VirtualTime time = world.time;
    private final FakeDynamics dynamics = world.dynamics;

    AddMembersTest() {
        dynamics.addsMembersApart = true;
    }

    private SegmentTask first(List<UUID> included, List<UUID> excluded) {
        var spec = new SegmentSpec(
                "Listed",
                Optional.empty(),
                "contact",
                SegmentType.STATIC,
                included,
                excluded,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        var request = new SegmentRequest(KEY, spec, time.now(), time.now().plus(Duration.ofHours(2)), Optional.empty());
        return SegmentTask.first(request, time.now());
    }

    private Outcome outcome(SegmentTask task) {
        var subscriber = world.workflow.advance(task).subscribe().withSubscriber(UniAssertSubscriber.create());
        time.advance(WINDOW);
        return subscriber.assertCompleted().getItem();
    }

    private Set<UUID> group(StaticGroup group) {
        return dynamics.groups.getOrDefault(group.id(KEY.uuid()), Set.of());
    }

    private static SegmentTask continued(Outcome outcome) {
        return SegmentTask.of(((Outcome.Pending) outcome).task().toEvent());
    }

    @Test
    void addsAThousandWithEachCallTheIncludedOnesFirst() {
        // When
        var outcome = outcome(first(LifeWorld.ids(0, 2_500), LifeWorld.ids(5_000, 6_000)));

        // Then
        assertThat(outcome).isInstanceOf(Outcome.Ready.class);
        assertThat(dynamics.calls)
                .containsExactly(
                        Call.CREATE_DEFINITION,
                        Call.CREATE_SEGMENT,
                        Call.ADD_MEMBERS,
                        Call.ADD_MEMBERS,
                        Call.ADD_MEMBERS,
                        Call.ADD_MEMBERS,
                        Call.PUBLISH,
                        Call.STATES,
                        Call.MEMBERS);
        assertThat(group(StaticGroup.INCLUDE)).isEqualTo(new LinkedHashSet<>(LifeWorld.ids(0, 2_500)));
        assertThat(group(StaticGroup.EXCLUDE)).isEqualTo(new LinkedHashSet<>(LifeWorld.ids(5_000, 6_000)));
    }

    @Test
    void addsNoneWhereNoneAreListedOrTheyGoWithTheDefinition() {
        // When
        var withoutList =
                outcome(SegmentTask.first(Requests.request("r-1", time.now(), Duration.ofHours(2)), time.now()));
        dynamics.addsMembersApart = false;
        var inline = outcome(first(LifeWorld.ids(0, 3), List.of()));

        // Then
        assertThat(withoutList).isInstanceOf(Outcome.Ready.class);
        assertThat(inline).isInstanceOf(Outcome.Ready.class);
        assertThat(dynamics.calls).doesNotContain(Call.ADD_MEMBERS);
    }

    @Test
    void goesOnWhereItWasCutOffAndLooksFirst() {
        // Given: the third call never answers
        var task = first(LifeWorld.ids(0, 3_500), List.of());
        dynamics.hangAfter(Call.ADD_MEMBERS, 2);
        var cut = outcome(task);
        var pending = (RelayEvent.Pending) ((Outcome.Pending) cut).task().toEvent();
        dynamics.calls.clear();

        // When
        var outcome = outcome(SegmentTask.of(pending));

        // Then
        assertThat(pending.step()).isEqualTo(Step.ADD_MEMBERS);
        assertThat(pending.membersAdded()).isEqualTo(2_000);
        assertThat(outcome).isInstanceOf(Outcome.Ready.class);
        assertThat(dynamics.calls)
                .containsExactly(
                        Call.STATE,
                        Call.ADD_MEMBERS,
                        Call.ADD_MEMBERS,
                        Call.STATE,
                        Call.PUBLISH,
                        Call.STATES,
                        Call.MEMBERS);
        assertThat(group(StaticGroup.INCLUDE)).hasSize(3_500);
    }

    @Test
    void addsNothingToASegmentThatWasPublishedMeanwhile() {
        // Given
        dynamics.hang(Call.ADD_MEMBERS);
        var task = continued(outcome(first(LifeWorld.ids(0, 1_500), List.of())));
        assertThat(outcome(first(LifeWorld.ids(0, 1_500), List.of()))).isInstanceOf(Outcome.Ready.class);
        dynamics.calls.clear();

        // When
        var outcome = outcome(task);

        // Then
        assertThat(outcome).isInstanceOf(Outcome.Ready.class);
        assertThat(dynamics.calls).containsExactly(Call.STATE, Call.STATES, Call.MEMBERS);
    }

    @Test
    void aRefusalNamesItsStepAndLeavesNothingBehind() {
        // Given
        dynamics.fail(
                Call.ADD_MEMBERS,
                new DynamicsException.Rejected(
                        new Answer(400, Optional.empty(), Optional.of("no such row"), Optional.empty())));

        // When
        var failed = ((Outcome.Failed) outcome(first(LifeWorld.ids(0, 10), List.of()))).event();

        // Then
        assertThat(failed.code()).isEqualTo(FailureCode.REJECTED_BY_DYNAMICS);
        assertThat(failed.step()).isEqualTo(Step.ADD_MEMBERS);
        assertThat(failed.leftBehind()).isEmpty();
        assertThat(dynamics.definitions).isEmpty();
        assertThat(dynamics.segments).isEmpty();
    }

    @Test
    void weatherRepeatsOneCallAndNotTheList() {
        // Given
        dynamics.failAfter(Call.ADD_MEMBERS, new DynamicsException.Weather("connection reset", Optional.empty(), null));

        // When
        var outcome = outcome(first(LifeWorld.ids(0, 1_001), List.of()));

        // Then
        assertThat(outcome).isInstanceOf(Outcome.Ready.class);
        assertThat(dynamics.calls).filteredOn(call -> call == Call.ADD_MEMBERS).hasSize(3);
        assertThat(group(StaticGroup.INCLUDE)).hasSize(1_001);
    }

    @Test
    void refusesMoreThanTheServerTakesBeforeAnythingIsMade() {
        // When
        var failed = ((Outcome.Failed) outcome(first(LifeWorld.ids(0, StaticGroup.MOST + 1), List.of()))).event();

        // Then
        assertThat(failed.code()).isEqualTo(FailureCode.INVALID_REQUEST);
        assertThat(failed.message()).contains("200,000");
        assertThat(dynamics.calls).doesNotContain(Call.CREATE_DEFINITION);
    }
}
