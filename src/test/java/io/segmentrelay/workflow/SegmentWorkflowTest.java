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
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.segmentrelay.config.RelayConfig.FailedSegments;
import io.segmentrelay.config.RelayConfig.LiveWhen;
import io.segmentrelay.config.RelayConfig.Retire;
import io.segmentrelay.dynamics.DefinitionState;
import io.segmentrelay.dynamics.DefinitionState.Computation;
import io.segmentrelay.dynamics.DefinitionState.Status;
import io.segmentrelay.dynamics.Dynamics.SegmentIds;
import io.segmentrelay.dynamics.DynamicsException;
import io.segmentrelay.dynamics.DynamicsException.Answer;
import io.segmentrelay.dynamics.MemberList;
import io.segmentrelay.dynamics.MemberSet;
import io.segmentrelay.event.FailureCode;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.SegmentFacts;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.Step;
import io.segmentrelay.event.Warning;
import io.segmentrelay.output.ExpectedLog;
import io.segmentrelay.time.VirtualTime;
import io.segmentrelay.workflow.FakeDynamics.Call;

import static org.assertj.core.api.Assertions.assertThat;

class SegmentWorkflowTest {

    private static final Duration WINDOW = Duration.ofMinutes(4);
    private static final UUID OTHER = UUID.fromString("00000000-0000-0000-0000-0000000000ff");

    @RegisterExtension
    final ExpectedLog log = new ExpectedLog();

    private final VirtualTime time = new VirtualTime();
    private final FakeDynamics dynamics = new FakeDynamics();
    private final SegmentWorkflow workflow = workflow(LiveWhen.COMPUTED);

