package io.segmentrelay.it;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import io.restassured.RestAssured;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.segmentrelay.it.knative.EventReceiver;
import io.segmentrelay.it.knative.TokenIssuer;
import io.segmentrelay.sandbox.dynamics.DynamicsSimulator;
import io.segmentrelay.sandbox.dynamics.SimulatorSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * All whom the relay speaks to have certificates of a private authority, and let in only who shows one of it: Dynamics, the
 * token endpoint, the sink, and the issuer of the tokens that come in. Two settings of the process reach all of them.
 */
class PrivateAuthorityIT {

    private static final String AUDIENCE = "segment-relay";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final DynamicsSimulator dynamics =
            DynamicsSimulator.start(new SimulatorSettings().goLiveAfter(Duration.ofSeconds(1)));
    private final EventReceiver receiver = new EventReceiver();
    private final TokenIssuer issuer = new TokenIssuer();

    @TempDir
    @Nullable
    Path folder;

    private @Nullable PrivateAuthority authority;
    private @Nullable TlsFront dynamicsFront;
    private @Nullable TlsFront sinkFront;
    private @Nullable TlsFront issuerFront;

    @BeforeEach
    void start() {
        issuer.start();
        var made = new PrivateAuthority(Objects.requireNonNull(folder));
        authority = made;
        dynamicsFront = new TlsFront(made.server(), URI.create(dynamics.url()));
        sinkFront = new TlsFront(made.server(), URI.create(receiver.url()));
        issuerFront = new TlsFront(made.server(), URI.create(issuer.url()));
    }

    @AfterEach
    void stop() {
        front(dynamicsFront).close();
        front(sinkFront).close();
        front(issuerFront).close();
        issuer.close();
        receiver.close();
        dynamics.close();
    }

    @Test
    void oneSettingReachesEveryConnection() {
        // Given
        var id = UUID.randomUUID().toString();
        var made = Objects.requireNonNull(authority);
        try (var relay = RelayProcess.start(settings(Map.of(
                "QUARKUS_TLS_TRUST_STORE_PEM_CERTS",
                made.certificate().toString(),
                "QUARKUS_TLS_KEY_STORE_P12_PATH",
                made.client().toString(),
                "QUARKUS_TLS_KEY_STORE_P12_PASSWORD",
                PrivateAuthority.PASSWORD)))) {

            // When
            var status = deliver(relay, id);

            // Then
            assertThat(status).as(relay::log).isEqualTo(204);
            assertThat(receiver.takenOf(id))
                    .as(relay::log)
                    .isNotEmpty()
                    .allSatisfy(
                            page -> assertThat(page.event().getType()).isEqualTo("io.segmentrelay.segment.ready.v1"));
            assertThat(dynamics.publishesByName()).containsEntry("Trusted", 1);
            assertThat(front(issuerFront).requests()).as("discovery, keys").isEqualTo(2);
            assertThat(relay.log()).doesNotContain("ERROR").doesNotContain("WARN");
        }
    }

    @Test
    void withoutItTheReasonIsSaidWhereSomebodyLooks() {
        // Given
        try (var relay = RelayProcess.launch(settings(Map.of()))) {
            // When / Then
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(RestAssured.given()
                                    .port(relay.port())
                                    .get("/q/health/ready")
                                    .asString())
                            .contains("no token: no TLS connection")
                            .contains("quarkus.tls.trust-store"));
            assertThat(deliver(relay, "untrusted")).isEqualTo(503);
            assertThat(relay.log()).contains("quarkus.tls.trust-store").doesNotContain("ERROR");
            assertThat(front(dynamicsFront).requests()).isZero();
        }
    }

    private int deliver(RelayProcess relay, String id) {
        return RestAssured.given()
                .port(relay.port())
                .header(
                        "Authorization",
                        "Bearer " + issuer.tokenOf(front(issuerFront).url(), AUDIENCE))
                .header("ce-specversion", "1.0")
                .header("ce-id", id)
                .header("ce-source", "/tests")
                .header("ce-type", "io.segmentrelay.segment.requested.v1")
                .contentType("application/json")
                .body(World.request("Trusted"))
                .post("/")
                .statusCode();
    }

    private Map<String, String> settings(Map<String, String> more) {
        var settings = new HashMap<>(dynamics.env());
        settings.put("RELAY_DYNAMICS_URL", front(dynamicsFront).url());
        settings.put("AZURE_AUTHORITY_HOST", front(dynamicsFront).url()); // as the simulator has both
        settings.put("K_SINK", front(sinkFront).url() + "/events");
        settings.put("RELAY_HTTP_AUDIENCE", AUDIENCE);
        settings.put("RELAY_HTTP_ISSUER", front(issuerFront).url());
        settings.put("RELAY_POLL_INTERVAL", "200ms");
        settings.put("RELAY_WINDOW", "30s");
        settings.put("QUARKUS_HTTP_SSL_PORT", "0");
        settings.putAll(more);
        return settings;
    }

    private static TlsFront front(@Nullable TlsFront front) {
        return Objects.requireNonNull(front);
    }
}
