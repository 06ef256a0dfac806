package io.segmentrelay.trigger.kafka;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Up to where the records of each partition are handed over, and whether that is committed. Safe for several threads. */
final class HandedOverOffsets {

    private final Map<TopicPartition, Offsets> partitions = new HashMap<>();

    /** A record is taken. */
    synchronized void taken(TopicPartition partition, long offset) {
        partitions.computeIfAbsent(partition, first -> new Offsets(offset)).taken(offset);
    }

    /** All that a record led to is handed over; without effect where its partition went to another replica meanwhile. */
    synchronized void handedOver(TopicPartition partition, long offset) {
        var offsets = partitions.get(partition);
        if (offsets != null) {
            offsets.open.remove(offset);
        }
    }

    /** What should be committed: for each partition, the first record that is not handed over yet. */
    synchronized Map<TopicPartition, OffsetAndMetadata> uncommitted() {
        var positions = new HashMap<TopicPartition, OffsetAndMetadata>();
        partitions.forEach((partition, offsets) -> {
            if (offsets.position() > offsets.committed) {
                positions.put(partition, new OffsetAndMetadata(offsets.position()));
            }
        });
        return positions;
    }

    /** The broker has these positions. */
    synchronized void committed(Map<TopicPartition, OffsetAndMetadata> positions) {
        positions.forEach((partition, position) -> {
            var offsets = partitions.get(partition);
            if (offsets != null) {
                offsets.committed = Math.max(offsets.committed, position.offset());
            }
        });
    }

    /** These partitions are another replica's. */
    synchronized void forget(Collection<TopicPartition> gone) {
        gone.forEach(partitions::remove);
    }

    private static final class Offsets {
        private final TreeSet<Long> open = new TreeSet<>();
        private long next;
        private long committed;

        private Offsets(long first) {
            next = first;
            committed = first;
        }

        private void taken(long offset) {
            open.add(offset);
            next = Math.max(next, offset + 1);
        }

        private long position() {
            return open.isEmpty() ? next : open.first();
        }
    }
}
