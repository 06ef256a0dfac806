package io.segmentrelay.trigger.kafka;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

import io.segmentrelay.trigger.kafka.CommitMetadata.Reserved;

/**
 * Which records of each partition are handed over, and what of that is committed. Safe for several threads.
 *
 * <p>A position alone says that all before it is handed over. What is handed over behind it, while an earlier record still
 * waits, is in the commit's metadata: whoever reads the partition next leaves it out. Without that, an answered request
 * would be read again after a crash, and might by then be answered otherwise: its deadline has passed.
 */
final class HandedOverOffsets {

    private final Map<TopicPartition, Offsets> partitions = new HashMap<>();
    /** A record of these may still come: it was polled before its partition went to another replica. */
    private final Set<TopicPartition> gone = new HashSet<>();

    private final Set<TopicPartition> own = new HashSet<>();
    private final Function<TopicPartition, Optional<PolledPositions.Polled>> polled;
    private boolean withRanges = true;

    /** @param polled how far a partition is read, where that is known: see {@link PolledPositions} */
    HandedOverOffsets(Function<TopicPartition, Optional<PolledPositions.Polled>> polled) {
        this.polled = polled;
    }

    /** These partitions are now this replica's; for some of them the broker has a position. */
    synchronized void assigned(Collection<TopicPartition> assigned, Map<TopicPartition, OffsetAndMetadata> positions) {
        gone.removeAll(assigned);
        own.addAll(assigned);
        positions.forEach((partition, position) -> partitions.put(
                partition,
                new Offsets(
                        position,
                        CommitMetadata.of(position.offset(), position.metadata())
                                .handedOver())));
    }

    /** These are read from here on, as nobody has ever committed a position. */
    synchronized void begin(Map<TopicPartition, Long> positions) {
        positions.forEach((partition, position) -> partitions.put(partition, Offsets.begin(position)));
    }

    /** A record has come; whether it is to be worked on. */
    synchronized boolean taken(TopicPartition partition, long offset) {
        return !gone.contains(partition)
                && partitions
                        .computeIfAbsent(partition, first -> Offsets.begin(offset))
                        .taken(offset);
    }

    /** All that a record led to is handed over; without effect where its partition went to another replica meanwhile. */
    synchronized void handedOver(TopicPartition partition, long offset) {
        var offsets = partitions.get(partition);
        if (offsets != null) {
            offsets.open.remove(offset);
        }
    }

    /**
     * What should be committed: for each partition, the first record that is not handed over yet, and which behind it are.
     *
     * @param reserve what is said beside it of the limits
     */
    synchronized Map<TopicPartition, OffsetAndMetadata> uncommitted(
            Function<TopicPartition, Optional<Reserved>> reserve) {
        var positions = new HashMap<TopicPartition, OffsetAndMetadata>();
        own.forEach(partition -> polled.apply(partition).ifPresent(read -> polled(partition, read)));
        partitions.forEach((partition, offsets) -> {
            var reached = offsets.reached(withRanges, reserve.apply(partition));
            if (reached.offset() >= offsets.committed.offset() && !reached.equals(offsets.committed)) {
                positions.put(partition, reached);
            }
        });
        return positions;
    }

    /** What should be committed for the sake of what is said of the limits alone: the positions are those that are committed. */
    synchronized Map<TopicPartition, OffsetAndMetadata> reservations(
            Function<TopicPartition, Optional<Reserved>> reserve) {
        var positions = new HashMap<TopicPartition, OffsetAndMetadata>();
        partitions.forEach((partition, offsets) -> reserve.apply(partition)
                .filter(reserved -> offsets.isCommitted())
                .map(reserved -> offsets.committed(withRanges, reserved))
                .filter(position -> !position.equals(offsets.committed))
                .ifPresent(position -> positions.put(partition, position)));
        return positions;
    }

    /** What is said of the limits beside the committed position. */
    synchronized Optional<Reserved> reserved(TopicPartition partition) {
        return Optional.ofNullable(partitions.get(partition))
                .flatMap(offsets -> offsets.said().reserved());
    }

    /** Where all records that were given out have come, what is behind the last one is no record: nobody has to wait for it. */
    private void polled(TopicPartition partition, PolledPositions.Polled read) {
        var offsets = partitions.get(partition);
        if (offsets != null) {
            offsets.polled(read);
        } else if (read.last() < 0) {
            // None of its records was ever committed by its sender.
            partitions.put(partition, Offsets.readTo(read.next()));
        }
    }

    /** The broker has these positions. */
    synchronized void committed(Map<TopicPartition, OffsetAndMetadata> positions) {
        positions.forEach((partition, position) -> {
            var offsets = partitions.get(partition);
            if (offsets != null && position.offset() >= offsets.committed.offset()) {
                offsets.committed = position;
            }
        });
    }

    /** The broker does not take so much beside a position; returns whether there was more than the least. */
    synchronized boolean withoutRanges() {
        var before = withRanges;
        withRanges = false;
        return before;
    }

    /** These partitions are another replica's. */
    synchronized void forget(Collection<TopicPartition> lost) {
        lost.forEach(partitions::remove);
        gone.addAll(lost);
        own.removeAll(lost);
    }

    private static final class Offsets {
        private final TreeSet<Long> open = new TreeSet<>();
        private final long first;
        private OffsetRanges known;
        private long next;
        private OffsetAndMetadata committed;

        /** @param known to be handed over, behind the position */
        private Offsets(OffsetAndMetadata committed, OffsetRanges known) {
            this.first = committed.offset();
            this.known = known;
            this.next = first;
            this.committed = new OffsetAndMetadata(first, committed.metadata());
        }

        private static Offsets begin(long first) {
            return new Offsets(new OffsetAndMetadata(first), new OffsetRanges());
        }

        private static Offsets readTo(long next) {
            var offsets = begin(next);
            offsets.committed = new OffsetAndMetadata(0);
            return offsets;
        }

        private void polled(PolledPositions.Polled read) {
            if (read.last() < next) {
                next = Math.max(next, read.next());
            }
        }

        private boolean taken(long offset) {
            if (offset < first) {
                // The broker's position was no longer in the topic: these are other records.
                known = new OffsetRanges();
            }
            next = Math.max(next, offset + 1);
            return !known.contains(offset) && open.add(offset);
        }

        private OffsetAndMetadata reached(boolean withRanges, Optional<Reserved> reserved) {
            var position = open.isEmpty() ? next : open.first();
            var ranges = withRanges ? handedOver(position) : new OffsetRanges();
            return new OffsetAndMetadata(position, new CommitMetadata(ranges, reserved).text(position));
        }

        private CommitMetadata said() {
            return CommitMetadata.of(committed.offset(), committed.metadata());
        }

        private boolean isCommitted() {
            return committed.offset() >= first;
        }

        private OffsetAndMetadata committed(boolean withRanges, Reserved reserved) {
            var position = committed.offset();
            var ranges = withRanges ? said().handedOver() : new OffsetRanges();
            return new OffsetAndMetadata(position, new CommitMetadata(ranges, Optional.of(reserved)).text(position));
        }

        private OffsetRanges handedOver(long position) {
            var ranges = new OffsetRanges();
            var at = position;
            for (var offset : open) {
                ranges.add(at, offset);
                at = offset + 1;
            }
            ranges.add(at, next);
            known.addTo(ranges, next);
            return ranges;
        }
    }
}
