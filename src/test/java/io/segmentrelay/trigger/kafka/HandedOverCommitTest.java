package io.segmentrelay.trigger.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.IncomingKafkaRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

class HandedOverCommitTest {

    private static final TopicPartition FIRST = new TopicPartition("segment-requests", 0);
    private static final TopicPartition SECOND = new TopicPartition("segment-requests", 1);

    private final Map<TopicPartition, Long> broker = new HashMap<>();
    private final List<Map<TopicPartition, OffsetAndMetadata>> calls = new ArrayList<>();
    private Runnable timer = () -> {};
    private int rebalancing;
    private boolean stopped;
    private final HandedOverCommit commit = new HandedOverCommit(
            positions -> Uni.createFrom().voidItem().invoke(() -> write(positions)), this::write, tick -> {
                timer = tick;
                return () -> stopped = true;
            });

    private void write(Map<TopicPartition, OffsetAndMetadata> positions) {
        calls.add(positions);
        if (rebalancing > 0) {
            rebalancing--;
            throw new RebalanceInProgressException("a replica has left");
        }
        positions.forEach((partition, position) -> broker.put(partition, position.offset()));
    }

    private IncomingKafkaRecord<String, byte[]> take(TopicPartition partition, long offset) {
        var record = new IncomingKafkaRecord<>(
                new ConsumerRecord<>(partition.topic(), partition.partition(), offset, "key", new byte[0]),
                "segment-requests",
                0,
                commit,
                null,
                false);
        return commit.received(record).await().indefinitely();
    }

    private void handOver(IncomingKafkaRecord<String, byte[]> record) {
        commit.handle(record).await().atMost(Duration.ofSeconds(5));
    }

    private void tick() {
        timer.run();
    }

    @Test
    void commitsUpToTheFirstThatIsNotHandedOver() {
        // Given
        var records = List.of(take(FIRST, 10), take(FIRST, 11), take(FIRST, 12));
        handOver(records.get(0));
        handOver(records.get(2));

        // When
        tick();

        // Then
        assertThat(broker).containsExactly(Map.entry(FIRST, 11L));

        // When
        handOver(records.get(1));
        tick();

        // Then
        assertThat(broker).containsExactly(Map.entry(FIRST, 13L));
    }

    @Test
    void saysNothingTwiceAndNothingBeforeThereIsAny() {
        // When
        var record = take(FIRST, 3);
        tick();
        handOver(record);
        tick();
        tick();

        // Then
        assertThat(calls).hasSize(1);
    }

    @Test
    void triesAgainWhatARebalanceRefused() {
        // Given
        rebalancing = 1;
        handOver(take(FIRST, 0));

        // When
        tick();
        assertThat(broker).isEmpty();
        tick(); // with nothing new

        // Then
        assertThat(broker).containsExactly(Map.entry(FIRST, 1L));
    }

    @Test
    void atAStopItTriesUntilItSucceeds() {
        // Given
        rebalancing = 3;
        handOver(take(FIRST, 0));
        handOver(take(SECOND, 7));

        // When
        commit.commitWithin(Duration.ofSeconds(10));

        // Then
        assertThat(broker).containsOnly(Map.entry(FIRST, 1L), Map.entry(SECOND, 8L));
        assertThat(calls).hasSize(4);
    }

    @Test
    void aStopDoesNotHangOnABrokerThatIsAway() {
        // Given
        rebalancing = Integer.MAX_VALUE;
        handOver(take(FIRST, 0));

        // When
        var start = System.nanoTime();
        assertThatCode(() -> commit.terminate(false)).doesNotThrowAnyException();

        // Then
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        assertThat(stopped).isTrue();
        assertThat(broker).isEmpty();
    }

    @Test
    void whatGoesToAnotherReplicaIsCommittedFirstAndForgottenThen() {
        // Given
        handOver(take(FIRST, 0));
        var late = take(FIRST, 1);
        handOver(take(SECOND, 7));

        // When
        commit.partitionsRevoked(List.of(FIRST));

        // Then
        assertThat(broker).containsExactly(Map.entry(FIRST, 1L));

        // When
        handOver(late);
        tick();

        // Then: what another replica has is not committed by this one
        assertThat(broker).containsOnly(Map.entry(FIRST, 1L), Map.entry(SECOND, 8L));
    }

    @Test
    void aPartitionThatIsLostHoldsNothingUp() {
        // Given
        rebalancing = 1;
        handOver(take(FIRST, 0));

        // When
        assertThatCode(() -> commit.partitionsRevoked(List.of(FIRST))).doesNotThrowAnyException();
        handOver(take(SECOND, 7));
        tick();

        // Then
        assertThat(broker).containsExactly(Map.entry(SECOND, 8L));
    }
}
