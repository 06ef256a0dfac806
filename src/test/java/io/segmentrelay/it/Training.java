package io.segmentrelay.it;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.apache.kafka.clients.producer.ProducerRecord;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Everything that a relay does in its life, once: a request over each trigger, a wrong one, what is no event, operation. */
final class Training {

    private static final Duration REQUEST = Duration.ofSeconds(60);

    private static final String REQUESTED = """
            {"displayName": "%s", "query": "PROFILE(contact).FILTER(ISNOTNULL(address1_county))"}""";

    private Training() {}

    /** Returns when all requests have ended. */
    static void run(RelayProcess relay, Topics topics) {
        var kafka = "kafka-" + UUID.randomUUID();
        topics.request(kafka, REQUESTED.formatted(kafka));
        topics.request("invalid-" + kafka, "{\"displayname\": \"a typing mistake\"}");
        topics.send(new ProducerRecord<>(Topics.REQUESTS, "key", "no event".getBytes(UTF_8)));
        topics.flush();
        var http = "http-" + UUID.randomUUID();
        assertThat(post(relay, headers(http), REQUESTED.formatted(http))).isEqualTo(204);
        assertThat(post(relay, Map.of(), "{}")).isEqualTo(400);
        await("both segments, the failure and the dead letter").atMost(REQUEST).untilAsserted(() -> {
            assertThat(topics.byRequest(Topics.READY)).containsKeys(kafka, http);
            assertThat(topics.of(Topics.FAILED)).isNotEmpty();
            assertThat(topics.of(Topics.DEAD_LETTERS)).isNotEmpty();
        });
        for (var kind : List.of("started", "ready", "live")) {
            assertThat(relay.health(kind)).isEqualTo(200);
        }
    }

    private static int post(RelayProcess relay, Map<String, String> headers, String body) {
        return given().port(relay.port())
                .contentType("application/json")
                .headers(headers)
                .body(body)
                .post("/")
                .statusCode();
    }

    private static Map<String, String> headers(String id) {
        return Map.of(
                "ce-specversion", "1.0",
                "ce-id", id,
                "ce-source", "/tests",
                "ce-type", "io.segmentrelay.segment.requested.v1");
    }
}
