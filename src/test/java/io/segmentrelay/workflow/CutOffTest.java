package io.segmentrelay.workflow;

import java.time.Duration;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import org.junit.jupiter.api.Test;

import io.segmentrelay.time.VirtualTime;
import io.segmentrelay.workflow.DeliverySchedule.Ending;

import static org.assertj.core.api.Assertions.assertThat;

class CutOffTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration IN_ALL = Duration.ofSeconds(60);
    private static final DeliverySchedule SCHEDULE =
            new DeliverySchedule(Duration.ofHours(1), PATIENCE, Ending.HAND_OVER, IN_ALL, Ending.GIVE_UP);

    private final VirtualTime time = new VirtualTime();

    @Test
    void whoWaitsEndsWhenPatienceIsOver() {
        // Given
        var ending = ending(new CutOff(() -> false));

        // When
        time.advance(PATIENCE.minusNanos(1));
        ending.assertNotTerminated();
        time.advance(Duration.ofNanos(1));

        // Then
        ending.assertCompleted().assertItem(Ending.HAND_OVER);
        assertThat(time.timers()).isZero();
    }

    @Test
    void whoReadsAListGoesOnUntilAllTimeIsOver() {
        // Given
        var ending = ending(new CutOff(() -> true));

        // When
        time.advance(IN_ALL.minusNanos(1));
        ending.assertNotTerminated();
        time.advance(Duration.ofNanos(1));

        // Then
        ending.assertCompleted().assertItem(Ending.GIVE_UP);
    }

    @Test
    void whoWouldWaitAfterPatienceIsOverEndsInstead() {
        // Given
        var cutOff = new CutOff(() -> true);
        var ending = ending(cutOff);
        time.advance(PATIENCE);

        // When
        var pause = cutOff.pause(time.after(Duration.ofSeconds(1)))
                .subscribe()
                .withSubscriber(UniAssertSubscriber.<Void>create());

        // Then
        ending.assertCompleted().assertItem(Ending.HAND_OVER);
        pause.assertNotTerminated();
        assertThat(time.timers()).isZero();
    }

    @Test
    void whoPausesBetweenTwoTriesAtAListReadsNone() {
        // Given
        var cutOff = new CutOff(() -> true);
        var ending = ending(cutOff);
        time.advance(PATIENCE.minusSeconds(1));

        // When
        var pause = cutOff.pause(time.after(Duration.ofSeconds(2)))
                .subscribe()
                .withSubscriber(UniAssertSubscriber.<Void>create());
        assertThat(cutOff.isReading()).isFalse();
        time.advance(Duration.ofSeconds(1));

        // Then
        ending.assertCompleted().assertItem(Ending.HAND_OVER);
        time.advance(Duration.ofSeconds(1));
        pause.assertCompleted();
        assertThat(cutOff.isReading()).isTrue();
    }

    @Test
    void whatWasEndedBeforeAnybodyAskedIsEnded() {
        // Given
        var cutOff = new CutOff(() -> true);

        // When
        cutOff.now(Ending.HAND_OVER);
        cutOff.now(Ending.GIVE_UP);

        // Then
        ending(cutOff).assertCompleted().assertItem(Ending.HAND_OVER);
        assertThat(time.timers()).isZero();
    }

    @Test
    void whoAsksNoMoreLeavesNoTimer() {
        // Given
        var ending = ending(new CutOff(() -> false));

        // When
        ending.cancel();

        // Then
        assertThat(time.timers()).isZero();
    }

    private UniAssertSubscriber<Ending> ending(CutOff cutOff) {
        Uni<Ending> ending = cutOff.ending(SCHEDULE, time);
        return ending.subscribe().withSubscriber(UniAssertSubscriber.<Ending>create());
    }
}
