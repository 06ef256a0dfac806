package io.segmentrelay.trigger.kafka;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.enterprise.context.ApplicationScoped;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * The partitions of {@code segment-followed} that are this replica's. What the one before has written until it lost them is read
 * before anything of them is lived: an earlier record may be over.
 */
@ApplicationScoped
@Identifier("relay-followed")
public class FollowedPartitions implements KafkaConsumerRebalanceListener {

    private final PartitionTasks tasks;
    private final FollowedTopicReader reader;
    private final Map<TopicPartition, Uni<Void>> known = new ConcurrentHashMap<>();

    FollowedPartitions(@Identifier("relay") PartitionTasks tasks, FollowedTopicReader reader) {
        this.tasks = tasks;
        this.reader = reader;
    }

    @Override
    public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        var allUntilNow = reader.caughtUp().memoize().indefinitely();
        partitions.forEach(partition -> known.put(partition, allUntilNow));
    }

    @Override
    public void onPartitionsRevoked(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        partitions.forEach(known::remove);
        tasks.onPartitionsRevoked(consumer, partitions);
    }

    /** Completes when all is read that was written before this partition came here. */
    Uni<Void> known(TopicPartition partition) {
        return known.getOrDefault(partition, Uni.createFrom().voidItem());
    }
}
