package io.segmentrelay.trigger.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.operators.multi.processors.UnicastProcessor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.segmentrelay.output.ExpectedLog;
import io.segmentrelay.relay.InFlight;

import static org.assertj.core.api.Assertions.assertThat;

class KafkaIntakeTest {

    @RegisterExtension
    final ExpectedLog log = new ExpectedLog();

    private final List<Integer> taken = new ArrayList<>();
    private final List<Runnable> leaving = new ArrayList<>();
    private final AtomicBoolean open = new AtomicBoolean(true);
    private final AtomicBoolean ended = new AtomicBoolean();

    private KafkaIntake<Integer> intake(InFlight inFlight) {
        return new KafkaIntake<>(
                inFlight,
                item -> 1,
                (item, left) -> {
                    taken.add(item);
                    leaving.add(left);
                },
                open::get,
                () -> ended.set(true));
    }

    @Test
    void takesOnlyAsManyAsThereIsRoomFor() {
        // When
        Multi.createFrom().range(0, 100).subscribe().withSubscriber(intake(new InFlight(10)));

        // Then
        assertThat(taken).hasSize(10);
    }

    @Test
    void takesTheNextOneWhenOneLeaves() {
        // Given
        Multi.createFrom().range(0, 100).subscribe().withSubscriber(intake(new InFlight(10)));

        // When
        leaving.get(3).run();
        leaving.get(7).run();

        // Then
        assertThat(taken).hasSize(12);
    }

    @Test
    void oneThatLeavesTwiceLeavesOnce() {
        // Given
        Multi.createFrom().range(0, 100).subscribe().withSubscriber(intake(new InFlight(10)));

        // When
        leaving.get(3).run();
        leaving.get(3).run();

        // Then
        assertThat(taken).hasSize(11);
    }

    @Test
    void anIdleChannelTakesNoRoomFromAnother() {
        // Given
        var inFlight = new InFlight(1);
        UnicastProcessor.<Integer>create().subscribe().withSubscriber(intake(inFlight));

        // When
        Multi.createFrom().range(0, 100).subscribe().withSubscriber(intake(inFlight));
        leaving.getFirst().run();

        // Then
        assertThat(taken).hasSize(2);
    }

    @Test
    void takesNothingMoreWhenItIsClosed() {
        // Given
        Multi.createFrom().range(0, 100).subscribe().withSubscriber(intake(new InFlight(10)));

        // When
        open.set(false);
        leaving.getFirst().run();

        // Then
        assertThat(taken).hasSize(10);
    }

    @Test
    void leavesWhatWasAskedForBeforeItWasClosed() {
        // Given
        var channel = UnicastProcessor.<Integer>create();
        channel.subscribe().withSubscriber(intake(new InFlight(10)));

        // When
        open.set(false);
        channel.onNext(1);

        // Then
        assertThat(taken).isEmpty();
    }

    @Test
    void tellsWhenTheChannelEnds() {
        // Given
        log.expectError(KafkaIntake.class, "A Kafka channel has ended: restart the process");

        // When
        Multi.createFrom()
                .<Integer>failure(new IllegalStateException("broken"))
                .subscribe()
                .withSubscriber(intake(new InFlight(1)));

        // Then
        assertThat(ended).isTrue();
    }

    @Test
    void bigItemsCountForMore() {
        // Given
        var inFlight = new InFlight(10);

        // When
        inFlight.enter(InFlight.weight(1024 * 1024));

        // Then
        assertThat(inFlight.hasRoom()).isFalse();
        assertThat(InFlight.weight(300)).isEqualTo(1);
    }
}
