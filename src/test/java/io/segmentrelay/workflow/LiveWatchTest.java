package io.segmentrelay.workflow;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.segmentrelay.config.RelayConfig.LiveWhen;
import io.segmentrelay.dynamics.DefinitionState;
import io.segmentrelay.dynamics.DefinitionState.Computation;
import io.segmentrelay.dynamics.DefinitionState.Status;
import io.segmentrelay.dynamics.Dynamics;
import io.segmentrelay.dynamics.Dynamics.SegmentIds;
import io.segmentrelay.dynamics.DynamicsException;
import io.segmentrelay.time.VirtualTime;
import io.segmentrelay.workflow.FakeDynamics.Call;

import static org.assertj.core.api.Assertions.assertThat;

class LiveWatchTest {

    private static final DefinitionState GOING_LIVE = new DefinitionState(Status.GOING_LIVE, Computation.NOT_STARTED);
    private static final DefinitionState LIVE = new DefinitionState(Status.LIVE, Computation.FINISHED);
    private static final Duration DISTANCE = Duration.ofMillis(300);

    private final VirtualTime time = new VirtualTime();
    private final FakeDynamics dynamics = new FakeDynamics();
    private final LiveWatch watch = new LiveWatch(
            dynamics,
            time,
            new LiveWatch.Settings(Duration.ofSeconds(2), Duration.ofSeconds(30), DISTANCE, LiveWhen.COMPUTED));

