package io.segmentrelay.trigger.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import jakarta.enterprise.context.ApplicationScoped;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

import io.segmentrelay.dynamics.limits.DynamicsGate;
import io.segmentrelay.dynamics.limits.GroupLimits;
import io.segmentrelay.dynamics.limits.Reservation;
import io.segmentrelay.dynamics.limits.SharedPart;
import io.segmentrelay.trigger.kafka.CommitMetadata.Reserved;

/**
 * Tells the gate this replica's part of the limits: of all partitions that the group reads, those that it has. Each channel has a
 * consumer of its own, and they hear of a rebalance one after the other. How many partitions a topic has is in the consumer's
 * own metadata: no right is needed for it. What is reserved of a part stands beside its partition's position ({@link CommitMetadata}): only its
 * owner can write there.
 */
@ApplicationScoped
public class GroupPart {

    private static final Logger LOG = Logger.getLogger(GroupPart.class);

    /** It is known from the rebalance itself, where the topic is there. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final int SHORT_ID = 8;

    /** The topics are not there (yet): what comes over HTTP must not wait for them, and nobody else can have more of them. */
    private static final List<SharedPart> NOTHING_TO_SHARE_BY =
            List.of(new SharedPart("no topic", 1, Reservation.ALL, true));

    private final GroupLimits limits;
    private final String replica = UUID.randomUUID().toString().substring(0, SHORT_ID);
    private final Map<String, Integer> totals = new HashMap<>();
    private final Set<TopicPartition> own = new HashSet<>();
    private final Map<TopicPartition, Reserved> found = new HashMap<>();

    GroupPart(DynamicsGate gate) {
        this.limits = gate.group();
    }

    /** Whether this process shares the limits with others. */
    boolean isShared() {
        return limits.isShared();
    }

    /** What stands beside the positions of partitions that are to come; where nobody knows, all may be in use. */
    synchronized void found(Collection<TopicPartition> partitions, Optional<Map<TopicPartition, Reserved>> written) {
        for (var partition : partitions) {
            var reserved = written.map(all -> all.getOrDefault(partition, Reserved.NOTHING))
                    .orElse(Reserved.UNKNOWN);
            found.put(partition, reserved);
        }
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

    /**
     * What is to be written beside a partition's position.
     *
     * @param goes whether it is another replica's soon
     * @return empty where the limits are not shared, or not by it
     */
    Optional<Reserved> reserve(TopicPartition partition, boolean goes) {
        return limits.reserve(partition.toString(), goes).map(reservation -> new Reserved(replica, reservation));
    }

    /** It is written, and may be used. */
    void reserved(TopicPartition partition, Reservation written) {
        limits.reserved(partition.toString(), written);
    }

    /** Who is told when what is {@linkplain #reserve reserved} is too little. */
    void onMoreNeeded(Runnable told) {
        limits.onMoreNeeded(told);
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
        limits.parts(
                total == 0
                        ? NOTHING_TO_SHARE_BY
                        : own.stream()
                                .map(partition -> part(partition, 1.0 / total))
                                .toList());
    }

    private SharedPart part(TopicPartition partition, double part) {
        var reserved = Objects.requireNonNullElse(found.get(partition), Reserved.UNKNOWN);
        return new SharedPart(
                partition.toString(),
                part,
                reserved.reservation(),
                reserved.replica().equals(replica));
    }
}
