package io.segmentrelay.trigger.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/** What a channel's broker knows of the group's positions. What does not return a Uni is for the thread that polls. */
interface CommittedPositions {

    /** Sends positions to the broker; completes when it has them. */
    Uni<Void> commit(Map<TopicPartition, OffsetAndMetadata> positions);

    /**
     * The same, at once.
     *
     * @throws KafkaException where the broker has not taken them within a second
     */
    void commitAtOnce(Map<TopicPartition, OffsetAndMetadata> positions);

    /**
     * Those that were ever committed.
     *
     * @throws KafkaException where the broker does not answer within a second
     */
    Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions);

    /** Where those are read from that were never committed, as far as that can be known within a second. */
    Map<TopicPartition, Long> begin(Set<TopicPartition> partitions);

    /** Through a channel's consumer. */
    record OfConsumer(KafkaConsumer<?, ?> consumer) implements CommittedPositions {

        private static final Logger LOG = Logger.getLogger(CommittedPositions.class);

        /** A broker that is away must not hold up a rebalance, or a stop. */
        private static final Duration IN_REBALANCE = Duration.ofSeconds(1);

        @Override
        public Uni<Void> commit(Map<TopicPartition, OffsetAndMetadata> positions) {
            return consumer.commit(positions);
        }

        @Override
        public void commitAtOnce(Map<TopicPartition, OffsetAndMetadata> positions) {
            consumer.unwrap().commitSync(positions, IN_REBALANCE);
        }

        @Override
        public Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
            var positions = new HashMap<>(consumer.unwrap().committed(partitions, IN_REBALANCE));
            positions.values().removeIf(Objects::isNull); // never committed
            return positions;
        }

        @Override
        public Map<TopicPartition, Long> begin(Set<TopicPartition> partitions) {
            var positions = new HashMap<TopicPartition, Long>();
            try {
                for (var partition : partitions) {
                    positions.put(partition, consumer.unwrap().position(partition, IN_REBALANCE));
                }
            } catch (KafkaException e) {
                // It will be known when the first records have come.
                LOG.debugf(e, "Where some partitions begin is not known yet");
            }
            return positions;
        }
    }
}