    private List<UniAssertSubscriber<LiveVerdict>> await(int count, Duration age) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> {
                    var id = new UUID(0, i);
                    dynamics.states.put(id, GOING_LIVE);
                    return watch.await(new SegmentIds(id, id), time.now().minus(age))
                            .subscribe()
                            .withSubscriber(UniAssertSubscriber.<LiveVerdict>create());
                })
                .toList();
    }

    @Test
    void asksForManyWithOneRequest() {
        // Given
        var waiting = await(200, Duration.ZERO);

        // When
        dynamics.states.replaceAll((id, state) -> LIVE);
        time.advance(Duration.ofSeconds(2));

        // Then
        assertThat(dynamics.batches).containsExactly(200);
        assertThat(waiting).allSatisfy(each -> each.assertCompleted());
    }

    @Test
    void looksSoonAfterAPublish() {
        // Given
        var waiting = await(3, Duration.ZERO);
        dynamics.states.replaceAll((id, state) -> LIVE);

        // When
        time.advance(Duration.ofMillis(499));
        assertThat(dynamics.batches).isEmpty();
        time.advance(Duration.ofMillis(1));

        // Then
        assertThat(dynamics.batches).containsExactly(3);
        assertThat(waiting).allSatisfy(each -> each.assertCompleted());
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, PT2S, 1",
        "PT4S, PT2S, 4000",
        "PT4S, PT4S, 8000",
        "PT40S, PT5S, 400",
        "PT40S, PT10S, 8000",
        "PT40S, PT20S, 1000000",
        "PT10M, PT30S, 1000000"
    })
    void aCrowdIsAskedForLessOften(Duration age, Duration pause, int waiting) {
        // Given
        var settings =
                new LiveWatch.Settings(Duration.ofSeconds(2), Duration.ofSeconds(30), DISTANCE, LiveWhen.COMPUTED);

        // Then
        assertThat(settings.pause(age, waiting)).isEqualTo(pause);
    }

    @Test
    void tellsEachItsOwnVerdict() {
        // Given
        var waiting = await(2, Duration.ZERO);

        // When
        dynamics.states.put(new UUID(0, 2), LIVE);
        time.advance(Duration.ofSeconds(2));

        // Then
        waiting.get(0).assertNotTerminated();
        waiting.get(1).assertCompleted();
    }

    @Test
    void holdsItsDistanceHoweverManyWait() {
        // Given
        await(20_000, Duration.ZERO);

        // When
        time.advance(Duration.ofMinutes(5));

        // Then
        var most = Duration.ofMinutes(5).dividedBy(DISTANCE) + 1;
        assertThat(dynamics.batches)
                .hasSizeBetween((int) most / 3, (int) most)
                .allMatch(size -> size <= Dynamics.MAX_STATES);
    }

    @Test
    void asksForNobodyMoreOftenThanForAnother() {
        // Given
        await(2_000, Duration.ZERO);

        // When
        time.advance(Duration.ofSeconds(2).plus(DISTANCE.multipliedBy(10)));

        // Then
        assertThat(dynamics.batches.stream()
                        .mapToInt(Integer::intValue)
                        .limit(5)
                        .sum())
                .isEqualTo(2_000);
    }

    @Test
    void asksLessOftenTheLongerItTakes() {
        // Given
        await(1, Duration.ZERO);
        time.advance(Duration.ofMinutes(1));
        var inTheFirstMinute = dynamics.batches.size();

        // When
        time.advance(Duration.ofHours(1));
        var before = dynamics.batches.size();
        time.advance(Duration.ofMinutes(1));

        // Then
        assertThat(inTheFirstMinute).isBetween(10, 20);
        assertThat(dynamics.batches.size() - before).isEqualTo(2);
    }

    @Test
    void asksForAResumedOneSoon() {
        // Given
        var waiting = await(1, Duration.ofHours(1));
        dynamics.states.replaceAll((id, state) -> LIVE);

        // When
        time.advance(Duration.ofMillis(200));

        // Then
        waiting.getFirst().assertCompleted();
    }

    @Test
    void asksForNobodyWhenNobodyWaits() {
        // Given
        var waiting = await(3, Duration.ZERO);

        // When
        waiting.forEach(UniAssertSubscriber::cancel);
        time.advance(Duration.ofMinutes(1));

        // Then
        assertThat(dynamics.batches).isEmpty();
        assertThat(watch.waiting()).isZero();
        assertThat(time.timers()).isZero();
    }

    @Test
    void oneThatLeavesWhileItIsAskedForDoesNotComeBack() {
        // Given
        var waiting = await(2, Duration.ZERO);
        dynamics.hang(Call.STATES);
        time.advance(Duration.ofSeconds(2));

        // When
        waiting.forEach(UniAssertSubscriber::cancel);
        time.advance(Duration.ofMinutes(1));

        // Then
        assertThat(watch.waiting()).isZero();
        assertThat(dynamics.batches).hasSize(1);
    }

    @Test
    void reportsTheFailureOfARequestToAllOfItsSegments() {
        // Given
        var waiting = await(3, Duration.ZERO);
        dynamics.fail(Call.STATES, new DynamicsException.Weather("reset", Optional.empty(), null));

        // When
        time.advance(Duration.ofSeconds(2));

        // Then
        assertThat(waiting).allSatisfy(each -> each.assertFailedWith(DynamicsException.Weather.class));
    }

    @Test
    void asksForFewerWhereManyAreRefused() {
        // Given
        var waiting = await(200, Duration.ZERO);
        dynamics.states.replaceAll((id, state) -> LIVE);
        dynamics.fail(Call.STATES, refusal());

        // When
        time.advance(Duration.ofSeconds(3));

        // Then
        assertThat(dynamics.batches).containsExactly(200, 100, 100);
        assertThat(waiting).allSatisfy(each -> each.assertCompleted());
    }

    @Test
    void aNumberThatWasRefusedIsTriedAgainSoon() {
        // Given
        await(200, Duration.ZERO);
        dynamics.fail(Call.STATES, refusal());
        time.advance(Duration.ofSeconds(50));
        var meanwhile = List.copyOf(dynamics.batches);

        // When
        time.advance(Duration.ofMinutes(1));

        // Then
        assertThat(meanwhile)
                .startsWith(200, 100, 100)
                .filteredOn(size -> size > 100)
                .hasSize(1);
        assertThat(dynamics.batches.subList(meanwhile.size(), dynamics.batches.size()))
                .contains(200);
    }

    @Test
    void theRefusalOfOneIsTroubleThatMayPass() {
        // Given
        var waiting = await(1, Duration.ZERO);
        dynamics.fail(Call.STATES, refusal());

        // When
        time.advance(Duration.ofSeconds(2));

        // Then
        waiting.getFirst()
                .assertFailedWith(
                        DynamicsException.Weather.class, "Dynamics refused to say how far the segment is: 414");
    }

    @Test
    void oneThatIsAlwaysRefusedHarmsNobodyElse() {
        // Given
        var waiting = await(200, Duration.ZERO);
        dynamics.states.replaceAll((id, state) -> LIVE);
        dynamics.poison.add(new UUID(0, 77));

        // When
        time.advance(Duration.ofSeconds(2));
        var requests = dynamics.batches.size();
        var again = watch.await(new SegmentIds(new UUID(0, 77), new UUID(0, 77)), time.now())
                .subscribe()
                .withSubscriber(UniAssertSubscriber.<LiveVerdict>create());
        var other = watch.await(new SegmentIds(new UUID(0, 5), new UUID(0, 5)), time.now())
                .subscribe()
                .withSubscriber(UniAssertSubscriber.<LiveVerdict>create());
        time.advance(Duration.ofSeconds(20));

        // Then
        assertThat(waiting.get(76).assertTerminated().getFailure()).isInstanceOf(DynamicsException.Weather.class);
        assertThat(waiting)
                .filteredOn(each -> each.getItem() instanceof LiveVerdict.Live)
                .hasSize(199);
        assertThat(requests).isLessThanOrEqualTo(17);
        assertThat(again.assertTerminated().getFailure()).isInstanceOf(DynamicsException.Weather.class);
        assertThat(other.assertCompleted().getItem()).isInstanceOf(LiveVerdict.Live.class);
        assertThat(dynamics.batches).as("each alone").hasSize(requests + 2);
    }

    @Test
    void aServerThatRefusesEverythingIsNotFloodedWithHalves() {
        // Given
        await(200, Duration.ZERO);
        dynamics.poison.addAll(dynamics.states.keySet());

        // When
        time.advance(Duration.ofSeconds(2));

        // Then
        assertThat(dynamics.batches).hasSizeBetween(2, 40);
    }

    private static DynamicsException refusal() {
        return new DynamicsException.Rejected(
                new DynamicsException.Answer(414, Optional.empty(), Optional.empty(), Optional.empty()));
    }

    @Test
    void makesSureBeforeItSaysThatARowIsGone() {
        // Given
        var waiting = await(1, Duration.ZERO);
        dynamics.states.clear();

        // When
        time.advance(Duration.ofSeconds(2));

        // Then
        assertThat(waiting.getFirst().assertCompleted().getItem()).isInstanceOf(LiveVerdict.Gone.class);
        assertThat(dynamics.calls).containsExactly(Call.STATES, Call.STATE);
    }

    @Test
    void aComputationThatFailedIsNotWaitedForToGoLive() {
        // Given
        var waiting = await(1, Duration.ZERO);
        dynamics.states.replaceAll((id, state) -> new DefinitionState(Status.GOING_LIVE, Computation.ERROR));

        // When
        time.advance(Duration.ofSeconds(2));

        // Then
        assertThat(waiting.getFirst().assertCompleted().getItem()).isInstanceOf(LiveVerdict.Gone.class);
    }

    @Test
    void aRequestThatHangsHoldsUpNobodyElse() {
        // Given
        await(1, Duration.ZERO);
        dynamics.hang(Call.STATES);
        time.advance(Duration.ofSeconds(2));
        var id = new UUID(7, 7);
        dynamics.states.put(id, LIVE);

        // When
        var later = watch.await(new SegmentIds(id, id), time.now())
                .subscribe()
                .withSubscriber(UniAssertSubscriber.<LiveVerdict>create());
        time.advance(Duration.ofSeconds(2));

        // Then
        later.assertCompleted();
    }
}
