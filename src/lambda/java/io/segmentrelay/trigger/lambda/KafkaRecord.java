package io.segmentrelay.trigger.lambda;

import java.util.Base64;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.cloudevents.CloudEvent;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.event.wire.Checked;
import io.segmentrelay.event.wire.CloudEvents;

import static java.util.Objects.requireNonNullElse;

/**
 * A record of a Kafka event source (Amazon MSK or self-managed): key and value in base64, headers as arrays of bytes.
 * EventBridge Pipes send the same records in a bare array.
 *
 * @param partition {@code topic-number}, as the event names it
 * @param node the record as it came
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/with-kafka-process.html">Kafka events</a>
 * @see <a href="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-msk.html">Kafka in EventBridge Pipes</a>
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html">Partial batch response</a>
 */
record KafkaRecord(String partition, JsonNode node) implements LambdaRecord {

    private static final List<String> EVENT_SOURCES = List.of("aws:kafka", "SelfManagedKafka", "aws:SelfManagedKafka");

    /** Whether an event comes from Kafka: a batch of Lambda's own event source, or a record of a pipe. */
    static boolean isEvent(JsonNode event) {
        return EVENT_SOURCES.contains(event.path("eventSource").asText());
    }

    /** Whether it is a record of an EventBridge pipe, which names its topic and partition itself. */
    static boolean isOfPipe(JsonNode node) {
        return isEvent(node) && node.path("topic").isTextual();
    }

    /** A record of an EventBridge pipe. */
    static KafkaRecord ofPipe(JsonNode node) {
        var key = node.path("eventSourceKey");
        return new KafkaRecord(
                key.isTextual()
                        ? key.asText()
                        : node.path("topic").asText() + "-"
                                + node.path("partition").asText(),
                node);
    }

    @Override
    public JsonNode itemIdentifier() {
        return JsonNodeFactory.instance.objectNode().put("partition", partition).put("offset", offset());
    }

    private long offset() {
        return node.path("offset").asLong();
    }

    @Override
    public Checked<CloudEvent> read() {
        byte[] value;
        try {
            value = requireNonNullElse(bytes("value"), new byte[0]);
        } catch (IllegalArgumentException e) {
            return new Checked.Bad<>("This is no CloudEvent: the value that Lambda gave is no base64");
        }
        return CloudEvents.kafka(headers(), value);
    }

    /** Those with a value: one that is null is as good as absent, as it is where records are read from Kafka itself. */
    private List<Map.Entry<String, byte[]>> headers() {
        return KafkaHeaders.of(node.path("headers")).stream()
                .flatMap(header -> header.getValue().stream().map(value -> Map.entry(header.getKey(), value)))
                .toList();
    }

    private byte @Nullable [] bytes(String field) {
        var text = node.path(field);
        return text.isTextual() ? Base64.getDecoder().decode(text.asText()) : null;
    }

    /**
     * As a consumer would have read it.
     *
     * @throws IllegalArgumentException where key or value is no base64
     */
    ConsumerRecord<byte[], byte[]> asConsumed() {
        var key = bytes("key");
        var value = bytes("value");
        var headers = new RecordHeaders();
        KafkaHeaders.of(node.path("headers"))
                .forEach(
                        header -> headers.add(header.getKey(), header.getValue().orElse(null)));
        return new ConsumerRecord<>(
                node.path("topic").asText(),
                node.path("partition").asInt(),
                offset(),
                node.path("timestamp").asLong(),
                TimestampType.CREATE_TIME,
                key == null ? ConsumerRecord.NULL_SIZE : key.length,
                value == null ? ConsumerRecord.NULL_SIZE : value.length,
                key,
                value,
                headers,
                java.util.Optional.empty());
    }

    @Override
    public long timestamp() {
        return node.path("timestamp").asLong();
    }

    @Override
    public int bytes() {
        return node.path("value").asText().length() / 4 * 3;
    }

    @Override
    public String origin() {
        return "kafka %s@%d".formatted(partition, offset());
    }

    /** Without the record's content. */
    @Override
    public String toString() {
        return origin();
    }
}
