package io.segmentrelay.event;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;

import io.cloudevents.core.format.EventFormat;
import io.cloudevents.http.HttpMessageFactory;
import io.cloudevents.jackson.JsonFormat;
import io.cloudevents.kafka.KafkaMessageFactory;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What is built on in the CloudEvents SDK. */
class SdkTest {

    @Test
    void jsonFormatIsFound() {
        assertThat(ServiceLoader.load(EventFormat.class)).hasAtLeastOneElementOfType(JsonFormat.class);
    }

    @Test
    void report() {
        var good =
                new LinkedHashMap<String, String>(Map.of("specversion", "1.0", "id", "1", "source", "/s", "type", "t"));
        kafka("good, no content type", good, "{}");
        kafka("plus content type", plus(good, "content-type", "application/json; charset=utf-8"), "{}");
        kafka("upper-case header", plus(without(good, "id"), "CE_ID", "2"), "{}");
        kafka("upper-case content-type", plus(good, "Content-Type", "application/json"), "{}");
        kafka("0.3", plus(good, "specversion", "0.3"), "{}");
        kafka("2.0", plus(good, "specversion", "2.0"), "{}");
        kafka("no specversion", without(good, "specversion"), "{}");
        kafka("no id", without(good, "id"), "{}");
        kafka("empty id", plus(good, "id", ""), "{}");
        kafka("bad source", plus(good, "source", "a b"), "{}");
        kafka("bad time", plus(good, "time", "soon"), "{}");
        kafka("bad ext", plus(good, "bad-name", "x"), "{}");
        kafka("null id", plus(good, "id", null), "{}");
        kafka("null specversion", plus(good, "specversion", null), "{}");
        kafka("tombstone", good, null);
        kafka("structured broken", Map.of("content-type", "application/cloudevents+json"), "{");
        kafka("structured null body", Map.of("content-type", "application/cloudevents+json"), null);
        kafka(
                "structured 0.3",
                Map.of("content-type", "application/cloudevents+json"),
                "{\"specversion\":\"0.3\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"}");
        kafka(
                "structured dup+both+trailing",
                Map.of("content-type", "application/cloudevents+json"),
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"id\":\"2\",\"source\":\"/s\",\"type\":\"t\",\"data\":{\"a\":1,\"a\":2}}x");
        kafka(
                "structured both",
                Map.of("content-type", "application/cloudevents+json"),
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\",\"data\":{},\"data_base64\":\"\"}");
        kafka(
                "structured upper",
                Map.of("content-type", "Application/CloudEvents+json"),
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"}");
        kafka(
                "structured charset",
                Map.of("content-type", "application/cloudevents+json; charset=UTF-8"),
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"}");
        kafka("batch", Map.of("content-type", "application/cloudevents-batch+json"), "[]");
        var h = new RecordHeaders();
        good.forEach((k, v) -> h.add("ce_" + k, v.getBytes(StandardCharsets.UTF_8)));
        h.remove("ce_id").add("ce_id", new byte[] {(byte) 0xff, (byte) 0xfe});
        tell(
                "non-UTF-8 id",
                () -> KafkaMessageFactory.createReader(h, new byte[0]).toEvent());
        var http = new LinkedHashMap<String, String>();
        good.forEach((k, v) -> http.put("CE-" + k, v));
        http.put("CE-id", "K%C3%B6ln");
        tell(
                "http upper, percent",
                () -> HttpMessageFactory.createReader(http, new byte[0]).toEvent());
        HttpMessageFactory.createWriter((k, v) -> System.out.println("HTTPW " + k + "=" + v), b -> {})
                .writeBinary(io.cloudevents.core.builder.CloudEventBuilder.v1()
                        .withId("Köln%\"")
                        .withSource(java.net.URI.create("/s"))
                        .withType("t")
                        .build());
    }

    private static Map<String, String> plus(
            Map<String, String> m, String k, @org.jspecify.annotations.Nullable String v) {
        var c = new LinkedHashMap<String, String>(m);
        c.put(k, v);
        return c;
    }

    private static Map<String, String> without(Map<String, String> m, String k) {
        var c = new LinkedHashMap<String, String>(m);
        c.remove(k);
        return c;
    }

    private static void kafka(
            String name, Map<String, String> attributes, @org.jspecify.annotations.Nullable String body) {
        var headers = new RecordHeaders();
        attributes.forEach((k, v) -> headers.add(
                k.equalsIgnoreCase("content-type") || k.startsWith("CE_") ? k : "ce_" + k,
                v == null ? null : v.getBytes(StandardCharsets.UTF_8)));
        tell(
                name,
                () -> KafkaMessageFactory.createReader(
                                headers, body == null ? null : body.getBytes(StandardCharsets.UTF_8))
                        .toEvent());
    }

    private static void tell(String name, java.util.function.Supplier<Object> s) {
        try {
            System.out.println("SDK " + name + " -> " + s.get());
        } catch (RuntimeException e) {
            System.out.println("SDK " + name + " -> " + e.getClass().getName() + ": " + e.getMessage());
        }
    }
}