    private SegmentWorkflow workflow(LiveWhen liveWhen) {
        var settings =
                new LiveWatch.Settings(Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofMillis(300), liveWhen);
        return new SegmentWorkflow(
                dynamics,
                new LiveWatch(dynamics, time, settings),
                time,
                WINDOW,
                new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30)),
                () -> 0.5,
                new NoProgress(),
                new LifeParts(LifeMarks.NONE, Retire.OWN, FailedSegments.KEEP, 64 * 1024));
    }

    private SegmentRequest request() {
        return Requests.request("r-1", time.now(), Duration.ofHours(2));
    }

    private Outcome outcomeAfter(Duration span, SegmentTask task) {
        var subscriber = workflow.advance(task).subscribe().withSubscriber(UniAssertSubscriber.create());
        time.advance(span);
        return subscriber.assertCompleted().getItem();
    }

    private Outcome outcome(SegmentTask task) {
        return outcomeAfter(WINDOW, task);
    }

    private SegmentTask first() {
        return SegmentTask.first(request(), time.now());
    }

    private static DynamicsException weather() {
        return new DynamicsException.Weather("connection reset", Optional.empty(), null);
    }

    private static DynamicsException rejected(int status) {
        return new DynamicsException.Rejected(
                new Answer(status, Optional.of("0x80040203"), Optional.of("no"), Optional.of("service-id")));
    }

    @Test
    void takesEachStepOnce() {
        // When
        var outcome = outcome(first());

        // Then
        assertThat(outcome).isInstanceOf(Outcome.Ready.class);
        assertThat(dynamics.calls)
                .containsExactly(Call.CREATE_DEFINITION, Call.CREATE_SEGMENT, Call.PUBLISH, Call.STATES, Call.MEMBERS);
        assertThat(time.timers()).isZero();
        assertThat(workflow.underWay()).isZero();
    }

    @Test
    void namesBothRowsWithTheRequestsOwnId() {
        // When
        var ready = (Outcome.Ready) outcome(first());

        // Then
        var own = request().key().uuid();
        assertThat(ready.ids()).isEqualTo(new SegmentIds(own, own));
        assertThat(dynamics.definitions).containsExactly(own);
        assertThat(dynamics.segments).containsExactly(own);
    }

    @Test
    void takesTheServersIdsWhereItGivesItsOwn() {
        // Given
        dynamics.ownDefinitionId = Optional.of(OTHER);
        dynamics.ownSegmentId = Optional.of(new UUID(1, 2));

        // When
        var ready = (Outcome.Ready) outcome(first());

        // Then
        assertThat(ready.ids()).isEqualTo(new SegmentIds(new UUID(1, 2), OTHER));
    }

    @Test
    void aWholeRepeatMakesNoSecondSegmentAndPublishesNothing() {
        // Given
        outcome(first());

        // When
        var again = outcome(first());

        // Then
        assertThat(again).isInstanceOf(Outcome.Ready.class);
        assertThat(dynamics.definitions).hasSize(1);
        assertThat(dynamics.segments).hasSize(1);
        assertThat(dynamics.published).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Call.class,
            names = {"CREATE_DEFINITION", "CREATE_SEGMENT", "PUBLISH"})
    void aStepWhoseAnswerIsLostIsNotDoneTwice(Call call) {
        // Given
        dynamics.failAfter(call, weather());

        // When
        var outcome = outcome(first());

        // Then
        assertThat(outcome).isInstanceOf(Outcome.Ready.class);
        assertThat(dynamics.definitions).hasSize(1);
        assertThat(dynamics.segments).hasSize(1);
        assertThat(dynamics.published).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Call.class,
            names = {"CREATE_DEFINITION", "CREATE_SEGMENT", "PUBLISH", "STATES", "MEMBERS"})
    void weatherIsWaitedOut(Call call) {
        // Given
        log.expectError(SegmentWorkflow.class, "Unexpected failure; requestId=r-1 step=");
        dynamics.fail(call, weather());
        dynamics.fail(call, new IllegalStateException("a defect of the relay's own"));
        dynamics.fail(call, weather());

        // When
        var outcome = outcome(first());

        // Then
        assertThat(outcome).isInstanceOf(Outcome.Ready.class);
    }

    @Test
    void waitsAtLeastAsLongAsTheServerAsks() {
        // Given
        var start = time.now();
        dynamics.fail(
                Call.CREATE_DEFINITION,
                new DynamicsException.Weather("429", Optional.of(Duration.ofSeconds(70)), null));

        // When
        var ready = (Outcome.Ready) outcome(first());

        // Then
        assertThat(ready.liveAt()).isAfterOrEqualTo(start.plusSeconds(70));
    }

    @ParameterizedTest
    @CsvSource({"5, 5", "-5, 0"})
    void theServersTimeOfTheComputationCountsSoThatARepeatSaysTheSame(int computedAfter, int liveAfter) {
        // Given
        var request = request();
        var requestedAt = request.requestedAt();
        var computed = Optional.of(requestedAt.plusSeconds(computedAfter));
        dynamics.stateAfterPublish = () -> new DefinitionState(Status.LIVE, Computation.FINISHED, computed);
        var ready = (Outcome.Ready) outcome(SegmentTask.first(request, time.now()));

        // When
        var again = (Outcome.Ready) outcome(SegmentTask.first(request, time.now()));

        // Then
        assertThat(ready.liveAt()).isEqualTo(requestedAt.plusSeconds(liveAfter));
        assertThat(again.liveAt()).isEqualTo(ready.liveAt());
    }

    @ParameterizedTest
    @EnumSource(
            value = Call.class,
            names = {"CREATE_DEFINITION", "CREATE_SEGMENT", "PUBLISH", "MEMBERS"})
    void anAnswerThatRefusesEndsTheRequest(Call call) {
        // Given
        dynamics.fail(call, rejected(400));

        // When
        var failed = (Outcome.Failed) outcome(first());

        // Then
        assertThat(failed.event().code()).isEqualTo(FailureCode.REJECTED_BY_DYNAMICS);
        assertThat(failed.event().step()).isEqualTo(step(call));
        assertThat(failed.event().dynamics())
                .hasValueSatisfying(
                        answer -> assertThat(answer.serviceRequestId()).contains("service-id"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Call.class,
            names = {"CREATE_DEFINITION", "CREATE_SEGMENT", "PUBLISH", "STATES", "MEMBERS"})
    void noTokenEndsTheRequest(Call call) {
        // Given
        dynamics.fail(call, new DynamicsException.Unauthorized("AADSTS7000215", Optional.empty()));

        // When
        var failed = (Outcome.Failed) outcome(first());

        // Then
        assertThat(failed.event().code()).isEqualTo(FailureCode.UNAUTHORIZED);
        assertThat(failed.event().step()).isEqualTo(step(call));
    }

    @Test
    void namesOnlyIdsThatThereAre() {
        // Given
        dynamics.fail(Call.CREATE_SEGMENT, rejected(403));

        // When
        var failed = ((Outcome.Failed) outcome(first())).event();

        // Then
        assertThat(failed.definitionId()).contains(request().key().uuid());
        assertThat(failed.segmentId()).isEmpty();
    }

    private static Step step(Call call) {
        return switch (call) {
            case CREATE_DEFINITION, MAKE -> Step.CREATE_DEFINITION;
            case CREATE_SEGMENT -> Step.CREATE_SEGMENT;
            case ADD_MEMBERS -> Step.ADD_MEMBERS;
            case PUBLISH, STATE -> Step.PUBLISH;
            case STATES -> Step.AWAIT_LIVE;
            case MEMBERS -> Step.FETCH_MEMBERS;
            case SEGMENT -> Step.FIND_SEGMENT;
            case LOOK, DELETE_SEGMENT, DELETE_DEFINITION -> Step.RETIRE;
        };
    }

    @Test
    void aDraftThatAnotherReplicaPublishedMeanwhileIsPublished() {
        // Given
        dynamics.failAfter(Call.PUBLISH, rejected(400));

        // When
        var outcome = outcome(first());

        // Then
        assertThat(outcome).isInstanceOf(Outcome.Ready.class);
        assertThat(dynamics.published).isEqualTo(1);
    }

    static Stream<Arguments> statesThatWillNotGoLive() {
        return Stream.of(
                Arguments.of(Status.STOPPING, Computation.NOT_STARTED),
                Arguments.of(Status.STOPPED, Computation.FINISHED),
                Arguments.of(Status.DELETED, Computation.NOT_STARTED),
                Arguments.of(Status.LIVE, Computation.ERROR));
    }

    @ParameterizedTest
    @MethodSource("statesThatWillNotGoLive")
    void aSegmentThatWillNotGoLiveEndsTheRequest(Status status, Computation computation) {
        // Given
        dynamics.statusAfterPublish = status;
        dynamics.computationAfterPublish = computation;

        // When
        var failed = (Outcome.Failed) outcome(first());

        // Then
        assertThat(failed.event().code()).isEqualTo(FailureCode.GOING_LIVE_FAILED);
        assertThat(failed.event().step()).isEqualTo(Step.AWAIT_LIVE);
        assertThat(failed.event().segmentId()).isPresent();
    }

    @Test
    void aDefinitionThatIsGoneEndsTheRequest() {
        // Given
        var ids = new SegmentIds(OTHER, OTHER);
        var awaiting = new SegmentTask.AwaitLive(
                request(), time.now(), ids, SegmentFacts.of(request().spec()), Optional.empty());
        var publishing = new SegmentTask.Publish(request(), time.now(), ids, true);

        // When
        var awaited = (Outcome.Failed) outcome(awaiting);
        var published = (Outcome.Failed) outcome(publishing);

        // Then
        assertThat(awaited.event().code()).isEqualTo(FailureCode.GOING_LIVE_FAILED);
        assertThat(awaited.event().step()).isEqualTo(Step.AWAIT_LIVE);
        assertThat(published.event().code()).isEqualTo(FailureCode.GOING_LIVE_FAILED);
        assertThat(published.event().step()).isEqualTo(Step.PUBLISH);
    }

    @Test
    void liveIsNotComputed() {
        // Given
        dynamics.computationAfterPublish = Computation.RUNNING;

        // When
        var outcome = outcome(first());

        // Then
        assertThat(outcome).isInstanceOf(Outcome.Pending.class);
        assertThat(dynamics.calls).doesNotContain(Call.MEMBERS);
    }

    @Test
    void liveIsEnoughWhereTheSettingSaysSo() {
        // Given
        dynamics.computationAfterPublish = Computation.RUNNING;
        var task = first();

        // When
        var subscriber = workflow(LiveWhen.LIVE).advance(task).subscribe().withSubscriber(UniAssertSubscriber.create());
        time.advance(WINDOW);

        // Then
        assertThat(subscriber.assertCompleted().getItem())
                .isInstanceOfSatisfying(
                        Outcome.Ready.class,
                        ready -> assertThat(ready.warnings()).containsExactly(Warning.MEMBERS_INCOMPLETE));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 405, 414})
    void aPollThatIsRefusedIsNoAnswerToTheRequest(int status) {
        // Given
        for (var i = 0; i < 5; i++) {
            dynamics.fail(Call.STATES, rejected(status));
        }

        // When
        var outcome = outcome(first());

        // Then
        assertThat(outcome).isInstanceOf(Outcome.Ready.class);
    }

    @Test
    void aLookBeforeAPublishThatIsRefusedIsNoAnswerToTheRequest() {
        // Given
        dynamics.fail(Call.PUBLISH, weather());
        dynamics.fail(Call.STATE, rejected(400));

        // When
        var outcome = outcome(first());

        // Then
        assertThat(outcome).isInstanceOf(Outcome.Ready.class);
        assertThat(dynamics.published).isEqualTo(1);
    }

    private void lists(List<List<UUID>> lists) {
        var looks = new java.util.ArrayDeque<>(lists);
        dynamics.members = () -> {
            var members = looks.size() > 1 ? looks.removeFirst() : looks.getFirst();
            return Uni.createFrom()
                    .item(new MemberList(MemberSet.of(members), Optional.of("contactid"), OptionalLong.empty()));
        };
    }

    @Test
    void whereNobodySaysWhetherItIsComputedTheListIsReadUntilItStaysTheSame() {
        // Given
        dynamics.computationAfterPublish = Computation.UNKNOWN;
        var one = new UUID(0, 1);
        var two = new UUID(0, 2);
        lists(List.of(List.of(), List.of(one), List.of(one, two), List.of(one, two)));

        // When
        var ready = (Outcome.Ready) outcome(first());

        // Then
        assertThat(ready.list().members().slice(0, 2)).containsExactly(one, two);
        assertThat(ready.warnings()).containsExactly(Warning.MEMBERS_INCOMPLETE);
        assertThat(dynamics.calls).filteredOn(Call.MEMBERS::equals).hasSize(4);
    }

    @Test
    void whereNobodySaysWhetherItIsComputedAnEmptyListIsNotBelievedAtFirst() {
        // Given
        dynamics.computationAfterPublish = Computation.UNKNOWN;
        var task = first();

        // When
        var first = outcome(task);
        time.advance(Duration.ofMinutes(6));
        var later = (Outcome.Ready) outcome(((Outcome.Pending) first).task());

        // Then
        assertThat(((Outcome.Pending) first).task().step()).isEqualTo(Step.AWAIT_LIVE);
        assertThat(later.list().members().size()).isZero();
        assertThat(later.warnings()).containsExactly(Warning.MEMBERS_INCOMPLETE);
    }

    @Test
    void whereNobodySaysWhetherItIsComputedARefusedListIsNot() {
        // Given
        dynamics.computationAfterPublish = Computation.UNKNOWN;
        dynamics.fail(Call.MEMBERS, rejected(400));
        lists(List.of(List.of(OTHER)));

        // When
        var ready = (Outcome.Ready) outcome(first());

        // Then
        assertThat(ready.list().members().size()).isEqualTo(1);
    }

    @Test
    void thatNobodySaysWhetherItIsComputedIsToldWhereLiveIsEnough() {
        // Given
        dynamics.computationAfterPublish = Computation.UNKNOWN;
        var task = first();

        // When
        var subscriber = workflow(LiveWhen.LIVE).advance(task).subscribe().withSubscriber(UniAssertSubscriber.create());
        time.advance(WINDOW);

        // Then
        assertThat(((Outcome.Ready) subscriber.assertCompleted().getItem()).warnings())
                .containsExactly(Warning.MEMBERS_INCOMPLETE);
    }

    @Test
    void warningsAreTold() {
        // Given
        dynamics.statusAfterPublish = Status.LIVE_WITH_WARNINGS;
        dynamics.members = () -> Uni.createFrom()
                .item(new MemberList(MemberSet.of(List.of(OTHER)), Optional.empty(), OptionalLong.of(2)));

        // When
        var ready = (Outcome.Ready) outcome(first());

        // Then
        assertThat(ready.warnings()).containsExactlyInAnyOrder(Warning.LIVE_WITH_WARNINGS, Warning.MEMBERS_INCOMPLETE);
    }

    @Test
    void aListThatStaysUnreadableEndsTheRequestAtTheThirdTry() {
        // Given
        for (var i = 0; i < 3; i++) {
            dynamics.fail(Call.MEMBERS, new DynamicsException.UnreadableMembers("members is no array"));
        }

        // When
        var failed = (Outcome.Failed) outcome(first());

        // Then
        assertThat(failed.event().code()).isEqualTo(FailureCode.MEMBERS_UNREADABLE);
        assertThat(failed.event().step()).isEqualTo(Step.FETCH_MEMBERS);
        assertThat(dynamics.calls).filteredOn(Call.MEMBERS::equals).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource(
            value = Call.class,
            names = {"CREATE_DEFINITION", "CREATE_SEGMENT", "PUBLISH", "STATES", "MEMBERS"})
    void theWindowEndsWhateverIsUnderWay(Call call) {
        // Given
        dynamics.hang(call);

        // When
        var pending = (Outcome.Pending) outcome(first());

        // Then
        assertThat(pending.task().step()).isEqualTo(step(call));
        assertThat(time.timers()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = Call.class,
            names = {"CREATE_DEFINITION", "CREATE_SEGMENT", "PUBLISH", "STATES", "MEMBERS"})
    void aContinuationGoesOnWhereTheWindowEnded(Call call) {
        // Given
        dynamics.hang(call);
        var pending = ((Outcome.Pending) outcome(first())).task().toEvent();

        // When
        var outcome = outcome(SegmentTask.of(pending));

        // Then
        assertThat(outcome).isInstanceOf(Outcome.Ready.class);
        assertThat(dynamics.published).isEqualTo(1);
        assertThat(dynamics.definitions).hasSize(1);
    }

    @Test
    void tellsTheLastTroubleWhenTheDeadlinePasses() {
        // Given
        for (var i = 0; i < 20; i++) {
            dynamics.fail(Call.CREATE_DEFINITION, weather());
        }
        var task = SegmentTask.first(Requests.request("r-4", time.now(), Duration.ofSeconds(40)), time.now());

        // When
        dynamics.fail(Call.STATES, weather());
        dynamics.fail(Call.STATES, weather());
        dynamics.fail(Call.STATES, weather());
        var failed = (Outcome.Failed) outcomeAfter(Duration.ofSeconds(43), task);

        // Then
        assertThat(failed.event().message()).contains("connection reset");
    }

    @Test
    void drainingEndsWhatWaitsAndWhatComes() {
        // Given
        dynamics.computationAfterPublish = Computation.RUNNING;
        var waiting = workflow.advance(first()).subscribe().withSubscriber(UniAssertSubscriber.create());
        time.advance(Duration.ofSeconds(10));

        // When
        workflow.drain();

        // Then
        assertThat(waiting.assertCompleted().getItem()).isInstanceOf(Outcome.Pending.class);
        assertThat(outcomeAfter(Duration.ZERO, first())).isInstanceOf(Outcome.Pending.class);
        assertThat(time.timers()).isZero();
    }

    @Test
    void cancellingDropsEverything() {
        // Given
        dynamics.computationAfterPublish = Computation.RUNNING;
        var waiting = workflow.advance(first()).subscribe().withSubscriber(UniAssertSubscriber.create());
        time.advance(Duration.ofSeconds(10));

        // When
        waiting.cancel();
        time.advance(Duration.ofMinutes(1));

        // Then
        assertThat(workflow.underWay()).isZero();
        assertThat(time.timers()).isZero();
    }

    @Test
    void aDraftThatStaysOneIsPublishedAgain() {
        // Given
        dynamics.statusAfterPublish = Status.DRAFT;
        var waiting = workflow.advance(first()).subscribe().withSubscriber(UniAssertSubscriber.create());
        time.advance(Duration.ofSeconds(29));
        var publishedAtFirst = dynamics.published;

        // When
        dynamics.statusAfterPublish = Status.LIVE;
        time.advance(Duration.ofSeconds(30));

        // Then
        assertThat(publishedAtFirst).isEqualTo(1);
        assertThat(dynamics.published).isEqualTo(2);
        assertThat(waiting.assertCompleted().getItem()).isInstanceOf(Outcome.Ready.class);
    }

    @Test
    void everyStateSurvivesItsContinuation() {
        // Given
        var request = request();
        var now = time.now();
        var ids = new SegmentIds(OTHER, new UUID(3, 4));
        var facts = SegmentFacts.of(request.spec());
        var states = List.of(
                SegmentTask.first(request, now),
                new SegmentTask.CreateSegment(request, now, new UUID(3, 4), true),
                new SegmentTask.Publish(request, now, ids, true),
                new SegmentTask.AwaitLive(request, now, ids, facts, Optional.empty()),
                new SegmentTask.FetchMembers(
                        request,
                        now,
                        ids,
                        facts,
                        Instant.parse("2026-01-01T00:00:00Z"),
                        Set.of(Warning.LIVE_WITH_WARNINGS)));

        // When
        var restored =
                states.stream().map(SegmentTask::toEvent).map(SegmentTask::of).toList();

        // Then
        assertThat(restored).isEqualTo(states);
    }

    @Test
    void pagesHoldAllMembersOnceInTheirOrder() {
        // Given
        var members =
                Stream.iterate(1, i -> i + 1).limit(12).map(i -> new UUID(0, i)).toList();
        dynamics.members = () -> Uni.createFrom()
                .item(new MemberList(MemberSet.of(members), Optional.of("contactid"), OptionalLong.empty()));

        // When
        var ready = (Outcome.Ready) outcome(first());
        var pages = Stream.<RelayEvent.ReadyPage>of();
        var iterator = ready.pages(5);
        while (iterator.hasNext()) {
            pages = Stream.concat(pages, Stream.of((RelayEvent.ReadyPage) iterator.next()));
        }
        var list = pages.toList();

        // Then
        assertThat(list).hasSize(3).allSatisfy(page -> {
            assertThat(page.pageCount()).isEqualTo(3);
            assertThat(page.memberCount()).isEqualTo(12);
            assertThat(page.snapshotId()).isEqualTo(list.getFirst().snapshotId());
        });
        assertThat(list.stream().flatMap(page -> page.members().stream())).isEqualTo(members);
    }

    @Test
    void noMembersGiveOneEmptyPage() {
        // When
        var pages = ((Outcome.Ready) outcome(first())).pages(5);

        // Then
        assertThat(((RelayEvent.ReadyPage) pages.next()).members()).isEmpty();
        assertThat(pages.hasNext()).isFalse();
    }

    @Test
    void aStateThatNobodyKnowsIsWaitedOn() {
        // Given
        dynamics.statusAfterPublish = Status.UNKNOWN;
        var waiting = workflow.advance(first()).subscribe().withSubscriber(UniAssertSubscriber.create());
        time.advance(Duration.ofSeconds(30));

        // When
        dynamics.states.replaceAll((id, state) -> new DefinitionState(Status.LIVE, Computation.FINISHED));
        time.advance(Duration.ofSeconds(30));

        // Then
        assertThat(waiting.assertCompleted().getItem()).isInstanceOf(Outcome.Ready.class);
    }
}
