package io.segmentrelay.trigger.lambda;

import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Requests, and events of AWS around them. */
final class Events {

    static final String QUERY = "PROFILE(contact).FILTER(ISNOTNULL(address1_county))";

    private Events() {}

    /** A request in structured mode; its segment has the id for a name. */
    static String request(String id) {
        return request(id, new JsonObject().put("displayName", id).put("query", QUERY));
    }

    static String request(String id, JsonObject data) {
        return new JsonObject()
                .put("specversion", "1.0")
                .put("id", id)
                .put("source", "/tests")
                .put("type", "io.segmentrelay.segment.requested.v1")
                .put("datacontenttype", "application/json")
                .put("data", data)
                .encode();
    }

    /** What Lambda gets of a queue; the messages' ids are {@code m-0}, {@code m-1} and so on. */
    static String sqs(String... bodies) {
        return new JsonObject()
                .put(
                        "Records",
                        new JsonArray(IntStream.range(0, bodies.length)
                                .mapToObj(i -> sqsRecord("m-" + i, bodies[i], Instant.now(), new JsonObject()))
                                .toList()))
                .encode();
    }

    /** What Lambda gets of a queue, made of what was received from it. */
    static String sqs(List<Message> messages) {
        return new JsonObject()
                .put(
                        "Records",
                        new JsonArray(messages.stream().map(Events::sqsRecord).toList()))
                .encode();
    }

    private static JsonObject sqsRecord(Message message) {
        var attributes = new JsonObject();
        message.messageAttributes()
                .forEach((name, value) -> attributes.put(
                        name,
                        new JsonObject().put("stringValue", value.stringValue()).put("dataType", value.dataType())));
        var sent = Long.parseLong(message.attributes().get(MessageSystemAttributeName.SENT_TIMESTAMP));
        return sqsRecord(message.messageId(), message.body(), Instant.ofEpochMilli(sent), attributes);
    }

    static JsonObject sqsRecord(String messageId, String body, Instant sent, JsonObject messageAttributes) {
        return new JsonObject()
                .put("messageId", messageId)
                .put("receiptHandle", "handle-" + messageId)
                .put("body", body)
                .put(
                        "attributes",
                        new JsonObject()
                                .put("ApproximateReceiveCount", "1")
                                .put("SentTimestamp", Long.toString(sent.toEpochMilli())))
                .put("messageAttributes", messageAttributes)
                .put("eventSource", "aws:sqs")
                .put("eventSourceARN", "arn:aws:sqs:eu-central-1:000000000000:requests")
                .put("awsRegion", "eu-central-1");
    }

    /** What Lambda gets of partition 0 of a topic; offsets begin at 0. */
    static String kafka(String eventSource, JsonObject... records) {
        var numbered = new JsonArray();
        for (var i = 0; i < records.length; i++) {
            numbered.add(records[i].copy().put("offset", i));
        }
        return new JsonObject()
                .put("eventSource", eventSource)
                .put("bootstrapServers", "b-1.example:9092")
                .put("records", new JsonObject().put("segment-requests-0", numbered))
                .encode();
    }

    static JsonObject kafkaRecord(Map<String, String> headers, @Nullable String value) {
        return new JsonObject()
                .put("topic", "segment-requests")
                .put("partition", 0)
                .put("timestamp", System.currentTimeMillis())
                .put("timestampType", "CREATE_TIME")
                .put("key", base64("key"))
                .put("value", value == null ? null : base64(value))
                .put(
                        "headers",
                        new JsonArray(headers.entrySet().stream()
                                .map(header -> new JsonObject().put(header.getKey(), numbers(header.getValue())))
                                .toList()));
    }

    /** The headers of a request in binary mode. */
    static Map<String, String> binary(String id) {
        return Map.of(
                "ce_specversion", "1.0",
                "ce_id", id,
                "ce_source", "/tests",
                "ce_type", "io.segmentrelay.segment.requested.v1",
                "content-type", "application/json");
    }

    static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private static JsonArray numbers(String text) {
        var bytes = text.getBytes(UTF_8);
        return new JsonArray(
                IntStream.range(0, bytes.length).mapToObj(i -> (int) bytes[i]).toList());
    }

    /** The records that an answer reports as failed. */
    static List<String> failures(String answer) {
        return new JsonObject(answer)
                .getJsonArray("batchItemFailures").stream()
                        .map(item -> String.valueOf(((JsonObject) item).getValue("itemIdentifier")))
                        .collect(Collectors.toList());
    }
}
