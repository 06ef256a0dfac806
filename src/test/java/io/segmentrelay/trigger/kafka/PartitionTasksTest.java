package io.segmentrelay.trigger.kafka;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.smallrye.mutiny.Uni;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

import io.segmentrelay.dynamics.limits.CallLimits;
import io.segmentrelay.dynamics.limits.DynamicsGate;
import io.segmentrelay.time.VirtualTime;

import static org.assertj.core.api.Assertions.assertThat;

class PartitionTasksTest {

    private static final TopicPartition MINE = new TopicPartition("segment-pending", 0);
    private static final TopicPartition MOVED = new TopicPartition("segment-pending", 1);

    private final PartitionTasks tasks = new PartitionTasks(
            new GroupPart(DynamicsGate.ofProcess(new VirtualTime(), new CallLimits(1, 10, Duration.ofMinutes(1)))));
    private final AtomicInteger cancelled = new AtomicInteger();
    private final AtomicInteger left = new AtomicInteger();

    private void run(TopicPartition partition) {
        Uni<Void> work = Uni.createFrom().<Void>nothing().onCancellation().invoke(cancelled::incrementAndGet);
        tasks.run(partition, work, left::incrementAndGet);
    }

    @Test
    void dropsWhatMovesAndNothingElse() {
        // Given
        run(MINE);
        run(MOVED);
        run(MOVED);

        // When
        tasks.onPartitionsRevoked(new MockConsumer<byte[], byte[]>("earliest"), List.of(MOVED));

        // Then
        assertThat(cancelled).hasValue(2);
        assertThat(left).hasValue(2);
    }

    @Test
    void whatHasEndedIsNotDropped() {
        // Given
        tasks.run(MOVED, Uni.createFrom().voidItem(), left::incrementAndGet);

        // When
        tasks.onPartitionsRevoked(new MockConsumer<byte[], byte[]>("earliest"), List.of(MOVED));

        // Then
        assertThat(left).hasValue(1);
    }
}
