package io.segmentrelay.trigger.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import jakarta.enterprise.context.ApplicationScoped;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

import io.segmentrelay.dynamics.limits.DynamicsGate;

/**
 * Tells the gate this replica's part of the limits: of all partitions that the group reads, those that it has. Each channel has a
 * consumer of its own, and they hear of a rebalance one after the other. How many partitions a topic has is in the consumer's
 * own metadata: no right is needed for it.
 */
@ApplicationScoped
public class GroupPart {

    private static final Logger LOG = Logger.getLogger(GroupPart.class);

    /** It is known from the rebalance itself, where the topic is there. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final DynamicsGate gate;
    private final Map<String, Integer> totals = new HashMap<>();
    private final Set<TopicPartition> own = new HashSet<>();

    GroupPart(DynamicsGate gate) {
        this.gate = gate;
    }

    /** After a rebalance, on the thread that polls: some partitions are new, or none. */
    synchronized void assigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        own.addAll(partitions);
        consumer.subscription().forEach(topic -> total(consumer, topic));
        tell();
    }

    /** These are another replica's from now on. */
    synchronized void revoked(Collection<TopicPartition> partitions) {
        own.removeAll(partitions);
        tell();
    }

    private void total(Consumer<?, ?> consumer, String topic) {
        try {
            totals.put(topic, consumer.partitionsFor(topic, PATIENCE).size());
        } catch (KafkaException e) {
            LOG.warnf(
                    "How many partitions %s has is not known: this replica's part of Dynamics' limits is reckoned without it; reason=%s",
                    topic, e.getMessage());
        }
    }

    private void tell() {
        // What it has counts, at least: metadata that is older than the assignment must not give more than the whole.
        var total = totals.entrySet().stream()
                .mapToLong(each -> Math.max(
                        each.getValue(),
                        own.stream()
                                .filter(one -> one.topic().equals(each.getKey()))
                                .count()))
                .sum();
        if (total > 0) { // else the topics are not there yet: nobody has a part, which says nothing of others
            gate.part(own.size() / (double) total);
        }
    }
}
