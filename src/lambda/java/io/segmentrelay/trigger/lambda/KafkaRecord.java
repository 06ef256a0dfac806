package io.segmentrelay.trigger.lambda;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.event.CloudEvents;
import io.segmentrelay.event.Read;

import static java.util.Objects.requireNonNullElse;

/**
 * A record of a Kafka event source (Amazon MSK or self-managed): key and value in base64, headers as arrays of bytes.
 *
 * @param partition {@code topic-number}, as the event names it
 * @param node the record as it came
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/with-kafka-process.html">Kafka events</a>
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html">Partial batch response</a>
 */
record KafkaRecord(String partition, JsonNode node) implements LambdaRecord {

    private static final List<String> EVENT_SOURCES = List.of("aws:kafka", "SelfManagedKafka", "aws:SelfManagedKafka");

    /** Whether an event comes from Kafka. */
    static boolean isEvent(JsonNode event) {
        return EVENT_SOURCES.contains(event.path("eventSource").asText());
    }

    @Override
    public JsonNode itemIdentifier() {
        return JsonNodeFactory.instance.objectNode().put("partition", partition).put("offset", offset());
    }

    private long offset() {
        return node.path("offset").asLong();
    }

    @Override
    public Read read() {
        byte[] value;
        try {
            value = requireNonNullElse(bytes("value"), new byte[0]);
        } catch (IllegalArgumentException e) {
            return new Read.NoEvent("This is no CloudEvent: the value that Lambda gave is no base64");
        }
        return CloudEvents.kafka(headers(), value);
    }

    private List<Map.Entry<String, byte[]>> headers() {
        var headers = new ArrayList<Map.Entry<String, byte[]>>();
        for (var header : node.path("headers")) {
            for (var field : header.properties()) {
                headers.add(Map.entry(field.getKey(), headerValue(field.getValue())));
            }
        }
        return headers;
    }

    /** Bytes come as numbers, from -128 to 127 or from 0 to 255. */
    private static byte[] headerValue(JsonNode numbers) {
        var value = new byte[numbers.size()];
        for (var i = 0; i < value.length; i++) {
            value[i] = (byte) numbers.path(i).asInt();
        }
        return value;
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
        headers().forEach(header -> headers.add(header.getKey(), header.getValue()));
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
    public Instant handedOver() {
        return LambdaRecord.handedOver(node.path("timestamp").asLong());
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
