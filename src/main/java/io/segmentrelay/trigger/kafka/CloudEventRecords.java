package io.segmentrelay.trigger.kafka;

import java.util.ArrayList;
import java.util.Map;

import io.cloudevents.CloudEvent;
import io.cloudevents.kafka.KafkaMessageFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

import io.segmentrelay.event.wire.Checked;
import io.segmentrelay.event.wire.CloudEvents;
import io.segmentrelay.event.wire.EventExtensions;

import static java.nio.charset.StandardCharsets.UTF_8;

/** CloudEvents in Kafka records: read in binary and structured mode, written in binary mode. */
final class CloudEventRecords {

    private CloudEventRecords() {}

    /** Reads a record, whatever its bytes are. */
    static Checked<CloudEvent> read(ConsumerRecord<byte[], byte[]> record) {
        var headers = new ArrayList<Map.Entry<String, byte[]>>();
        for (var header : record.headers()) {
            if (header.value() != null) {
                headers.add(Map.entry(header.key(), header.value()));
            }
        }
        var value = record.value();
        return CloudEvents.kafka(headers, value == null ? new byte[0] : value);
    }

    /** Writes an event for its topic; the key is its {@code partitionkey}. */
    static ProducerRecord<String, byte[]> write(CloudEvent event, String topic) {
        ProducerRecord<String, byte[]> record = KafkaMessageFactory.<String>createWriter(
                        topic, EventExtensions.of(event))
                .writeBinary(event);
        EventExtensions.traceHeaders(event)
                .forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
        return record;
    }
}
