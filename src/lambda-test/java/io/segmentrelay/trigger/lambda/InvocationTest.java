package io.segmentrelay.trigger.lambda;

import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import io.cloudevents.CloudEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.segmentrelay.event.wire.Checked;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** Events in the forms that AWS documents. */
class InvocationTest {

    private static final String EVENT = """
        {"specversion":"1.0","id":"r-1","source":"/tests","type":"io.segmentrelay.segment.requested.v1","data":{"a":1}}\
        """;

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static String quoted(String text) {
        return TextNode.valueOf(text).toString();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private static String sqs(String body, String messageAttributes) {
        return """
            {"messageId":"059f36b4-87a3-44ab-83d2-661975830a7d","receiptHandle":"AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
            "body":%s,"attributes":{"ApproximateReceiveCount":"1","SentTimestamp":"1545082649183",
            "SenderId":"AIDAIENQZJOLO23YVJ4VO","ApproximateFirstReceiveTimestamp":"1545082649185"},
            "messageAttributes":%s,"md5OfBody":"e4e68fb7bd0e697a0ae8f1bb342846b3","eventSource":"aws:sqs",
            "eventSourceARN":"arn:aws:sqs:us-east-2:123456789012:my-queue","awsRegion":"us-east-2"}\
            """.formatted(quoted(body), messageAttributes);
    }

    private static LambdaRecord only(String event) {
        var batch = (Invocation.Batch) Invocation.of(json(event));
        assertThat(batch.records()).hasSize(1);
        return batch.records().getFirst();
    }

    private static CloudEvent event(Checked<CloudEvent> read) {
        assertThat(read).isInstanceOf(Checked.Good.class);
        return ((Checked.Good<CloudEvent>) read).value();
    }

    private static String data(CloudEvent event) {
        var data = event.getData();
        return data == null ? "" : new String(data.toBytes(), UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"Records\":[%s]}", "[%s]"})
    void readsQueueMessagesInStructuredMode(String frame) {
        // When
        var record = only(frame.formatted(sqs(EVENT, "{}")));

        // Then
        assertThat(event(record.read()).getId()).isEqualTo("r-1");
        assertThat(data(event(record.read()))).isEqualTo("{\"a\":1}");
        assertThat(record.itemIdentifier().asText()).isEqualTo("059f36b4-87a3-44ab-83d2-661975830a7d");
        assertThat(record.timestamp()).isEqualTo(1545082649183L);
        assertThat(record.bytes()).isEqualTo(EVENT.length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ce-", "ce_", "CE-"})
    void readsQueueMessagesInBinaryMode(String prefix) {
        // Given
        var attributes = Stream.of(
                        Map.entry("specversion", "1.0"),
                        Map.entry("id", "r-2"),
                        Map.entry("source", "/tests"),
                        Map.entry("type", "t.v1"))
                .map(attribute ->
                        "\"%s%s\":{\"stringValue\":\"%s\",\"stringListValues\":[],\"binaryListValues\":[],\"dataType\":\"String\"}"
                                .formatted(prefix, attribute.getKey(), attribute.getValue()))
                .collect(Collectors.joining(",", "{", "}"));

        // When
        var event = event(
                only("{\"Records\":[" + sqs("{\"b\":2}", attributes) + "]}").read());

        // Then
        assertThat(event.getId()).isEqualTo("r-2");
        assertThat(event.getType()).isEqualTo("t.v1");
        assertThat(data(event)).isEqualTo("{\"b\":2}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"aws:kafka", "SelfManagedKafka", "aws:SelfManagedKafka"})
    void readsKafkaRecordsInStructuredMode(String source) {
        // When
        var record = only(kafka(
                source,
                "\"" + base64("key") + "\"",
                "\"" + base64(EVENT) + "\"",
                header("application/cloudevents+json")));

        // Then
        assertThat(event(record.read()).getId()).isEqualTo("r-1");
        assertThat(record.itemIdentifier()).hasToString("{\"partition\":\"my-topic-0\",\"offset\":15}");
        assertThat(record.timestamp()).isEqualTo(1545084650987L);
    }

    @Test
    void readsKafkaRecordsInBinaryMode() {
        // Given
        var headers =
                "[" + bytes("ce_specversion", "1.0") + "," + bytes("ce_id", "r-é") + "," + bytes("ce_source", "/tests")
                        + "," + bytes("ce_type", "t.v1") + "," + bytes("content-type", "application/json") + "]";

        // When
        var event = event(only(kafka("aws:kafka", "null", "\"" + base64("{\"c\":3}") + "\"", headers))
                .read());

        // Then
        assertThat(event.getId()).isEqualTo("r-é");
        assertThat(data(event)).isEqualTo("{\"c\":3}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "null", "[]"})
    void headersThatAreNullAreAbsent(String none) {
        // Given
        var headers = "[%s,%s,%s,%s,{\"ce_time\":%s},{\"own\":%s}]"
                .formatted(
                        bytes("ce_specversion", "1.0"),
                        bytes("ce_id", "k1"),
                        bytes("ce_source", "/l"),
                        bytes("ce_type", "t"),
                        none,
                        none);

        // When
        var record = (KafkaRecord) only(kafka("aws:kafka", "null", "\"e30=\"", headers));

        // Then
        assertThat(event(record.read()).getTime()).isNull();
        assertThat(record.asConsumed().headers().lastHeader("own").value()).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void headersMayBeTextInBase64OrPlain(boolean inBase64) {
        // Given
        var headers = Stream.of(
                        Map.entry("ce_specversion", "1.0"),
                        Map.entry("ce_id", "abcd"),
                        Map.entry("ce_source", "/src"),
                        Map.entry("ce_type", "t.v1"))
                .map(header -> "{\"%s\":\"%s\"}"
                        .formatted(header.getKey(), inBase64 ? base64(header.getValue()) : header.getValue()))
                .collect(Collectors.joining(",", "[", "]"));

        // When
        var event = event(only(kafka("aws:kafka", "null", "\"e30=\"", headers)).read());

        // Then
        assertThat(event.getId()).isEqualTo("abcd");
        assertThat(event.getSource()).hasToString("/src");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aContentTypeAloneMayBeTextInBase64OrPlain(boolean inBase64) {
        // Given
        var type = "application/cloudevents+json";
        var headers = "[{\"content-type\":\"%s\"}]".formatted(inBase64 ? base64(type) : type);

        // When
        var record = only(kafka("aws:kafka", "null", "\"" + base64(EVENT) + "\"", headers));

        // Then
        assertThat(event(record.read()).getId()).isEqualTo("r-1");
    }

    @Test
    void readsTheKafkaRecordsOfAPipe() {
        // Given
        var record = """
            {"eventSource":"%s","eventSourceArn":"arn:aws:kafka:sa-east-1:123456789012:cluster/x","eventSourceKey":%s,
            "topic":"mytopic","partition":"3","offset":15,"timestamp":1545084650987,"timestampType":"CREATE_TIME",
            "key":"a2V5","value":"%s","headers":%s}\
            """;
        var one = record.formatted("aws:kafka", "\"mytopic-3\"", base64(EVENT), header("application/cloudevents+json"));
        var other = record.formatted("SelfManagedKafka", "null", base64("x"), "[]");

        // When
        var pipe = (Invocation.Pipe) Invocation.of(json("[" + one + "," + other + "]"));
        var transformed = (Invocation.Pipe) Invocation.of(json(one));

        // Then
        assertThat(pipe.records())
                .extracting(LambdaRecord::origin)
                .containsExactly("kafka mytopic-3@15", "kafka mytopic-3@15");
        assertThat(event(pipe.records().getFirst().read()).getId()).isEqualTo("r-1");
        assertThat(pipe.records().get(1).read()).isInstanceOf(Checked.Bad.class);
        assertThat(((KafkaRecord) pipe.records().getFirst()).asConsumed().partition())
                .isEqualTo(3);
        assertThat(transformed.records()).hasSize(1);
    }

    @Test
    void readsRecordsWithoutValueAsWhatTheyAre() {
        // When
        var record = (KafkaRecord) only(kafka("aws:kafka", "null", "null", "[]"));

        // Then
        assertThat(record.read()).isInstanceOf(Checked.Bad.class);
        assertThat(record.asConsumed().key()).isNull();
        assertThat(record.asConsumed().value()).isNull();
    }

    @Test
    void keepsKafkaRecordsByteForByte() {
        // Given
        var headers = "[{\"h\":[-1,0,127,-128]},{\"h\":[255,128]}]";

        // When
        var consumed = ((KafkaRecord) only(kafka("aws:kafka", "\"AAH/\"", "\"/wCA\"", headers))).asConsumed();

        // Then
        assertThat(consumed.key()).containsExactly(0, 1, 255);
        assertThat(consumed.value()).containsExactly(255, 0, 128);
        assertThat(consumed.headers())
                .extracting(header -> header.value())
                .containsExactly(new byte[] {-1, 0, 127, -128}, new byte[] {-1, -128});
        assertThat(consumed.topic()).isEqualTo("my-topic");
        assertThat(consumed.offset()).isEqualTo(15);
    }

    @Test
    void readsWhatIsSentToTheFunctionItself() {
        // When
        var one = Invocation.of(json(EVENT));
        var batch = Invocation.of(json("[" + EVENT + "," + EVENT + "]"));

        // Then
        assertThat(((Invocation.Direct) one).events()).hasSize(1).first().isInstanceOf(Checked.Good.class);
        assertThat(((Invocation.Direct) batch).events()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "\"text\"",
                "null",
                "[1]",
                "{\"Records\":[{\"eventSource\":\"aws:s3\"}]}",
                "{\"detail-type\":\"x\"}"
            })
    void knowsWhatIsNone(String event) {
        // When
        var invocation = (Invocation.Direct) Invocation.of(json(event));

        // Then
        assertThat(invocation.events())
                .isNotEmpty()
                .allSatisfy(read -> assertThat(read).isInstanceOf(Checked.Bad.class));
    }

    private static String kafka(String source, String key, String value, String headers) {
        return """
            {"eventSource":"%s","eventSourceArn":"arn:aws:kafka:us-east-1:123456789012:cluster/vpc-2priv-2pub/751d2973",
            "bootstrapServers":"b-2.demo-cluster-1.a1bcde.c1.kafka.us-east-1.amazonaws.com:9092",
            "records":{"my-topic-0":[{"topic":"my-topic","partition":0,"offset":15,"timestamp":1545084650987,
            "timestampType":"CREATE_TIME","key":%s,"value":%s,"headers":%s}]}}\
            """.formatted(source, key, value, headers);
    }

    private static String header(String contentType) {
        return "[" + bytes("content-type", contentType) + "]";
    }

    private static String bytes(String name, String value) {
        var numbers = new java.util.ArrayList<String>();
        for (var b : value.getBytes(UTF_8)) {
            numbers.add(Byte.toString(b));
        }
        return "{\"%s\":[%s]}".formatted(name, String.join(",", numbers));
    }
}
