package io.segmentrelay.sandbox.dev;

import java.util.List;
import java.util.Locale;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.kafka.clients.consumer.ConsumerRecord;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static java.util.stream.StreamSupport.stream;

/** A record as a person reads it: headers, then data, with all but the first members left out. */
final class PrintedEvent {

    private static final JsonMapper JSON = new JsonMapper();

    private static final List<String> LISTS = List.of("members", "joined", "left");
    private static final int SHOWN_MEMBERS = 3;

    private PrintedEvent() {}

    /**
     * The text, of several lines.
     *
     * @param remark what is to be said at the end of its first line
     */
    static String of(ConsumerRecord<byte[], byte[]> record, String remark) {
        var headers = stream(record.headers().spliterator(), false)
                .map(header -> "  %s: %s%n".formatted(header.key(), new String(header.value(), UTF_8)))
                .collect(joining());
        var value = record.value() == null ? "" : new String(record.value(), UTF_8);
        return "%n─── %s%s%n%s%s%n".formatted(record.topic(), remark, headers, pretty(value));
    }

    private static String pretty(String value) {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(shortened(JSON.readTree(value)));
        } catch (JsonProcessingException e) {
            return value; // a dead letter may be anything
        }
    }

    private static JsonNode shortened(JsonNode data) {
        if (data instanceof ObjectNode object) {
            LISTS.forEach(list -> shorten(object, list));
        }
        return data;
    }

    private static void shorten(ObjectNode object, String list) {
        if (object.get(list) instanceof ArrayNode all && all.size() > SHOWN_MEMBERS) {
            var some = object.putArray(list);
            for (var i = 0; i < SHOWN_MEMBERS; i++) {
                some.add(all.get(i));
            }
            some.add(String.format(Locale.ROOT, "… and %,d more", all.size() - SHOWN_MEMBERS));
        }
    }
}
