package io.segmentrelay.trigger.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

import jakarta.enterprise.context.ApplicationScoped;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import org.apache.kafka.common.TopicPartition;

/**
 * Which state of each key of {@code segment-followed} is the latest, as far as the topic is read: the one with the highest turn,
 * and of those the first. (Two replicas may both have lived a key for a moment, and have written the same turn: what was first
 * was followed up.) A tombstone ends a key, which may begin anew. Safe for several threads.
 *
 * <p>A topic that is given more partitions has keys in two of them, an old one and a new one. There the turn decides as well;
 * of a tombstone, and a state that was written before it, the time that they were written.
 */
@ApplicationScoped
class FollowedTable {

    /**
     * Where a state lies, and what it says of itself.
     *
     * @param partition of the topic
     * @param offset in the partition
     * @param writtenAt the record's time stamp
     * @param turn counts up with every hand-over of its key
     * @param isOwn whether this process has written it
     */
    record State(TopicPartition partition, long offset, Instant writtenAt, long turn, boolean isOwn) {}

    /** Brokers keep them for a day (delete.retention.ms), and whatever they keep longer is read again at the next start. */
    private static final Duration TOMBSTONES_KEPT = Duration.ofHours(25);

    /** A tombstone. Within a partition the order says what came after it, whatever the clocks. */
    private record Ended(TopicPartition partition, Instant writtenAt) {
        boolean isAfter(State state) {
            return !state.partition().equals(partition) && state.writtenAt().isBefore(writtenAt);
        }
    }

    private final Map<String, State> latest = new HashMap<>();
    /** As long as they may lie in the topic, the eldest first. */
    private final Map<String, Ended> ended = new LinkedHashMap<>();

    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final Map<TopicPartition, TreeMap<Long, List<UniEmitter<? super Void>>>> waiting = new HashMap<>();
    private final List<BiConsumer<String, State>> listeners = new CopyOnWriteArrayList<>();
    private boolean complete;

    /** A state was read; says whether it is its key's latest. */
    boolean state(String key, State state) {
        return read(key, state, state.turn() > 0);
    }

    /** A mark was read: it needs no earlier one, and its turn is when it was made. */
    void mark(String key, State mark) {
        read(key, mark, false);
    }

    private boolean read(String key, State state, boolean goesOn) {
        synchronized (this) {
            var before = latest.get(key);
            if (before != null && before.turn() >= state.turn()) {
                return false;
            }
            if (before == null && isOver(key, state, goesOn)) {
                return false;
            }
            latest.put(key, state);
        }
        listeners.forEach(listener -> listener.accept(key, state));
        return true;
    }

    /**
     * Whether its key has ended. Whoever goes on with a key that nobody knows any more is a replica that had not heard of its end
     * (it was cut off, or its record was late): what begins anew begins at turn 0.
     */
    private boolean isOver(String key, State state, boolean goesOn) {
        var end = ended.get(key);
        return (goesOn && (complete || end != null)) || (end != null && end.isAfter(state));
    }

    /** A tombstone was read. */
    synchronized void tombstone(String key, TopicPartition partition, Instant writtenAt) {
        var before = latest.get(key);
        if (before != null
                && (before.partition().equals(partition) || !before.writtenAt().isAfter(writtenAt))) {
            latest.remove(key);
        }
        ended.remove(key);
        ended.put(key, new Ended(partition, writtenAt));
        var eldest = ended.values().iterator();
        while (eldest.hasNext()
                && eldest.next().writtenAt().plus(TOMBSTONES_KEPT).isBefore(writtenAt)) {
            eldest.remove();
        }
    }

    /**
     * Whether a key lives, or has ended after something was asked for: then what was asked for was begun already.
     *
     * @param since when it was asked for
     */
    synchronized boolean isBegun(String key, Instant since) {
        var end = ended.get(key);
        return latest.containsKey(key) || (end != null && end.writtenAt().isAfter(since));
    }

    /** All that was there when this process began to read is read. */
    synchronized void complete() {
        complete = true;
    }

    /** A partition is read up to this offset, which is the next one's. */
    void read(TopicPartition partition, long position) {
        var reached = new ArrayList<UniEmitter<? super Void>>();
        synchronized (this) {
            positions.put(partition, position);
            var others = waiting.getOrDefault(partition, new TreeMap<>()).headMap(position, true);
            others.values().forEach(reached::addAll);
            others.clear();
        }
        reached.forEach(emitter -> emitter.complete(null));
    }

    /** Completes when the record at this offset is read, at once where it is; cancelling it ends the wait. */
    Uni<Void> awaitRead(TopicPartition partition, long offset) {
        return Uni.createFrom().emitter(emitter -> {
            emitter.onTermination(() -> leave(partition, offset + 1, emitter));
            if (!join(partition, offset + 1, emitter)) {
                emitter.complete(null);
            }
        });
    }

    private synchronized boolean join(TopicPartition partition, long position, UniEmitter<? super Void> emitter) {
        if (positions.getOrDefault(partition, 0L) >= position) {
            return false;
        }
        waiting.computeIfAbsent(partition, first -> new TreeMap<>())
                .computeIfAbsent(position, first -> new ArrayList<>(1))
                .add(emitter);
        return true;
    }

    private synchronized void leave(TopicPartition partition, long position, UniEmitter<? super Void> emitter) {
        var others = waiting.getOrDefault(partition, new TreeMap<>());
        others.computeIfPresent(position, (same, emitters) -> {
            emitters.remove(emitter);
            return emitters.isEmpty() ? null : emitters;
        });
    }

    /** Whether this record is its key's latest, and not ended. Of a record that {@link #awaitRead} has waited for. */
    synchronized boolean isLatest(String key, TopicPartition partition, long offset) {
        var state = latest.get(key);
        return state != null && state.offset() == offset && state.partition().equals(partition);
    }

    /** Keys that live. */
    synchronized int size() {
        return latest.size();
    }

    /** Calls back, on the thread that reads, whenever a key has a new latest state; must be quick. */
    void onLatest(BiConsumer<String, State> listener) {
        listeners.add(listener);
    }
}
