package io.segmentrelay.workflow;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import org.junit.jupiter.api.Test;

import io.segmentrelay.config.RelayConfig.FailedSegments;
import io.segmentrelay.config.RelayConfig.LiveWhen;
import io.segmentrelay.config.RelayConfig.Retire;
import io.segmentrelay.dynamics.DefinitionState.Computation;
import io.segmentrelay.dynamics.DynamicsException;
import io.segmentrelay.dynamics.MemberList;
import io.segmentrelay.dynamics.MemberSet;
import io.segmentrelay.event.Step;
import io.segmentrelay.time.VirtualTime;
import io.segmentrelay.workflow.FakeDynamics.Call;

import static org.assertj.core.api.Assertions.assertThat;

/** A delivery that has less time than the window: see {@link Allowance}. */
class AllowanceTest {

    private static final Allowance ALLOWANCE = new Allowance(Duration.ofSeconds(5), Duration.ofSeconds(60));

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
            Duration.ofMinutes(4),
            new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30)),
            () -> 0.5,
            new NoProgress(),
            new LifeParts(LifeMarks.NONE, Retire.OWN, FailedSegments.KEEP, 64 * 1024));

    private UniAssertSubscriber<Outcome> begin() {
        var task = SegmentTask.first(Requests.request("r-1", time.now(), Duration.ofHours(2)), time.now());
        return workflow.advance(task, ALLOWANCE).subscribe().withSubscriber(UniAssertSubscriber.create());
    }

    private static Step step(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Pending.class);
        return ((Outcome.Pending) outcome).task().step();
    }

    private void listTakes(Duration duration) {
        dynamics.members = () -> time.after(duration)
                .map(done -> new MemberList(MemberSet.of(List.of()), Optional.of("contactid"), OptionalLong.empty()));
    }

    @Test
    void handsOverWhatWaitsToGoLive() {
        // Given
        dynamics.computationAfterPublish = Computation.RUNNING;
        var outcome = begin();

        // When
        time.advance(Duration.ofSeconds(5));

        // Then
        assertThat(step(outcome.assertCompleted().getItem())).isEqualTo(Step.AWAIT_LIVE);
        assertThat(time.timers()).isZero();
    }

    @Test
    void readsAListToItsEnd() {
        // Given
        listTakes(Duration.ofSeconds(50));
        var outcome = begin();

        // When
        time.advance(Duration.ofSeconds(55));

        // Then
        assertThat(outcome.assertCompleted().getItem()).isInstanceOf(Outcome.Ready.class);
        assertThat(time.timers()).isZero();
    }

    @Test
    void handsOverAListThatTakesTooLong() {
        // Given
        listTakes(Duration.ofSeconds(70));
        var outcome = begin();

        // When
        time.advance(Duration.ofSeconds(60));

        // Then
        assertThat(step(outcome.assertCompleted().getItem())).isEqualTo(Step.FETCH_MEMBERS);
        assertThat(time.timers()).isZero();
        assertThat(workflow.underWay()).isZero();
    }

    @Test
    void doesNotWaitForBetterWeather() {
        // Given
        dynamics.fail(
                Call.MEMBERS,
                new DynamicsException.Weather("too many requests", Optional.of(Duration.ofSeconds(30)), null));
        var outcome = begin();

        // When
        time.advance(Duration.ofSeconds(5));

        // Then
        assertThat(step(outcome.assertCompleted().getItem())).isEqualTo(Step.FETCH_MEMBERS);
    }

    @Test
    void doesNotWaitForBetterWeatherThatComesLater() {
        // Given
        dynamics.members = () -> time.after(Duration.ofSeconds(20)).map(done -> {
            throw new DynamicsException.Weather("connection reset", Optional.empty(), null);
        });
        var outcome = begin();

        // When
        time.advance(Duration.ofSeconds(22));

        // Then
        assertThat(step(outcome.assertCompleted().getItem())).isEqualTo(Step.FETCH_MEMBERS);
        assertThat(time.timers()).isZero();
    }

    @Test
    void isNeverMoreThanWhatIsLeft() {
        // When
        var left = ALLOWANCE.within(Duration.ofSeconds(3));

        // Then
        assertThat(left).isEqualTo(Allowance.of(Duration.ofSeconds(3)));
        assertThat(ALLOWANCE.within(Duration.ofSeconds(30)))
                .isEqualTo(new Allowance(Duration.ofSeconds(5), Duration.ofSeconds(30)));
    }
}
