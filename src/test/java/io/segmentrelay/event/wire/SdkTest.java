package io.segmentrelay.event.wire;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;

import io.cloudevents.CloudEvent;
import io.cloudevents.SpecVersion;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.format.EventFormat;
import io.cloudevents.http.HttpMessageFactory;
import io.cloudevents.jackson.JsonFormat;
import io.cloudevents.kafka.KafkaMessageFactory;
import io.cloudevents.rw.CloudEventRWException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

import io.segmentrelay.event.EventTypes;
import io.segmentrelay.event.codec.Samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What the CloudEvents SDK does that {@link CloudEvents} exists for: where one of these fails, something became needless. */
class SdkTest {

    @Test
    void jsonFormatIsFound() {
        assertThat(ServiceLoader.load(EventFormat.class)).hasAtLeastOneElementOfType(JsonFormat.class);
    }

    @Test
    void writesHttpHeadersWithoutEncodingThem() {
        // Given
        var event = CloudEventBuilder.v1()
                .withId("Köln")
                .withSource(URI.create("/s"))
                .withType("t")
                .build();
        var headers = new LinkedHashMap<String, String>();

        // When
        HttpMessageFactory.createWriter(headers::put, body -> {}).writeBinary(event);

        // Then
        assertThat(headers).containsEntry("ce-id", "Köln");
    }

    @Test
    void throwsExceptionsOfManyKinds() {
        var incomplete = Map.of("ce_specversion", "1.0");
        assertThatThrownBy(() -> read(incomplete, "")).isInstanceOf(CloudEventRWException.class);
        assertThatThrownBy(() -> read(incomplete, "{}")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> read(Map.of("ce_specversion", "1.0", "ce_bad-name", "x"), ""))
                .hasMessageContaining("Invalid extensions name");
        assertThatThrownBy(() -> read(Map.of("content-type", "Application/CloudEvents+json"), "{}"))
                .hasMessageContaining("Unknown encoding");
    }

    @Test
    void takesVersion03WhichTheCodecRefuses() {
        // When
        var event = read(
                Map.of("ce_specversion", "0.3", "ce_id", "1", "ce_source", "/s", "ce_type", EventTypes.REQUESTED),
                "{}");

        // Then
        assertThat(event.getSpecVersion()).isEqualTo(SpecVersion.V03);
        assertThat(Samples.decode(Samples.codec(), event, Samples.NOW))
                .isEqualTo(new Checked.Bad<>("The event's specversion is '0.3': taken is 1.0"));
    }

    @Test
    void hidesDuplicateFieldsOfStructuredEvents() {
        // Given
        var json = """
                {"specversion":"1.0","id":"1","source":"/s","type":"t","data":{"a":1,"a":2}}""";

        // When
        var event = read(Map.of("content-type", "application/cloudevents+json"), json);

        // Then
        assertThat(Samples.data(event)).hasToString("{\"a\":2}");
    }

    private static CloudEvent read(Map<String, String> headers, String body) {
        var records = new RecordHeaders();
        headers.forEach((name, value) -> records.add(name, value.getBytes(StandardCharsets.UTF_8)));
        return KafkaMessageFactory.createReader(records, body.getBytes(StandardCharsets.UTF_8))
                .toEvent();
    }
}
