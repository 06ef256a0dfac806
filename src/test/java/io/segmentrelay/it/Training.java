package io.segmentrelay.it;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

import org.apache.kafka.clients.producer.ProducerRecord;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Everything that a relay does in its life, once: requests over each trigger and in each mode, a continuation, wrong requests,
 * what is no event, what operators and developers ask for, and a stop with work under way.
 */
public final class Training {

    private static final Duration REQUEST = Duration.ofSeconds(60);

    private static final String STRUCTURED = "application/cloudevents+json";

    private Training() {}

    /** Returns when all requests have ended. */
    static void run(RelayProcess relay, Topics topics) {
        var run = UUID.randomUUID();
        var kafka = "kafka-" + run;
        var listed = "listed-" + run;
        var continued = "continued-" + run;
        var refused = "refused-" + run;
        var invalid = "invalid-" + run;
        topics.request(kafka, World.request(kafka));
        topics.send(structured(listed, """
                {"displayName": "%s", "type": "static", "includedMembers": ["%s"]}""".formatted(listed, run)));
        topics.send(World.continuation(continued));
        topics.request(refused, """
                {"displayName": "%s", "query": "PROFILE(contact).FILTER("}""".formatted(refused));
        topics.request(invalid, "{\"displayname\": \"a typing mistake\"}");
        topics.send(new ProducerRecord<>(Topics.REQUESTS, "key", "no event".getBytes(UTF_8)));
        topics.flush();
        var http = "http-" + run;
        var httpSmall = "http-small-" + run;
        assertThat(postBinary(relay, http, World.request(http))).isEqualTo(204);
        assertThat(postStructured(relay, event(httpSmall, World.small(httpSmall))))
                .isEqualTo(204);
        assertThat(postStructured(relay, "{}")).isEqualTo(400);
        await("five segments, both failures and the dead letter")
                .atMost(REQUEST)
                .untilAsserted(() -> {
                    assertThat(topics.byRequest(Topics.READY)).containsKeys(kafka, listed, continued, http, httpSmall);
                    assertThat(topics.byRequest(Topics.FAILED)).containsKeys(refused, invalid);
                    assertThat(topics.of(Topics.DEAD_LETTERS)).isNotEmpty();
                });
        for (var path : List.of(
                "q/health/started",
                "q/health/ready",
                "q/health/live",
                "q/metrics",
                "asyncapi.yaml",
                "schemas/segment-ready.v1.json")) {
            assertThat(given().port(relay.port()).get("/" + path).statusCode())
                    .as(path)
                    .isEqualTo(200);
        }
    }

    /** Ends the relay while a segment is on its way, so that it hands a continuation over; returns when the process has ended. */
    static void stop(RelayProcess relay, Topics topics, Duration atMost) {
        var waiting = "waiting-" + UUID.randomUUID();
        topics.request(waiting, World.request(waiting));
        topics.flush();
        await("a request under way")
                .atMost(REQUEST)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> relay.metric("relay_in_flight") >= 1);
        relay.terminate(atMost);
        await("its continuation")
                .atMost(REQUEST)
                .untilAsserted(
                        () -> assertThat(topics.byRequest(Topics.PENDING)).containsKey(waiting));
    }

    private static ProducerRecord<String, byte[]> structured(String id, String data) {
        var record = new ProducerRecord<>(Topics.REQUESTS, id, event(id, data).getBytes(UTF_8));
        record.headers().add("content-type", STRUCTURED.getBytes(UTF_8));
        return record;
    }

    private static String event(String id, String data) {
        return """
                {"specversion": "1.0", "id": "%s", "source": "/tests", "type": "io.segmentrelay.segment.requested.v1",
                "data": %s}""".formatted(id, data);
    }

    private static int postStructured(RelayProcess relay, String body) {
        return given().port(relay.port())
                .contentType(STRUCTURED)
                .body(body)
                .post("/")
                .statusCode();
    }

    /** The answer to a request over HTTP: 204 when it has ended. */
    public static int postBinary(RelayProcess relay, String id, String body) {
        return given().port(relay.port())
                .contentType("application/json")
                .header("ce-specversion", "1.0")
                .header("ce-id", id)
                .header("ce-source", "/tests")
                .header("ce-type", "io.segmentrelay.segment.requested.v1")
                .body(body)
                .post("/")
                .statusCode();
    }
}
