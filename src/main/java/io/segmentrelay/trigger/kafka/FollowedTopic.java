package io.segmentrelay.trigger.kafka;

import java.util.function.BiConsumer;

import jakarta.enterprise.context.ApplicationScoped;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** What is known of the topic {@code segment-followed} as a whole, for those who read a part of it. */
@ApplicationScoped
class FollowedTopic {

    private final FollowedTopicReader reader;
    private final FollowedRecords records;
    private final FollowedTable table;
    private final FollowedPartitions partitions;
    private final FollowedHandOvers handOvers;

    FollowedTopic(
            FollowedTopicReader reader,
            FollowedRecords records,
            FollowedTable table,
            @Identifier("relay-followed") FollowedPartitions partitions,
            FollowedHandOvers handOvers) {
        this.reader = reader;
        this.records = records;
        this.table = table;
        this.partitions = partitions;
        this.handOvers = handOvers;
    }

    /** Begins to read, in the background; completes when there is such a topic, and it is read. */
    Uni<Void> begin() {
        handOvers.begin();
        reader.start();
        return reader.readable();
    }

    /** Nothing is read: nobody waits for what the topic may say. */
    void doWithout() {
        reader.doWithout();
    }

    /** Completes when the marks that were there at first are known, or cannot be: what they may say is not waited for then. */
    Uni<Void> settled() {
        return reader.settled();
    }

    /** Completes when all is read that was written before this partition came here. */
    Uni<Void> known(TopicPartition partition) {
        return partitions.known(partition);
    }

    /** Completes when the topic says whether a record is its key's latest. */
    Uni<Void> known(TopicPartition partition, long offset) {
        return partitions.known(partition).chain(() -> table.awaitRead(partition, offset));
    }

    /** What a record is, where it is its key's latest; else {@link FollowedContent.Stale}. Of one that is {@link #known}. */
    FollowedContent latest(ConsumerRecord<byte[], byte[]> record) {
        var partition = FollowedRecords.partition(record);
        return switch (records.content(record)) {
            case FollowedContent.State state when table.isLatest(state.key(), partition, record.offset()) -> state;
            case FollowedContent.Marked mark when table.isLatest(mark.key(), partition, record.offset()) -> mark;
            case FollowedContent.Unknown unknown -> unknown;
            default -> FollowedContent.STALE;
        };
    }

    /** Whether a record is still its key's latest. */
    boolean isLatest(String key, TopicPartition partition, long offset) {
        return table.isLatest(key, partition, offset);
    }

    /** Calls back with key and turn when another process has written a state. */
    void onOthers(BiConsumer<String, Long> listener) {
        table.onLatest((key, state) -> {
            if (!state.isOwn()) {
                listener.accept(key, state.turn());
            }
        });
    }
}
