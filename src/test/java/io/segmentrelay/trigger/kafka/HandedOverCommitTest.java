package io.segmentrelay.trigger.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.IncomingKafkaRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.segmentrelay.dynamics.limits.CallLimits;
import io.segmentrelay.dynamics.limits.CallPriority;
import io.segmentrelay.dynamics.limits.DynamicsGate;
import io.segmentrelay.time.VirtualTime;
import io.segmentrelay.trigger.kafka.CommitMetadata.Reserved;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

class HandedOverCommitTest {

    private static final TopicPartition FIRST = new TopicPartition("segment-requests", 0);
    private static final TopicPartition SECOND = new TopicPartition("segment-requests", 1);
    private static final CallLimits LIMITS = new CallLimits(40, 1_000, Duration.ofMinutes(5));

    private final Map<TopicPartition, Long> broker = new HashMap<>();
    private final Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
    private final List<Map<TopicPartition, OffsetAndMetadata>> calls = new ArrayList<>();
    private Runnable timer = () -> {};
    private int rebalancing;
    private boolean stopped;
    private final PolledPositions interceptor = new PolledPositions();
    private boolean smallMetadata;
    private final HandedOverCommit commit = replica();

    @AfterEach
    void forget() {
        PolledPositions.forget(List.of(FIRST, SECOND));
        interceptor.close();
    }

    private HandedOverCommit replica() {
        return replica(new GroupPart(DynamicsGate.ofProcess(new VirtualTime(), LIMITS)));
    }

    private HandedOverCommit replica(GroupPart part) {
        return new HandedOverCommit(
                new Broker(),
                part,
                tick -> {
                    timer = tick;
                    return () -> stopped = true;
                },
                new VirtualTime());
    }

    private final class Broker implements CommittedPositions {
        @Override
        public Uni<Void> commit(Map<TopicPartition, OffsetAndMetadata> written) {
            return Uni.createFrom().voidItem().invoke(() -> write(written));
        }

        @Override
        public void commitAtOnce(Map<TopicPartition, OffsetAndMetadata> written) {
            write(written);
        }

        @Override
        public Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
            var known = new HashMap<>(positions);
            known.keySet().retainAll(partitions);
            return known;
        }

