package io.segmentrelay.trigger.kafka;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

import jakarta.enterprise.context.ApplicationScoped;

import io.cloudevents.CloudEvent;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;

import io.segmentrelay.event.EventTypes;
import io.segmentrelay.event.wire.EventExtensions;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Tells the records of {@code segment-followed} apart, by key and headers alone: the whole topic is read by each replica, and a
 * state may have 64 KB. What is in them is {@link RecordReader}'s to say, for those that are lived.
 */
@ApplicationScoped
class FollowedRecords {

    /** No attribute of the event: which process has written the record. */
    private static final String WRITER = "segment-relay-writer";

    private static final String TYPE = "ce_type";
    private static final String SEQUENCE = "ce_sequence";
    private static final String TIME = "ce_time";

    private final FollowedTable table;
    private final FollowedMarks marks;
    private final FollowedHandOvers handOvers;
    private final byte[] process = UUID.randomUUID().toString().getBytes(UTF_8);

    FollowedRecords(FollowedTable table, FollowedMarks marks, FollowedHandOvers handOvers) {
        this.table = table;
        this.marks = marks;
        this.handOvers = handOvers;
    }

    /** Marks a record as written by this process. */
    void sign(Headers headers) {
        headers.add(WRITER, process);
    }

    /** The turn of a state that this process hands over. */
    static long turn(CloudEvent followed) {
        return Long.parseLong(String.valueOf(followed.getExtension(EventExtensions.SEQUENCE)));
    }

    /** What a record is. */
    FollowedContent content(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            return new FollowedContent.Unknown();
        }
        var key = new String(record.key(), UTF_8);
        if (record.value() == null) {
            return new FollowedContent.Tombstone(key);
        }
        return switch (header(record, TYPE).orElse("")) {
            case EventTypes.FOLLOWED ->
                header(record, SEQUENCE)
                        .flatMap(FollowedRecords::number)
                        .<FollowedContent>map(turn -> new FollowedContent.State(key, turn))
                        .orElseGet(FollowedContent.Unknown::new);
            case EventTypes.MARKED ->
                header(record, TIME)
                        .flatMap(FollowedRecords::time)
                        .<FollowedContent>map(at -> new FollowedContent.Marked(key, at))
                        .orElseGet(FollowedContent.Unknown::new);
            default -> new FollowedContent.Unknown();
        };
    }

    /** Takes a record of the whole topic, in the order of its partition. */
    void take(ConsumerRecord<byte[], byte[]> record) {
        switch (content(record)) {
            case FollowedContent.State(var key, var turn) -> {
                var state = state(record, turn);
                var isLatest = table.state(key, state);
                if (state.isOwn()) {
                    handOvers.read(key, turn, isLatest);
                }
            }
            case FollowedContent.Marked(var key, var at) -> {
                // A later mark of the same key counts in place of an earlier one, as a later turn does.
                table.mark(key, state(record, at.toEpochMilli()));
                marks.mark(key, at);
            }
            case FollowedContent.Tombstone(var key) -> {
                table.tombstone(key, partition(record), Instant.ofEpochMilli(record.timestamp()));
                marks.forget(key);
            }
            case FollowedContent.Unknown unknown -> {}
            case FollowedContent.Stale stale -> {}
        }
    }

    private FollowedTable.State state(ConsumerRecord<byte[], byte[]> record, long turn) {
        var writer = record.headers().lastHeader(WRITER);
        return new FollowedTable.State(
                partition(record),
                record.offset(),
                Instant.ofEpochMilli(record.timestamp()),
                turn,
                writer != null && Arrays.equals(writer.value(), process));
    }

    static TopicPartition partition(ConsumerRecord<?, ?> record) {
        return new TopicPartition(record.topic(), record.partition());
    }

    private static Optional<String> header(ConsumerRecord<?, ?> record, String name) {
        return Optional.ofNullable(record.headers().lastHeader(name))
                .flatMap(header -> Optional.ofNullable(header.value()))
                .map(value -> new String(value, UTF_8));
    }

    private static Optional<Long> number(String text) {
        try {
            return Optional.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
