package io.segmentrelay.sandbox.console;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

import io.segmentrelay.event.RequestKey;
import io.segmentrelay.sandbox.RelayTopics;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A record as the page shows it.
 *
 * @param attributes of the CloudEvent, whichever mode it came in; headers that are none of its, as they are
 * @param data JSON, or a text where it is none
 * @param segmentId of a request that makes a segment: its id, whether or not it is there yet
 */
record Seen(
        String kind,
        Instant at,
        String topic,
        int partition,
        long offset,
        String key,
        Map<String, String> attributes,
        JsonNode data,
        Optional<String> segmentId) {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final String PREFIX = "ce_";

    static Seen of(ConsumerRecord<byte[], byte[]> record) {
        var attributes = new TreeMap<String, String>();
        for (var header : record.headers()) {
            attributes.put(name(header), header.value() == null ? "" : new String(header.value(), UTF_8));
        }
        var data = json(record.value());
        if (data instanceof ObjectNode event && event.path("specversion").isTextual()) {
            event.properties().stream()
                    .filter(each -> !each.getKey().equals("data"))
                    .forEach(each ->
                            attributes.put(each.getKey(), each.getValue().asText()));
            data = event.path("data");
        }
        return new Seen(
                "record",
                Instant.ofEpochMilli(record.timestamp()),
                record.topic(),
                record.partition(),
                record.offset(),
                record.key() == null ? "" : new String(record.key(), UTF_8),
                attributes,
                data,
                segmentId(record.topic(), attributes));
    }

    private static String name(Header header) {
        return header.key().startsWith(PREFIX) ? header.key().substring(PREFIX.length()) : header.key();
    }

    private static JsonNode json(byte[] value) {
        if (value == null) {
            return TextNode.valueOf("");
        }
        try {
            var read = JSON.readTree(value);
            return read.isMissingNode() ? TextNode.valueOf("") : read;
        } catch (IOException e) {
            return TextNode.valueOf(new String(value, UTF_8)); // what is sent to the relay may be anything
        }
    }

    private static Optional<String> segmentId(String topic, Map<String, String> attributes) {
        var source = attributes.getOrDefault("source", "");
        var id = attributes.getOrDefault("id", "");
        return topic.equals(RelayTopics.REQUESTS) && !source.isEmpty() && !id.isEmpty()
                ? Optional.of(new RequestKey(source, id).uuid().toString())
                : Optional.empty();
    }
}
