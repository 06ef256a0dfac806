package io.segmentrelay.it;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

import io.restassured.RestAssured;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import io.segmentrelay.it.knative.EventReceiver;
import io.segmentrelay.sandbox.Sandbox;
import io.segmentrelay.sandbox.SandboxOptions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Kafka on one side, HTTP on the other, or Kafka under other names: the packaged application in mixed company. */
class MixedHomesIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Sandbox SANDBOX = Sandbox.start(SandboxOptions.defaults());
    private static final Topics TOPICS = new Topics(SANDBOX.kafka().bootstrapServers(), 2);
    private static final EventReceiver SINK = new EventReceiver();

    @AfterAll
    static void stop() {
        TOPICS.close();
        SANDBOX.close();
        SINK.close();
    }

    @Test
    void takesFromKafkaAndHandsOverToTheSink() {
        // Given
        var id = UUID.randomUUID().toString();
        try (var relay = RelayProcess.start(settings(Map.of("K_SINK", SINK.url(), "RELAY_KAFKA_ENABLED", "true")))) {
            // When
            TOPICS.request(id, data(id));

            // Then
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(SINK.takenOf(id))
                            .isNotEmpty()
                            .allSatisfy(page ->
                                    assertThat(page.event().getType()).isEqualTo("io.segmentrelay.segment.ready.v1")));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(TOPICS.lag()).isZero());
            assertThat(TOPICS.byRequest(Topics.READY)).doesNotContainKey(id);
            assertThat(relay.health("ready")).isEqualTo(200);
        }
    }

    @Test
    void takesFromHttpAndHandsOverToKafka() {
        // Given
        var id = UUID.randomUUID().toString();
        try (var relay = RelayProcess.start(settings(Map.of("RELAY_KAFKA_ENABLED", "false")))) {
            TOPICS.request(id + "-unread", data(id));

            // When
            var response = RestAssured.given()
                    .port(relay.port())
                    .header("ce-specversion", "1.0")
                    .header("ce-id", id)
                    .header("ce-source", "/tests")
                    .header("ce-type", "io.segmentrelay.segment.requested.v1")
                    .contentType("application/json")
                    .body(data(id))
                    .post("/");

            // Then
            assertThat(response.statusCode()).isEqualTo(204);
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(TOPICS.byRequest(Topics.READY)).containsKey(id));
            assertThat(TOPICS.byRequest(Topics.READY)).doesNotContainKey(id + "-unread");
        }
    }

    @Test
    void takesTheNamesOfOthersFromTheEnvironment() {
        // Given
        var id = UUID.randomUUID().toString();
        var names = Map.of(
                "MP_MESSAGING_INCOMING_SEGMENT_REQUESTS_TOPIC", "acme.requests",
                "MP_MESSAGING_INCOMING_SEGMENT_REQUESTS_GROUP_ID", "acme",
                "MP_MESSAGING_INCOMING_SEGMENT_REQUESTS_MAX_POLL_RECORDS", "10",
                "MP_MESSAGING_INCOMING_SEGMENT_PENDING_TOPIC", "acme.pending",
                "MP_MESSAGING_INCOMING_SEGMENT_PENDING_GROUP_ID", "acme",
                "MP_MESSAGING_OUTGOING_SEGMENT_PENDING_OUT_TOPIC", "acme.pending",
                "MP_MESSAGING_OUTGOING_SEGMENT_READY_LINGER_MS", "1",
                "RELAY_WINDOW", "200ms");
        var record = new ProducerRecord<>("acme.requests", id, data(id).getBytes(UTF_8));
        Topics.binaryHeaders(id).forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));

        // When
        TOPICS.send(record);
        TOPICS.flush();
        try (var relay = RelayProcess.start(settings(names))) {
            // Then
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(TOPICS.byRequest(Topics.READY)).containsKey(id));
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(TOPICS.lag("acme", "acme.requests")).isZero();
                assertThat(TOPICS.lag("acme", "acme.pending")).isZero();
            });
            assertThat(TOPICS.of(Topics.PENDING)).isEmpty();
            assertThat(relay.health("ready")).isEqualTo(200);
        }
    }

    private static Map<String, String> settings(Map<String, String> more) {
        var settings = new HashMap<>(SANDBOX.env());
        settings.put("RELAY_POLL_INTERVAL", "100ms");
        settings.putAll(more);
        return settings;
    }

    private static String data(String name) {
        return "{\"displayName\":\"%s\",\"query\":\"PROFILE(contact).FILTER(ISNOTNULL(address1_county))\"}"
                .formatted(name);
    }
}
