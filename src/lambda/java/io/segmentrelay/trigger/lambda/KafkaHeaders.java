package io.segmentrelay.trigger.lambda;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import io.segmentrelay.event.wire.MediaType;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The headers of a Kafka record as AWS gives them: each an object of a name and a value, which is an array of bytes, or text in
 * base64, or plain text where something on the way has decoded it. A value that is null on Kafka comes as {@code null},
 * {@code {}} or {@code []}.
 */
final class KafkaHeaders {

    private KafkaHeaders() {}

    /** All of them, in their order. */
    static List<Map.Entry<String, Optional<byte[]>>> of(JsonNode headers) {
        var fields = new ArrayList<Map.Entry<String, JsonNode>>();
        // One object for all is what an input transformer makes of them.
        (headers.isObject() ? JsonNodeFactory.instance.arrayNode().add(headers) : headers)
                .forEach(header -> fields.addAll(header.properties()));
        var inBase64 = fields.stream().allMatch(KafkaHeaders::mayBeBase64);
        return fields.stream()
                .map(field -> Map.entry(field.getKey(), value(field.getValue(), inBase64)))
                .toList();
    }

    private static Optional<byte[]> value(JsonNode value, boolean inBase64) {
        if (value.isTextual()) {
            return inBase64
                    ? base64(value.asText())
                    : Optional.of(value.asText().getBytes(UTF_8));
        }
        return value.isArray() && !value.isEmpty() ? Optional.of(bytes(value)) : Optional.empty();
    }

    /** Bytes come as numbers, from -128 to 127 or from 0 to 255. */
    private static byte[] bytes(JsonNode numbers) {
        var value = new byte[numbers.size()];
        for (var i = 0; i < value.length; i++) {
            value[i] = (byte) numbers.path(i).asInt();
        }
        return value;
    }

    /**
     * Much plain text is base64 as well, such as {@code /source}: so all of a record's texts are taken for the same. The version
     * of an event in binary mode, {@code 1.0}, is never base64; a content type in structured mode is, but its bytes are none.
     */
    private static boolean mayBeBase64(Map.Entry<String, JsonNode> field) {
        if (!field.getValue().isTextual()) {
            return true;
        }
        var decoded = base64(field.getValue().asText());
        return decoded.isPresent()
                && (!isContentType(field.getKey())
                        || MediaType.of(new String(decoded.get(), UTF_8)).contains("/"));
    }

    private static boolean isContentType(String name) {
        return name.toLowerCase(Locale.ROOT).replace("-", "").equals("contenttype");
    }

    private static Optional<byte[]> base64(String text) {
        try {
            return Optional.of(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
