package io.segmentrelay.trigger.kafka;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * How far each partition is read, which is farther than its last record where the end is no record: a transaction ends with a
 * marker, and what was taken back is left out. A position that stops at the last record would lag for ever.
 *
 * <p>Kafka makes an object of this class for each consumer, and has no other way to it; a partition is read by one of them.
 */
public final class PolledPositions implements ConsumerInterceptor<byte[], byte[]> {

    private static final Map<TopicPartition, Polled> POLLED = new ConcurrentHashMap<>();

    /**
     * A partition.
     *
     * @param last the offset of the last record that was given out, -1 where none was
     * @param next the position; between the two is no record
     */
    record Polled(long last, long next) {}

    /** How far a partition is read, if it is since it was assigned. */
    static Optional<Polled> of(TopicPartition partition) {
        return Optional.ofNullable(POLLED.get(partition));
    }

    /** These partitions are another replica's. */
    static void forget(Collection<TopicPartition> partitions) {
        POLLED.keySet().removeAll(partitions);
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
        records.nextOffsets().forEach((partition, next) -> {
            var some = records.records(partition);
            POLLED.compute(partition, (same, before) -> {
                var last = before == null ? -1 : before.last();
                return new Polled(some.isEmpty() ? last : some.getLast().offset(), next.offset());
            });
        });
        return records;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void configure(Map<String, ?> configs) {}

    @Override
    public void close() {}
}
