package io.segmentrelay.workflow;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.segmentrelay.config.RelayConfig.FailedSegments;
import io.segmentrelay.config.RelayConfig.LiveWhen;
import io.segmentrelay.config.RelayConfig.Retire;
import io.segmentrelay.dynamics.DefinitionState;
import io.segmentrelay.dynamics.DefinitionState.Computation;
import io.segmentrelay.dynamics.DefinitionState.Status;
import io.segmentrelay.dynamics.Dynamics;
import io.segmentrelay.dynamics.DynamicsException;
import io.segmentrelay.dynamics.DynamicsException.Answer;
import io.segmentrelay.dynamics.MemberList;
import io.segmentrelay.dynamics.MemberSet;
import io.segmentrelay.event.FailureCode;
import io.segmentrelay.event.SegmentFacts;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.time.VirtualTime;
import io.segmentrelay.workflow.FakeDynamics.Call;

import static org.assertj.core.api.Assertions.assertThat;

/** What is live is ready, as often as it is delivered, and however late; only what is not has failed. */
class PastDeadlineTest {

    private static final Duration WINDOW = Duration.ofMinutes(4);
    private static final Duration READY_WITHIN = Duration.ofSeconds(40);
    private static final UUID MEMBER = new UUID(0, 7);

    private final VirtualTime time = new VirtualTime();
    private final FakeDynamics dynamics = new FakeDynamics();
    private final SegmentWorkflow workflow = new SegmentWorkflow(
            dynamics,
            new LiveWatch(
                    dynamics,
                    time,
                    new LiveWatch.Settings(
                            Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofMillis(300), LiveWhen.COMPUTED)),
            time,
            WINDOW,
            new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30)),
            () -> 0.5,
            new NoProgress(),
            new LifeParts(LifeMarks.NONE, Retire.OWN, FailedSegments.KEEP, 64 * 1024));
    private final SegmentRequest request = Requests.request("r-1", time.now(), READY_WITHIN);
    private final Instant deadline = request.deadline();

    PastDeadlineTest() {
        dynamics.members = () -> Uni.createFrom()
                .item(new MemberList(MemberSet.of(List.of(MEMBER)), Optional.of("contactid"), OptionalLong.empty()));
    }

    private SegmentTask first() {
        return SegmentTask.first(request, time.now());
    }

    private UniAssertSubscriber<Outcome> deliver(SegmentTask task) {
        return workflow.advance(task).subscribe().withSubscriber(UniAssertSubscriber.create());
    }

    private Outcome outcomeAfter(Duration span, SegmentTask task) {
        var subscriber = deliver(task);
        time.advance(span);
        return subscriber.assertCompleted().getItem();
    }

    private void answeredBefore() {
        assertThat(outcomeAfter(Duration.ofSeconds(5), first())).isInstanceOf(Outcome.Ready.class);
        dynamics.calls.clear();
    }

    private static DynamicsException weather() {
        return new DynamicsException.Weather("connection reset", Optional.empty(), null);
    }

    private static DynamicsException rejected() {
        return new DynamicsException.Rejected(
                new Answer(400, Optional.of("0x80040216"), Optional.of("An unexpected error"), Optional.empty()));
    }

    private static DynamicsException unauthorized() {
        return new DynamicsException.Unauthorized("no token", Optional.empty());
    }

    /** Every state that a request may be delivered in again. */
    private Stream<SegmentTask> states() {
        var ids = first().ids();
        var now = time.now();
        return Stream.of(
                first(),
                new SegmentTask.CreateSegment(request, now, ids.definitionId(), true),
                new SegmentTask.Publish(request, now, ids, true),
                new SegmentTask.AwaitLive(request, now, ids, SegmentFacts.of(request.spec()), Optional.empty()),
                new SegmentTask.FetchMembers(request, now, ids, SegmentFacts.of(request.spec()), now, Set.of()));
    }

    @Test
    void whatWasReadyIsReadyInWhateverStateItIsDeliveredAgain() {
        // Given
        answeredBefore();
        time.advanceTo(deadline.plus(Duration.ofHours(5)));

        // When
        var outcomes =
                states().map(task -> outcomeAfter(Duration.ofSeconds(1), task)).toList();

        // Then
        assertThat(outcomes)
                .hasSize(5)
                .allSatisfy(outcome -> assertThat(outcome).isInstanceOfSatisfying(Outcome.Ready.class, ready -> {
                    assertThat(ready.ids()).isEqualTo(first().ids());
                    assertThat(ready.list().members().slice(0, 1)).containsExactly(MEMBER);
                }));
        assertThat(dynamics.calls).doesNotContain(Call.CREATE_DEFINITION, Call.CREATE_SEGMENT, Call.PUBLISH);
        assertThat(time.timers()).isZero();
        assertThat(workflow.underWay()).isZero();
    }

    static Stream<Arguments> notReady() {
        return Stream.of(
                Arguments.of(Status.DRAFT, Computation.NOT_STARTED, "still a draft"),
                Arguments.of(Status.GOING_LIVE, Computation.NOT_STARTED, "still going live"),
                Arguments.of(Status.LIVE, Computation.RUNNING, "still being computed"),
                Arguments.of(Status.LIVE, Computation.ERROR, "computation of its members failed"),
                Arguments.of(Status.STOPPED, Computation.FINISHED, "was stopped"),
                Arguments.of(Status.DELETED, Computation.FINISHED, "was deleted"));
    }

    @ParameterizedTest
    @MethodSource("notReady")
    void whatIsNotLiveHasFailedAndNothingIsBegun(Status status, Computation computation, String last) {
        // Given
        time.advanceTo(deadline);
        dynamics.states.put(first().ids().definitionId(), new DefinitionState(status, computation));

        // When
        var failed = (Outcome.Failed) outcomeAfter(Duration.ofSeconds(1), first());

        // Then
        assertThat(failed.event().code()).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
        assertThat(failed.event().message()).contains(last);
        assertThat(dynamics.calls).containsExactly(Call.STATES);
    }

    @Test
    void whatNeverWasHasFailedAndNothingIsBegun() {
        // Given
        time.advanceTo(deadline.plusSeconds(20));

        // When
        var failed = (Outcome.Failed) outcomeAfter(Duration.ofSeconds(1), first());

        // Then
        assertThat(failed.event().code()).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
        assertThat(dynamics.calls).containsExactly(Call.STATES);
        assertThat(dynamics.definitions).isEmpty();
        assertThat(time.timers()).isZero();
    }

    @Test
    void membersThatAreBeingRefreshedWereComputedBefore() {
        // Given
        time.advanceTo(deadline);
        dynamics.states.put(
                first().ids().definitionId(),
                new DefinitionState(Status.LIVE, Computation.RUNNING, Optional.of(deadline.minusSeconds(9))));

        // When
        var outcome = outcomeAfter(Duration.ofSeconds(1), first());

        // Then
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Ready.class, ready -> {
            assertThat(ready.warnings()).isEmpty();
            assertThat(ready.liveAt()).isEqualTo(deadline.minusSeconds(9));
        });
    }

    static Stream<DynamicsException> hiccups() {
        return Stream.of(weather(), rejected(), unauthorized());
    }

    @ParameterizedTest
    @MethodSource("hiccups")
    void aShortHiccupMakesNoFailureOfWhatWasReady(DynamicsException hiccup) {
        // Given
        answeredBefore();
        time.advanceTo(deadline);
        for (var i = 0; i < 4; i++) {
            dynamics.fail(Call.STATES, hiccup);
        }

        // When
        var outcome = outcomeAfter(Duration.ofSeconds(20), first());

        // Then
        assertThat(outcome).isInstanceOf(Outcome.Ready.class);
    }

    @Test
    void aHiccupRightAfterTheBeginningMakesNoFailureEither() {
        // Given: delivered again just before the deadline
        answeredBefore();
        time.advanceTo(deadline.minusMillis(100));
        dynamics.hang(Call.CREATE_DEFINITION);
        dynamics.fail(Call.STATES, weather());
        dynamics.fail(Call.STATES, weather());
        dynamics.fail(Call.STATES, weather());

        // When
        var outcome = outcomeAfter(Duration.ofSeconds(5), first());

        // Then
        assertThat(outcome).isInstanceOf(Outcome.Ready.class);
    }

    @Test
    void weatherThatLastsIsAnAnswerAfterHalfAMinute() {
        // Given
        time.advanceTo(deadline);
        for (var i = 0; i < 20; i++) {
            dynamics.fail(Call.STATES, weather());
        }

        // When
        var delivery = deliver(first());
        time.advance(Duration.ofSeconds(29));
        delivery.assertNotTerminated();
        time.advance(Duration.ofSeconds(1));

        // Then
        assertThat(delivery.assertCompleted().getItem()).isInstanceOfSatisfying(Outcome.Failed.class, failed -> {
            assertThat(failed.event().code()).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
            assertThat(failed.event().message()).contains("connection reset");
        });
        assertThat(time.timers()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = Call.class,
            names = {"CREATE_DEFINITION", "CREATE_SEGMENT", "PUBLISH", "STATES"})
    void atTheDeadlineWhatIsUnderWayIsDroppedForALook(Call call) {
        // Given
        dynamics.hang(call);

        // When
        var failed = outcomeAfter(READY_WITHIN.plusMillis(100), first());

        // Then
        if (call == Call.STATES) { // the poll that hung would have seen it live
            assertThat(failed).isInstanceOf(Outcome.Ready.class);
        } else {
            assertThat(((Outcome.Failed) failed).event().code()).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
            assertThat(dynamics.calls.getLast()).isEqualTo(Call.STATES);
        }
        assertThat(time.timers()).isZero();
    }

    @Test
    void aLookThatHangsAtTheDeadlineTakesNoLongerThanAPoll() {
        // Given
        dynamics.hang(Call.CREATE_DEFINITION);
        dynamics.hang(Call.STATES);

        // When
        var failed = (Outcome.Failed) outcomeAfter(READY_WITHIN.plusSeconds(2), first());

        // Then
        assertThat(failed.event().code()).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
    }

    @Test
    void aListThatIsBeingReadAtTheDeadlineIsReadToItsEnd() {
        // Given
        dynamics.members = () -> time.after(Duration.ofSeconds(60))
                .map(done ->
                        new MemberList(MemberSet.of(List.of(MEMBER)), Optional.of("contactid"), OptionalLong.empty()));

        // When
        var outcome = outcomeAfter(Duration.ofSeconds(70), first());

        // Then
        assertThat(outcome).isInstanceOf(Outcome.Ready.class);
        assertThat(dynamics.calls).filteredOn(Call.MEMBERS::equals).hasSize(1);
    }

    @Test
    void aListThatIsBeingReadWhenTheWindowEndsIsGivenAnotherOneAndNoMore() {
        // Given
        dynamics.hang(Call.MEMBERS);
        dynamics.hang(Call.MEMBERS);

        // When
        var pending = (Outcome.Pending) outcomeAfter(WINDOW, first());
        var failed = (Outcome.Failed)
                outcomeAfter(WINDOW, SegmentTask.of(pending.task().toEvent()));

        // Then
        assertThat(failed.event().code()).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
        assertThat(time.timers()).isZero();
    }

    @Test
    void aListThatIsRefusedPastTheDeadlineIsToldInTheServersWords() {
        // Given
        answeredBefore();
        time.advanceTo(deadline);
        dynamics.fail(Call.MEMBERS, rejected());

        // When
        var failed = (Outcome.Failed) outcomeAfter(Duration.ofSeconds(1), first());

        // Then
        assertThat(failed.event().code()).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
        assertThat(failed.event().message()).contains("An unexpected error");
        assertThat(failed.event().dynamics()).isPresent();
    }

    @Test
    void thousandsThatComeLateShareTheirLooks() {
        // Given
        time.advanceTo(deadline);
        var now = time.now();

        // When
        var late = Stream.iterate(0, i -> i + 1)
                .limit(5_000)
                .map(i -> deliver(SegmentTask.first(
                        Requests.request("late-" + i, now.minusSeconds(60), Duration.ofSeconds(30)), now)))
                .toList();
        time.advance(Duration.ofMillis(100));

        // Then
        assertThat(late)
                .allSatisfy(each -> assertThat(each.assertCompleted().getItem()).isInstanceOf(Outcome.Failed.class));
        assertThat(dynamics.batches).hasSize(13).allMatch(size -> size <= Dynamics.MAX_STATES);
    }

    @Test
    void aProcessThatStopsLeavesTheLookToTheNextOne() {
        // Given
        answeredBefore();
        time.advanceTo(deadline);
        dynamics.hang(Call.STATES);
        var underWay = deliver(first());
        time.advance(Duration.ofSeconds(1));

        // When
        workflow.drain();

        // Then
        assertThat(underWay.assertCompleted().getItem()).isInstanceOf(Outcome.Pending.class);
        assertThat(outcomeAfter(Duration.ZERO, first())).isInstanceOf(Outcome.Pending.class);
    }

    @Test
    void anInvocationThatIsNearlyOverLeavesTheLookToTheNextOne() {
        // Given
        answeredBefore();
        time.advanceTo(deadline);
        dynamics.hang(Call.STATES);

        // When
        var delivery = workflow.advance(first(), Allowance.of(Duration.ofSeconds(3)))
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create());
        time.advance(Duration.ofSeconds(3));

        // Then
        assertThat(delivery.assertCompleted().getItem()).isInstanceOf(Outcome.Pending.class);
    }

    @Test
    void whereNobodySaysWhetherItIsComputedAListWithMembersIsReady() {
        // Given
        time.advanceTo(deadline);
        dynamics.states.put(first().ids().definitionId(), new DefinitionState(Status.LIVE, Computation.UNKNOWN));

        // When
        var outcome = outcomeAfter(Duration.ofSeconds(1), first());

        // Then
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Ready.class,
                        ready -> assertThat(ready.warnings())
                                .containsExactly(io.segmentrelay.event.Warning.MEMBERS_INCOMPLETE));
    }

    @Test
    void whereNobodySaysWhetherItIsComputedAnEmptyListIsNot() {
        // Given
        time.advanceTo(deadline);
        dynamics.states.put(first().ids().definitionId(), new DefinitionState(Status.LIVE, Computation.UNKNOWN));
        dynamics.members = () -> Uni.createFrom()
                .item(new MemberList(MemberSet.of(List.of()), Optional.of("contactid"), OptionalLong.empty()));

        // When
        var outcome = outcomeAfter(Duration.ofSeconds(1), first());

        // Then
        assertThat(((Outcome.Failed) outcome).event().message()).contains("not listed yet");
    }
}
