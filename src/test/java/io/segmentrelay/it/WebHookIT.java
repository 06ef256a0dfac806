package io.segmentrelay.it;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Who may deliver to the package over HTTP, and whether anybody may. Neither Kafka nor Dynamics is there, nor needed. */
class WebHookIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Map<String, String> NOBODY_OUTSIDE = Map.of(
            "KAFKA_BOOTSTRAP_SERVERS",
            "127.0.0.1:1",
            "RELAY_DYNAMICS_URL",
            "http://127.0.0.1:1",
            "AZURE_AUTHORITY_HOST",
            "http://127.0.0.1:1",
            "AZURE_TENANT_ID",
            "tenant",
            "AZURE_CLIENT_ID",
            "relay",
            "AZURE_CLIENT_SECRET",
            "secret");

    @Test
    void consentsToTheSendersThatAreNamed() {
        // Given
        try (var relay = launch(Map.of("RELAY_HTTP_ALLOWED_ORIGINS", "eventgrid.azure.net"))) {
            // When
            var named = to(relay)
                    .header("WebHook-Request-Origin", "eventgrid.azure.net")
                    .header("WebHook-Request-Rate", "60")
                    .options("/");
            var other =
                    to(relay).header("WebHook-Request-Origin", "other.example").options("/");

            // Then
            assertThat(named.statusCode()).isEqualTo(200);
            assertThat(named.header("WebHook-Allowed-Origin")).isEqualTo("eventgrid.azure.net");
            assertThat(named.header("WebHook-Allowed-Rate")).isEqualTo("60");
            assertThat(named.header("Allow")).contains("POST");
            assertThat(other.statusCode()).isEqualTo(403);
            assertThat(other.header("WebHook-Allowed-Origin")).isNull();
            assertThat(relay.log()).contains("'other.example' is not among the senders");
        }
    }

    @Test
    void takesNoDeliveriesWhereTheyAreSwitchedOff() {
        // Given
        try (var relay = launch(Map.of("RELAY_HTTP_ENABLED", "false", "RELAY_HTTP_ALLOWED_ORIGINS", "*"))) {
            for (var method : new String[] {"POST", "OPTIONS", "GET"}) {
                // When
                var response = to(relay)
                        .header("WebHook-Request-Origin", "eventgrid.azure.net")
                        .header("ce-specversion", "1.0")
                        .header("ce-id", "1")
                        .header("ce-source", "/tests")
                        .header("ce-type", "io.segmentrelay.segment.requested.v1")
                        .request(method, "/");

                // Then
                assertThat(response.statusCode()).as(method).isEqualTo(404);
                assertThat(response.contentType()).isEqualTo("application/problem+json");
                assertThat(response.jsonPath().getString("detail")).contains("relay.http.enabled");
                assertThat(response.header("WebHook-Allowed-Origin")).isNull();
            }
            assertThat(to(relay).post("/segment-requested").statusCode()).isEqualTo(404);
            assertThat(to(relay).get("/q/metrics").statusCode()).isEqualTo(200);
            assertThat(to(relay).get("/schemas/segment-ready.v1.json").statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void doesNotStartWhereNothingCouldComeIn() {
        // Given
        var settings = new HashMap<>(NOBODY_OUTSIDE);
        settings.putAll(Map.of("RELAY_HTTP_ENABLED", "false", "K_SINK", "http://127.0.0.1:1"));

        // When
        try (var relay = RelayProcess.launch(settings)) {
            var code = relay.awaitExit(PATIENCE);

            // Then
            assertThat(code).isEqualTo(1);
            assertThat(relay.log()).contains("relay.http.enabled (RELAY_HTTP_ENABLED)", "relay.kafka.enabled");
        }
    }

    private static RelayProcess launch(Map<String, String> more) {
        var settings = new HashMap<>(NOBODY_OUTSIDE);
        settings.putAll(more);
        var relay = RelayProcess.launch(settings);
        await("a relay that lives")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(relay.health("live")).isEqualTo(200));
        return relay;
    }

    private static RequestSpecification to(RelayProcess relay) {
        return RestAssured.given().port(relay.port());
    }
}
