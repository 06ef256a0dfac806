package io.segmentrelay.event.wire;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import io.cloudevents.CloudEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

class CloudEventsTest {

    private static final String ENVELOPE = "\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"a\" : [ 1, {\"b\":\"}\"} ] }",
                "{\"a\":1,\"a\":2}",
                "[1,2]",
                "\"text \\\" \\u00e9 ü 🏙\"",
                "\"\"",
                "-12.5e3",
                "0",
                "true",
                "false"
            })
    void dataStayTheBytesThatTheyWere(String data) {
        // Given
        var first = "{\"data\": %s ,%s}".formatted(data, ENVELOPE);
        var last = "\uFEFF {%s, \"data\":%s}\n".formatted(ENVELOPE, data);

        // When
        var events = List.of(event(structured(first)), event(structured(last)));

        // Then
        assertThat(events).extracting(CloudEventsTest::text).containsExactly(data, data);
    }

    @Test
    void attributesAndExtensionsAreRead() {
        // Given
        var json = """
            {%s,"time":"2026-11-24T10:00:00.5+01:00","subject":"s","dataschema":"urn:x","datacontenttype":"text/plain",
             "data":"a\\nü","traceparent":"tp","count":5,"flag":true,"nothing":null,"Not-Allowed":"x"}\
            """.formatted(ENVELOPE);

        // When
        var event = event(structured(json));

        // Then
        assertThat(event.getId()).isEqualTo("1");
        assertThat(event.getSource()).hasToString("/s");
        assertThat(event.getType()).isEqualTo("t");
        assertThat(event.getTime()).hasToString("2026-11-24T10:00:00.500+01:00");
        assertThat(event.getSubject()).isEqualTo("s");
        assertThat(event.getDataSchema()).hasToString("urn:x");
        assertThat(event.getExtensionNames()).containsExactlyInAnyOrder("traceparent", "count", "flag");
        assertThat(event.getExtension("count")).isEqualTo("5");
        assertThat(text(event)).isEqualTo("a\nü");
    }

    @Test
    void base64IsDecodedAndMissingDataAreNone() {
        assertThat(text(event(structured("{%s,\"data_base64\":\"eyJhIjoxfQ==\"}".formatted(ENVELOPE)))))
                .isEqualTo("{\"a\":1}");
        assertThat(event(structured("{%s}".formatted(ENVELOPE))).getData()).isNull();
        assertThat(event(structured("{%s,\"data\":null}".formatted(ENVELOPE))).getData())
                .isNull();
    }

    static Stream<Arguments> misfits() {
        return Stream.of(
                argumentSet("nothing", "", "it must be a JSON object"),
                argumentSet("text", "hello", "it is no JSON that can be read"),
                argumentSet("cut", "{" + ENVELOPE, "it is no JSON that can be read"),
                argumentSet("an array", "[{" + ENVELOPE + "}]", "it must be a JSON object"),
                argumentSet("two", "{" + ENVELOPE + "}{}", "something follows the JSON object"),
                argumentSet("garbage behind", "{" + ENVELOPE + "}x", "it is no JSON that can be read"),
                argumentSet("no version", "{\"id\":\"1\"}", "the attribute 'specversion' is missing"),
                argumentSet("old version", "{\"specversion\":\"0.3\"}", "its 'specversion' is '0.3': taken is 1.0"),
                argumentSet("version 1", "{\"specversion\":\"1\"}", "its 'specversion' is '1': taken is 1.0"),
                argumentSet(
                        "version as number", "{\"specversion\":1.0}", "the attribute 'specversion' must be a string"),
                argumentSet(
                        "nothing but the version",
                        "{\"specversion\":\"1.0\",\"id\":\"\"}",
                        "missing or empty: 'id', 'source', 'type'"),
                argumentSet("id as number", "{\"id\":5}", "the attribute 'id' must be a string"),
                argumentSet("extension as object", "{\"x\":{}}", "the attribute 'x' must be a string"),
                argumentSet("attribute twice", "{\"id\":\"1\",\"id\":\"2\"}", "'id' is given twice"),
                argumentSet("data twice", "{\"data\":1,\"data\":2}", "'data' is given twice"),
                argumentSet(
                        "data in two forms",
                        "{" + ENVELOPE + ",\"data\":{},\"data_base64\":\"\"}",
                        "it has both 'data' and 'data_base64'"),
                argumentSet("no base64", "{" + ENVELOPE + ",\"data_base64\":\"*\"}", "its 'data_base64' is no base64"),
                argumentSet("base64 as object", "{\"data_base64\":{}}", "'data_base64' must be a string"),
                argumentSet(
                        "no URI",
                        "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"a b\",\"type\":\"t\"}",
                        "'source' or 'dataschema' is no URI"),
                argumentSet(
                        "no time", "{" + ENVELOPE + ",\"time\":\"yesterday\"}", "'time' is no timestamp of RFC 3339"),
                argumentSet("deep", "{\"data\":" + "[".repeat(100_000), "it is no JSON that can be read"));
    }

    @ParameterizedTest
    @MethodSource("misfits")
    void whatIsNoCloudEventIsToldWhy(String json, String reason) {
        assertThat(structured(json)).isEqualTo(new Checked.Bad<>("This is no CloudEvent: " + reason));
    }

    @Test
    void otherEncodingsAreRefused() {
        // Given
        var json = "{%s}".formatted(ENVELOPE);

        // Then
        for (var charset : List.of(StandardCharsets.UTF_16, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
            assertThat(CloudEvents.structured(json.getBytes(charset)))
                    .isEqualTo(new Checked.Bad<>("This is no CloudEvent: it is not UTF-8"));
        }
        assertThat(CloudEvents.structured("{\"id\":\"ÿ\"}".getBytes(StandardCharsets.ISO_8859_1)))
                .isInstanceOf(Checked.Bad.class);
    }

    @Test
    void batchIsReadEventByEvent() {
        // Given
        var json = "[ {%s,\"data\":{\"a\":[1]}} , {\"id\":\"2\"},5,{%s} ]".formatted(ENVELOPE, ENVELOPE);

        // When
        var reads = CloudEvents.batch(json.getBytes(StandardCharsets.UTF_8));

        // Then
        assertThat(reads)
                .satisfiesExactly(
                        read -> assertThat(text(event(read))).isEqualTo("{\"a\":[1]}"),
                        read -> assertThat(read)
                                .isEqualTo(new Checked.Bad<>(
                                        "This is no CloudEvent: the attribute 'specversion' is missing")),
                        read -> assertThat(read)
                                .isEqualTo(new Checked.Bad<>("This is no CloudEvent: it must be a JSON object")),
                        read -> assertThat(event(read).getData()).isNull());
        assertThat(CloudEvents.batch("[]".getBytes(StandardCharsets.UTF_8))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[", "[{}", "[{}]]", "[}", "null"})
    void whatIsNoBatchIsToldWhy(String json) {
        assertThat(CloudEvents.batch(json.getBytes(StandardCharsets.UTF_8)))
                .singleElement()
                .isInstanceOf(Checked.Bad.class);
    }

    @Test
    void headersAreReadInAnyCase() {
        // Given
        var headers = Map.of(
                "Ce_SpecVersion",
                "1.0",
                "CE_ID",
                "a%41",
                "ce_source",
                "/s",
                "ce_type",
                "t",
                "Content-Type",
                "application/json; charset=utf-8",
                "other",
                "x",
                "ce_bad-name",
                "x",
                "ce_",
                "x");

        // When
        var event = event(kafka(headers, new byte[] {'1'}));

        // Then
        assertThat(event.getId()).isEqualTo("a%41");
        assertThat(event.getDataContentType()).isEqualTo("application/json; charset=utf-8");
        assertThat(event.getExtensionNames()).isEmpty();
        assertThat(text(event)).isEqualTo("1");
    }

    @Test
    void headersThatAreNotUtf8MakeNoEventUnlessTheyAreSomebodyElses() {
        // Given
        var good = List.of(
                entry("ce_specversion", "1.0"), entry("ce_id", "1"), entry("ce_source", "/s"), entry("ce_type", "t"));
        var bad = new byte[] {(byte) 0xFF};

        // Then
        assertThat(CloudEvents.kafka(plus(good, Map.entry("other", bad)), new byte[0]))
                .isInstanceOf(Checked.Good.class);
        assertThat(CloudEvents.kafka(plus(good, Map.entry("CE_id", bad)), new byte[0]))
                .isEqualTo(new Checked.Bad<>("This is no CloudEvent: the header 'CE_id' is not UTF-8"));
        assertThat(CloudEvents.http(Map.of("ce-id", "%FF").entrySet(), new byte[0]))
                .isEqualTo(new Checked.Bad<>("This is no CloudEvent: the header 'ce-id' is not UTF-8"));
    }

    @Test
    void httpHeadersArePercentDecoded() {
        // Given
        var headers = Map.of(
                "ce-specversion",
                "1.0",
                "ce-id",
                "K%C3%B6ln+%F0%9F%8F%99",
                "ce-source",
                "/s",
                "ce-type",
                "100%",
                "ce-subject",
                "\"a \\\"b\\\"\"");

        // When
        var event = event(CloudEvents.http(headers.entrySet(), new byte[0]));

        // Then
        assertThat(event.getId()).isEqualTo("Köln+🏙");
        assertThat(event.getType()).isEqualTo("100%");
        assertThat(event.getSubject()).isEqualTo("a \"b\"");
        assertThat(event.getData()).isNull();
        assertThat(event.getDataContentType()).isNull();
    }

    @Test
    void httpHeadersAreWrittenAsTheBindingSays() {
        assertThat(CloudEvents.httpHeader("Euro € 😀 \"%~")).isEqualTo("Euro%20%E2%82%AC%20%F0%9F%98%80%20%22%25~");
    }

    @Test
    void contentTypeSaysTheMode() {
        // Given
        var body = "{%s}".formatted(ENVELOPE).getBytes(StandardCharsets.UTF_8);

        // Then
        assertThat(read("Application/CloudEvents+JSON; charset=UTF-8", body)).isInstanceOf(Checked.Good.class);
        assertThat(read("application/cloudevents+avro", body))
                .isEqualTo(new Checked.Bad<>("The content type is 'application/cloudevents+avro': taken is"
                        + " application/cloudevents+json, or any other in binary mode"));
    }

    @Test
    void aBodyThatIsAnEventByItselfIsToldItsContentType() {
        // Given
        var body = "\uFEFF {%s}".formatted(ENVELOPE).getBytes(StandardCharsets.UTF_8);
        var batch = "[{%s}]".formatted(ENVELOPE).getBytes(StandardCharsets.UTF_8);
        var data = "{\"displayName\":\"x\"}".getBytes(StandardCharsets.UTF_8);

        // Then
        assertThat(read("application/json", body))
                .isEqualTo(new Checked.Bad<>("This is no CloudEvent: it has no ce-* headers, and its content type is"
                        + " 'application/json', but its body looks like an event in structured mode: send the"
                        + " content type application/cloudevents+json"));
        assertThat(read("", body).toString()).contains("content type is missing", "application/cloudevents+json");
        assertThat(read("application/json", batch).toString()).contains("application/cloudevents-batch+json");
        assertThat(kafka(Map.of(), body).toString()).contains("no ce_* headers", "application/cloudevents+json");
        assertThat(kafka(Map.of(), batch).toString()).contains("send each alone");
        assertThat(read("application/json", data))
                .isEqualTo(new Checked.Bad<>("This is no CloudEvent: the attribute 'specversion' is missing"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"application/cloudevents+json\"",
                "\"application/cloudevents+json; charset=UTF-8\"",
                "\"application/cloudevents+json\"; charset=UTF-8",
                " \"Application/CloudEvents+JSON\" "
            })
    void quotesAroundAContentTypeAreTakenOff(String contentType) {
        // Given
        var body = "{%s}".formatted(ENVELOPE).getBytes(StandardCharsets.UTF_8);

        // Then
        assertThat(read(contentType, body)).isInstanceOf(Checked.Good.class);
        assertThat(kafka(Map.of("content-type", contentType), body)).isInstanceOf(Checked.Good.class);
        assertThat(kafka(Map.of("contentType", contentType), body)).isInstanceOf(Checked.Good.class);
    }

    @Test
    void headersThatSpringWritesAsJsonAreRead() {
        // Given
        var headers = Map.of(
                "ce_specversion", "\"1.0\"",
                "ce_id", "\"a \\\"b\\\"\"",
                "ce_source", "\"/s\"",
                "ce_type", "\"t\"",
                "content-type", "\"application/json\"");

        // When
        var event = event(kafka(headers, "{}".getBytes(StandardCharsets.UTF_8)));

        // Then
        assertThat(event.getId()).isEqualTo("a \"b\"");
        assertThat(event.getSource()).hasToString("/s");
        assertThat(event.getType()).isEqualTo("t");
        assertThat(event.getDataContentType()).isEqualTo("application/json");
    }

    @Test
    void quotesStayWhereOneAttributeAloneHasThem() {
        // Given
        var headers =
                Map.of("ce_specversion", "1.0", "ce_id", "\"a\"", "ce_source", "/s", "ce_type", "t", "ce_time", "");

        // When
        var event = event(kafka(headers, new byte[0]));

        // Then
        assertThat(event.getId()).isEqualTo("\"a\"");
        assertThat(event.getTime()).isNull();
    }

    @Test
    void aTraceOnTheTransportsHeadersCountsWhereTheEventSaysNone() {
        // Given
        var outer = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        var inner = "00-11111111111111111111111111111111-2222222222222222-01";
        var body = "{%s}".formatted(ENVELOPE).getBytes(StandardCharsets.UTF_8);
        var transport = Map.of("content-type", CloudEvents.STRUCTURED, "Traceparent", outer, "TraceState", "a=b");
        var binary = Map.of(
                "ce_specversion",
                "1.0",
                "ce_id",
                "1",
                "ce_source",
                "/s",
                "ce_type",
                "t",
                "ce_traceparent",
                inner,
                "traceparent",
                outer,
                "tracestate",
                "a=b");

        // When
        var overHttp = event(CloudEvents.http(transport.entrySet(), body));
        var overKafka = event(kafka(transport, body));
        var own = event(kafka(binary, new byte[0]));
        var damaged = event(kafka(Map.of("content-type", CloudEvents.STRUCTURED, "traceparent", "00-"), body));

        // Then
        assertThat(List.of(overHttp, overKafka)).allSatisfy(event -> {
            assertThat(event.getExtension("traceparent")).isEqualTo(outer);
            assertThat(event.getExtension("tracestate")).isEqualTo("a=b");
        });
        assertThat(own.getExtension("traceparent")).isEqualTo(inner);
        assertThat(own.getExtension("tracestate")).isNull();
        assertThat(damaged.getExtensionNames()).isEmpty();
    }

    private static Checked<CloudEvent> read(String contentType, byte[] body) {
        return CloudEvents.http(Map.of("content-type", contentType).entrySet(), body);
    }

    private static Checked<CloudEvent> kafka(Map<String, String> headers, byte[] body) {
        var entries = headers.entrySet().stream().map(h -> entry(h.getKey(), h.getValue()));
        return CloudEvents.kafka(entries.toList(), body);
    }

    private static Map.Entry<String, byte[]> entry(String name, String value) {
        return Map.entry(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static List<Map.Entry<String, byte[]>> plus(
            List<Map.Entry<String, byte[]>> headers, Map.Entry<String, byte[]> header) {
        return Stream.concat(headers.stream(), Stream.of(header)).toList();
    }

    private static Checked<CloudEvent> structured(String json) {
        return CloudEvents.structured(json.getBytes(StandardCharsets.UTF_8));
    }

    private static CloudEvent event(Checked<CloudEvent> read) {
        assertThat(read).isInstanceOf(Checked.Good.class);
        return ((Checked.Good<CloudEvent>) read).value();
    }

    private static String text(CloudEvent event) {
        return new String(Objects.requireNonNull(event.getData()).toBytes(), StandardCharsets.UTF_8);
    }
}
