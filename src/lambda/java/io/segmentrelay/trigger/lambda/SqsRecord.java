package io.segmentrelay.trigger.lambda;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.cloudevents.CloudEvent;

import io.segmentrelay.event.wire.Checked;
import io.segmentrelay.event.wire.CloudEvents;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A message of an SQS queue: a CloudEvent in structured mode, or in binary mode with its attributes in message attributes
 * {@code ce-*} or {@code ce_*}.
 *
 * @param node the record as it came
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html">Using Lambda with Amazon SQS</a>
 */
record SqsRecord(JsonNode node) implements LambdaRecord {

    static final String EVENT_SOURCE = "aws:sqs";

    private static final String PREFIX = "ce_";

    static boolean is(JsonNode node) {
        return node.path("eventSource").asText().equals(EVENT_SOURCE)
                && node.path("messageId").isTextual();
    }

    @Override
    public JsonNode itemIdentifier() {
        return TextNode.valueOf(messageId());
    }

    String messageId() {
        return node.path("messageId").asText();
    }

    /** Character for character. */
    String body() {
        return node.path("body").asText();
    }

    JsonNode messageAttributes() {
        return node.path("messageAttributes");
    }

    @Override
    public Checked<CloudEvent> read() {
        var headers = new LinkedHashMap<String, byte[]>();
        for (var attribute : messageAttributes().properties()) {
            var text = attribute.getValue().path("stringValue");
            if (text.isTextual()) {
                headers.put(header(attribute.getKey()), text.asText().getBytes(UTF_8));
            }
        }
        var body = body().getBytes(UTF_8);
        if (!headers.containsKey(PREFIX + "specversion")) {
            headers.put("content-type", CloudEvents.STRUCTURED.getBytes(UTF_8));
        }
        return CloudEvents.kafka(headers.entrySet(), body);
    }

    private static String header(String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        return lower.startsWith("ce-") ? PREFIX + lower.substring(PREFIX.length()) : lower;
    }

    @Override
    public long timestamp() {
        return node.path("attributes").path("SentTimestamp").asLong();
    }

    @Override
    public int bytes() {
        return body().getBytes(UTF_8).length;
    }

    @Override
    public String origin() {
        return "sqs message " + messageId();
    }

    /** Without the message's content. */
    @Override
    public String toString() {
        return Map.of("messageId", messageId()).toString();
    }
}
