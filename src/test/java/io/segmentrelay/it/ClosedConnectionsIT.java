package io.segmentrelay.it;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.UUID;
import java.util.stream.IntStream;

import io.restassured.RestAssured;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.segmentrelay.it.knative.EventReceiver;
import io.segmentrelay.sandbox.dynamics.DynamicsSimulator;
import io.segmentrelay.sandbox.dynamics.SimulatorSettings;

import static org.assertj.core.api.Assertions.assertThat;

/** Servers whose connections are good for one answer each, and which do not say so: every call gets through, and quietly. */
class ClosedConnectionsIT {

    private static final int REQUESTS = 12;

    private final DynamicsSimulator dynamics =
            DynamicsSimulator.start(new SimulatorSettings().goLiveAfter(Duration.ofSeconds(1)));
    private final EventReceiver receiver = new EventReceiver();
    private final RudeFront dynamicsFront = new RudeFront(URI.create(dynamics.url()));
    private final RudeFront sinkFront = new RudeFront(URI.create(receiver.url()));

    @AfterEach
    void stop() {
        sinkFront.close();
        dynamicsFront.close();
        receiver.close();
        dynamics.close();
    }

    @Test
    void everyCallGetsThroughAndNoneIsAnError() {
        // Given
        var settings = new HashMap<>(dynamics.env());
        settings.put("RELAY_DYNAMICS_URL", dynamicsFront.url());
        settings.put("AZURE_AUTHORITY_HOST", dynamicsFront.url());
        settings.put("K_SINK", sinkFront.url() + "/events");
        settings.put("RELAY_POLL_INTERVAL", "100ms");
        settings.put("RELAY_WINDOW", "60s");
        settings.put("RELAY_PAGE_SIZE", "10");
        try (var relay = RelayProcess.start(settings)) {
            var names =
                    IntStream.range(0, REQUESTS).mapToObj(i -> "Closed " + i).toList();

            for (var name : names) {
                // When
                var status = deliver(relay, name);

                // Then
                assertThat(status).as(relay::log).isEqualTo(204);
            }
            assertThat(dynamics.publishesByName())
                    .containsOnlyKeys(names)
                    .allSatisfy((name, count) -> assertThat(count).as(name).isEqualTo(1));
            assertThat(receiver.received())
                    .allSatisfy(
                            each -> assertThat(each.event().getType()).isEqualTo("io.segmentrelay.segment.ready.v1"));
            assertThat(dynamicsFront.lost())
                    .as("requests to Dynamics that a closed connection cost")
                    .isPositive();
            assertThat(sinkFront.lost())
                    .as("events that a closed connection cost")
                    .isPositive();
            assertThat(relay.log())
                    .doesNotContain("ERROR")
                    .doesNotContain("WARN")
                    .doesNotContain("Exception");
        }
    }

    private static int deliver(RelayProcess relay, String name) {
        return RestAssured.given()
                .port(relay.port())
                .header("ce-specversion", "1.0")
                .header("ce-id", UUID.randomUUID().toString())
                .header("ce-source", "/tests")
                .header("ce-type", "io.segmentrelay.segment.requested.v1")
                .contentType("application/json")
                .body(World.request(name))
                .post("/")
                .statusCode();
    }
}