        @Override
        public Map<TopicPartition, Long> begin(Set<TopicPartition> partitions) {
            return partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> 0L));
        }
    }

    private void write(Map<TopicPartition, OffsetAndMetadata> written) {
        calls.add(written);
        if (rebalancing > 0) {
            rebalancing--;
            throw new RebalanceInProgressException("a replica has left");
        }
        if (smallMetadata
                && written.values().stream().anyMatch(p -> !p.metadata().isEmpty())) {
            throw new OffsetMetadataTooLarge("more than offset.metadata.max.bytes");
        }
        positions.putAll(written);
        written.forEach((partition, position) -> broker.put(partition, position.offset()));
    }

    private IncomingKafkaRecord<String, byte[]> take(TopicPartition partition, long offset) {
        return Objects.requireNonNull(take(commit, partition, offset));
    }

    /** Null where the strategy leaves it out. */
    private static @Nullable IncomingKafkaRecord<String, byte[]> take(
            HandedOverCommit commit, TopicPartition partition, long offset) {
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
        handOver(commit, record);
    }

    private static void handOver(HandedOverCommit commit, IncomingKafkaRecord<String, byte[]> record) {
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
    void whoReadsThePartitionNextLeavesOutWhatIsHandedOver() {
        // Given
        var records = LongStream.range(10, 20).mapToObj(i -> take(FIRST, i)).toList();
        List.of(0, 1, 3, 4, 7).forEach(i -> handOver(records.get(i)));
        tick();

        // When
        var next = replica();
        next.partitionsAssigned(List.of(FIRST, SECOND));

        // Then
        assertThat(broker).containsExactly(Map.entry(FIRST, 12L));
        assertThat(LongStream.range(12, 22).filter(i -> take(next, FIRST, i) != null))
                .containsExactly(12L, 15L, 16L, 18L, 19L, 20L, 21L);
    }

    @Test
    void whatItWasToldToLeaveOutItTellsTheNext() {
        // Given
        var records = LongStream.range(0, 5).mapToObj(i -> take(FIRST, i)).toList();
        List.of(1, 3).forEach(i -> handOver(records.get(i)));
        tick();
        var second = replica();
        second.partitionsAssigned(List.of(FIRST));

        // When: it gets no further than the first
        handOver(second, Objects.requireNonNull(take(second, FIRST, 0)));
        tick();

        // Then
        assertThat(broker).containsExactly(Map.entry(FIRST, 1L));
        var third = replica();
        third.partitionsAssigned(List.of(FIRST));
        assertThat(LongStream.range(1, 5).filter(i -> take(third, FIRST, i) != null))
                .containsExactly(2L, 4L);
    }

    @Test
    void anEarlierRecordThanThePositionMeansThatItIsAnotherTopic() {
        // Given
        take(FIRST, 10);
        handOver(take(FIRST, 11));
        tick();

        // When
        var next = replica();
        next.partitionsAssigned(List.of(FIRST));

        // Then
        assertThat(LongStream.of(0, 10, 11).filter(i -> take(next, FIRST, i) != null))
                .containsExactly(0L, 10L, 11L);
    }

    @Test
    void aBrokerThatTakesNoMetadataGetsPositions() {
        // Given
        smallMetadata = true;
        var records = LongStream.range(0, 3).mapToObj(i -> take(FIRST, i)).toList();
        handOver(records.get(0));
        handOver(records.get(2));

        // When
        tick();
        tick();

        // Then
        assertThat(broker).containsExactly(Map.entry(FIRST, 1L));
    }

    @Test
    void aRecordThatComesAfterItsPartitionWentIsNobodysHere() {
        // Given
        handOver(take(FIRST, 0));
        commit.partitionsRevoked(List.of(FIRST));

        // When
        var late = take(commit, FIRST, 1);
        commit.partitionsAssigned(List.of(FIRST));
        var again = take(commit, FIRST, 1);

        // Then
        assertThat(late).isNull();
        assertThat(again).isNotNull();
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

    private void poll(TopicPartition partition, long next, Long... records) {
        var some = Stream.of(records)
                .map(offset -> new ConsumerRecord<>(
                        partition.topic(), partition.partition(), offset, new byte[0], new byte[0]))
                .toList();
        interceptor.onConsume(new ConsumerRecords<>(
                some.isEmpty() ? Map.of() : Map.of(partition, some), Map.of(partition, new OffsetAndMetadata(next))));
    }

    @Test
    void theMarkerBehindATransactionIsCommittedWithIt() {
        // Given
        commit.partitionsAssigned(List.of(FIRST));
        poll(FIRST, 13, 10L, 11L);
        var records = List.of(take(FIRST, 10), take(FIRST, 11));

        // When
        handOver(records.get(1));
        tick();

        // Then
        assertThat(positions.get(FIRST)).satisfies(position -> {
            assertThat(position.offset()).isEqualTo(10);
            assertThat(CommitMetadata.of(10, position.metadata()).handedOver().contains(12))
                    .isTrue();
        });

        // When
        handOver(records.get(0));
        tick();

        // Then
        assertThat(broker).containsExactly(Map.entry(FIRST, 13L));
    }

    @Test
    void aRecordThatIsPolledAndHasNotComeYetIsNotPassedOver() {
        // Given
        commit.partitionsAssigned(List.of(FIRST));
        poll(FIRST, 14, 10L, 11L);

        // When
        handOver(take(FIRST, 10));
        tick();

        // Then
        assertThat(broker).containsExactly(Map.entry(FIRST, 11L));

        // When
        handOver(take(FIRST, 11));
        tick();

        // Then
        assertThat(broker).containsExactly(Map.entry(FIRST, 14L));
    }

    @Test
    void aPartitionOfAbortedTransactionsDoesNotLag() {
        // Given
        commit.partitionsAssigned(List.of(FIRST, SECOND));

        // When
        poll(FIRST, 3);
        poll(SECOND, 0);
        tick();

        // Then
        assertThat(broker).containsExactly(Map.entry(FIRST, 3L));

        // When: the next one is committed
        poll(FIRST, 5, 3L);
        handOver(take(FIRST, 3));
        tick();

        // Then
        assertThat(broker).containsExactly(Map.entry(FIRST, 5L));
    }

    @Test
    void whatWasPolledBeforeAPartitionWentIsForgotten() {
        // Given
        commit.partitionsAssigned(List.of(FIRST));
        poll(FIRST, 13, 10L);
        commit.partitionsRevoked(List.of(FIRST));

        // When
        positions.put(FIRST, new OffsetAndMetadata(11));
        commit.partitionsAssigned(List.of(FIRST));
        tick();

        // Then
        assertThat(broker).isEmpty();
    }

    @Test
    void whatIsReservedOfTheLimitsStandsBesideThePositionAlsoWhereNothingWasRead() {
        // Given
        var time = new VirtualTime();
        var gate = DynamicsGate.ofGroup(time, LIMITS, Duration.ofSeconds(30));
        var part = new GroupPart(gate);
        var shares = replica(part);
        var consumer = consumer();
        shares.partitionsAssigned(List.of(FIRST, SECOND));
        part.assigned(consumer, List.of(FIRST, SECOND));

        // When
        tick();

        // Then
        assertThat(broker).containsOnly(Map.entry(FIRST, 0L), Map.entry(SECOND, 0L));
        assertThat(written(FIRST).reservation().budget()).isBetween(1, 20);

        // When: there is much to do
        IntStream.range(0, 500)
                .forEach(i -> gate.pass(
                                CallPriority.PUBLISH, () -> Uni.createFrom().nothing())
                        .subscribe()
                        .with(ignored -> {}));
        var before = gate.underWay();
        tick();

        // Then
        assertThat(written(FIRST).reservation().budget()).isBetween(50, 70);
        assertThat(written(FIRST).reservation().concurrency()).isEqualTo(100);
        assertThat(gate.underWay()).isGreaterThan(before).isEqualTo(40);

        // When: it goes
        shares.partitionsRevoked(List.of(FIRST));

        // Then
        assertThat(written(FIRST).reservation().budget()).isBetween(5, 20);
        assertThat(written(SECOND).reservation().budget()).isGreaterThan(40);
    }

    @Test
    void whereTheBrokerRefusesNoMoreIsUsed() {
        // Given
        var gate = DynamicsGate.ofGroup(new VirtualTime(), LIMITS, Duration.ofSeconds(30));
        var part = new GroupPart(gate);
        var zombie = replica(part);
        zombie.partitionsAssigned(List.of(FIRST));
        part.assigned(consumer(), List.of(FIRST));
        tick();
        rebalancing = Integer.MAX_VALUE;

        // When
        IntStream.range(0, 500)
                .forEach(i -> gate.pass(
                                CallPriority.PUBLISH, () -> Uni.createFrom().nothing())
                        .subscribe()
                        .with(ignored -> {}));
        tick();
        zombie.reserveSoon();

        // Then
        assertThat(gate.underWay()).isBetween(1, 4);
    }

    @Test
    void whereNobodyKnowsWhatIsReservedAllMayBeInUse() {
        // Given
        var gate = DynamicsGate.ofGroup(new VirtualTime(), LIMITS, Duration.ofSeconds(30));
        var part = new GroupPart(gate);
        part.found(List.of(FIRST), Optional.empty());

        // When
        part.assigned(consumer(), List.of(FIRST));

        // Then
        assertThat(gate.usablePart()).isZero();
    }

    @Test
    void aBrokerThatTakesNothingBesidePositionsDoesNotStopTheCalls() {
        // Given
        smallMetadata = true;
        var gate = DynamicsGate.ofGroup(new VirtualTime(), LIMITS, Duration.ofSeconds(30));
        var part = new GroupPart(gate);
        var shares = replica(part);
        shares.partitionsAssigned(List.of(FIRST));
        part.assigned(consumer(), List.of(FIRST));
        gate.pass(CallPriority.PUBLISH, () -> Uni.createFrom().nothing())
                .subscribe()
                .with(ignored -> {});

        // When
        tick();
        tick();
        tick();

        // Then
        assertThat(gate.underWay()).isEqualTo(1);
    }

    @Test
    void saysThatNothingCouldBeCommittedForLongAlsoWhereNothingIsReserved() {
        // Given
        var time = new VirtualTime();
        var refused = new HandedOverCommit(
                new Broker(),
                new GroupPart(DynamicsGate.ofProcess(time, LIMITS)),
                tick -> {
                    timer = tick;
                    return () -> stopped = true;
                },
                time);
        rebalancing = Integer.MAX_VALUE;
        handOver(refused, Objects.requireNonNull(take(refused, FIRST, 0)));
        var lines = new ArrayList<String>();
        var logger = Logger.getLogger(HandedOverCommit.class.getName());
        logger.setFilter(line -> {
            lines.add(line.getMessage());
            return false;
        });

        // When
        try {
            IntStream.range(0, 40).forEach(second -> {
                tick();
                time.advance(Duration.ofSeconds(1));
            });
        } finally {
            logger.setFilter(null);
        }

        // Then
        assertThat(lines)
                .filteredOn(line -> line.startsWith("Nothing could be committed"))
                .hasSize(1);
    }

    private Reserved written(TopicPartition partition) {
        var position = Objects.requireNonNull(positions.get(partition));
        return CommitMetadata.of(position.offset(), position.metadata())
                .reserved()
                .orElseThrow();
    }

    /** Of a topic of two partitions. */
    private static MockConsumer<byte[], byte[]> consumer() {
        var consumer = new MockConsumer<byte[], byte[]>("earliest");
        consumer.subscribe(List.of("segment-requests"));
        var node = new Node(0, "broker", 9092);
        consumer.updatePartitions(
                "segment-requests",
                IntStream.range(0, 2)
                        .mapToObj(
                                number -> new PartitionInfo("segment-requests", number, node, new Node[0], new Node[0]))
                        .toList());
        return consumer;
    }
}
