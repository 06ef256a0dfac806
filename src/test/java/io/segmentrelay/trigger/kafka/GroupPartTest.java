package io.segmentrelay.trigger.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

import io.smallrye.mutiny.Uni;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

import io.segmentrelay.dynamics.limits.CallLimits;
import io.segmentrelay.dynamics.limits.CallPriority;
import io.segmentrelay.dynamics.limits.DynamicsGate;
import io.segmentrelay.time.VirtualTime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class GroupPartTest {

    private final VirtualTime time = new VirtualTime();
    private final DynamicsGate gate =
            DynamicsGate.ofGroup(time, new CallLimits(40, 5_400, Duration.ofMinutes(18)), Duration.ofSeconds(30));
    private final GroupPart part = new GroupPart(gate);
    private final MockConsumer<byte[], byte[]> requests = consumer("segment-requests", 3);
    private final MockConsumer<byte[], byte[]> pending = consumer("segment-pending", 1);

    @Test
    void whoHasThemAllHasTheWholeAtOnce() {
        assigned(pending, some("segment-pending", 1));
        assigned(requests, some("segment-requests", 3));
        assertThat(whole()).isEqualTo(1, within(0.05));
    }

    @Test
    void itIsThePartOfAllPartitionsOfTheGroup() {
        // When
        assigned(pending, List.of());
        assigned(requests, some("segment-requests", 2));

        // Then
        assertThat(whole()).isEqualTo(0.5, within(0.03));
    }

    @Test
    void whatIsRevokedCountsAtOnce() {
        // Given
        assigned(pending, some("segment-pending", 1));
        assigned(requests, some("segment-requests", 3));

        // When
        part.revoked(some("segment-requests", 3));

        // Then
        assertThat(whole()).isEqualTo(0.25, within(0.03));
    }

    @Test
    void aTopicThatIsNotThereYetTakesNothing() {
        // Given
        var missing = consumer("segment-requests", 0);

        // When
        assigned(missing, List.of());
        assigned(pending, some("segment-pending", 1));

        // Then
        assertThat(whole()).isEqualTo(1, within(0.05));
    }

    @Test
    void whereNoTopicIsThereNothingIsSharedUntilOneIs() {
        // When
        assigned(consumer("segment-requests", 0), List.of());
        assigned(consumer("segment-pending", 0), List.of());

        // Then
        assertThat(whole()).isEqualTo(1, within(0.05));
        gate.pass(CallPriority.PUBLISH, () -> Uni.createFrom().nothing())
                .subscribe()
                .with(ignored -> {});
        assertThat(gate.underWay()).isEqualTo(1);

        // When
        assigned(requests, some("segment-requests", 1));

        // Then
        assertThat(whole()).isLessThan(0.4);
    }

    @Test
    void metadataThatCannotBeHadIsReckonedWithout() {
        // Given
        var unreachable = new MockConsumer<byte[], byte[]>("earliest") {
            @Override
            public List<PartitionInfo> partitionsFor(String topic, Duration timeout) {
                throw new KafkaException("away");
            }
        };
        unreachable.subscribe(List.of("segment-requests"));

        // When
        assigned(pending, some("segment-pending", 1));
        assigned(unreachable, List.of());

        // Then
        assertThat(whole()).isEqualTo(1, within(0.05));
    }

    /** For the first time: nobody has reserved anything. */
    private void assigned(MockConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
        part.found(partitions, Optional.of(Map.of()));
        part.assigned(consumer, partitions);
    }

    private double whole() {
        return gate.usablePart();
    }

    private static List<TopicPartition> some(String topic, int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> new TopicPartition(topic, number))
                .toList();
    }

    private static MockConsumer<byte[], byte[]> consumer(String topic, int partitions) {
        var consumer = new MockConsumer<byte[], byte[]>("earliest");
        consumer.subscribe(List.of(topic));
        var node = new Node(0, "broker", 9092);
        var all = new ArrayList<PartitionInfo>();
        IntStream.range(0, partitions)
                .forEach(number -> all.add(new PartitionInfo(topic, number, node, new Node[0], new Node[0])));
        consumer.updatePartitions(topic, all);
        return consumer;
    }
}
