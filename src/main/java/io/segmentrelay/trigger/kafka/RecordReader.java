package io.segmentrelay.trigger.kafka;

import jakarta.enterprise.context.ApplicationScoped;

import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Message;

import io.segmentrelay.config.RelayConfig;
import io.segmentrelay.event.codec.DecodedEvent;
import io.segmentrelay.event.codec.EventCodec;
import io.segmentrelay.event.wire.Checked;
import io.segmentrelay.event.wire.Receipt;
import io.segmentrelay.relay.ObservedProgress;
import io.segmentrelay.time.Time;

/** Reads records as events for the relay, and puts aside what is none. */
@ApplicationScoped
class RecordReader {

    private final EventCodec codec;
    private final DeadLetters deadLetters;
    private final ObservedProgress progress;
    private final Time time;
    private final int maxEventBytes;

    RecordReader(EventCodec codec, DeadLetters deadLetters, ObservedProgress progress, Time time, RelayConfig config) {
        this.codec = codec;
        this.deadLetters = deadLetters;
        this.progress = progress;
        this.time = time;
        this.maxEventBytes = Math.toIntExact(config.maxEventSize().asLongValue());
    }

    /** The record of a channel's message. */
    @SuppressWarnings("unchecked") // both deserializers are the application's own setting
    static ConsumerRecord<byte[], byte[]> record(Message<byte[]> message) {
        return message.getMetadata(IncomingKafkaRecordMetadata.class)
                .orElseThrow(() -> new IllegalStateException("a Kafka channel without Kafka metadata"))
                .getRecord();
    }

    /** A record as an event for the relay, or why it is none. */
    Checked<DecodedEvent> read(ConsumerRecord<byte[], byte[]> record) {
        return record.serializedValueSize() > maxEventBytes
                ? new Checked.Bad<>("larger than relay.max-event-size (%d bytes)".formatted(maxEventBytes))
                : readOwn(record);
    }

    /** The same for a record that the relay itself has written, of whatever size. */
    @SuppressWarnings("IllegalCatch") // a defect in reading one record must not end its channel
    Checked<DecodedEvent> readOwn(ConsumerRecord<byte[], byte[]> record) {
        try {
            return codec.decode(CloudEventRecords.read(record), Receipt.stamped(record.timestamp(), time.now()));
        } catch (RuntimeException defect) {
            return new Checked.Bad<>("the relay failed on it: " + defect);
        }
    }

    /** Puts aside what is no event for the relay; completes when that is done. */
    Uni<Void> refuse(ConsumerRecord<byte[], byte[]> record, String reason) {
        progress.refused("%s-%d@%d".formatted(record.topic(), record.partition(), record.offset()), reason);
        return deadLetters.put(record, reason);
    }
}
