package io.segmentrelay.it;

import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;

import io.restassured.RestAssured;
import io.restassured.response.Response;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

import io.segmentrelay.it.knative.EventReceiver;
import io.segmentrelay.it.knative.TokenIssuer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Who may deliver where {@code relay.http.audience} is set. One process, and so in order: its issuer is down at first. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class InboundTokensIT {

    private static final String AUDIENCE = "segment-relay";
    private static final Duration LIFE = Duration.ofMinutes(10);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final EventReceiver SINK = new EventReceiver();
    private static final TokenIssuer ISSUER = new TokenIssuer();
    private static final MockOAuth2Server ENTRA = new MockOAuth2Server();
    private static @Nullable RelayProcess relay;

    @BeforeAll
    static void start() {
        ENTRA.start();
        relay = RelayProcess.start(Map.of(
                "K_SINK",
                SINK.url(),
                "RELAY_HTTP_AUDIENCE",
                AUDIENCE,
                "RELAY_HTTP_ISSUER",
                ISSUER.url(),
                "RELAY_DYNAMICS_URL",
                "http://127.0.0.1:1",
                "AZURE_AUTHORITY_HOST",
                "http://localhost:" + ENTRA.baseUrl().port(),
                "AZURE_TENANT_ID",
                "tenant",
                "AZURE_CLIENT_ID",
                "relay",
                "AZURE_CLIENT_SECRET",
                "secret"));
    }

    @AfterAll
    static void stop() {
        relay().close();
        ENTRA.shutdown();
        ISSUER.close();
        SINK.close();
    }

    @Test
    @Order(1)
    void asksToDeliverAgainWhileTheIssuerIsDown() {
        // When
        var response = post("Bearer " + ISSUER.token(AUDIENCE, LIFE));

        // Then
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.header("Retry-After")).isNotBlank();
        assertThat(response.contentType()).isEqualTo("application/problem+json");
    }

    @Test
    @Order(2)
    void takesATokenOfItsIssuerForItsAudience() {
        // Given
        ISSUER.start();

        // When / Then
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                post("Bearer " + ISSUER.token(AUDIENCE, LIFE)).statusCode())
                        .isEqualTo(204));
        assertThat(SINK.received()).isNotEmpty();
    }

    @Test
    @Order(3)
    void refusesAllOthersAndSaysWhy() {
        // Given
        var unsigned = base64("{\"alg\":\"none\"}")
                + '.'
                + base64("{\"iss\":\"%s\",\"aud\":\"%s\",\"exp\":99999999999}".formatted(ISSUER.url(), AUDIENCE))
                + '.';
        var refused = Stream.of(
                        Map.entry("", "Send a bearer token"),
                        Map.entry("Basic YTpi", "Send a bearer token"),
                        Map.entry(ISSUER.token(AUDIENCE, Duration.ofMinutes(-5)), "has expired"),
                        Map.entry(ISSUER.token("another", LIFE), "is for another audience"),
                        Map.entry(ISSUER.tokenOf("https://elsewhere.example", AUDIENCE), "is of another issuer"),
                        Map.entry(ISSUER.forged(AUDIENCE), "is no signed token"),
                        Map.entry(unsigned, "token"),
                        Map.entry("opaque", "token"),
                        Map.entry("a.b.c", "token"))
                .toList();
        var before = SINK.received().size();

        for (var each : refused) {
            // When
            var token = each.getKey();
            var response = post(token.isEmpty() || token.startsWith("Basic") ? token : "Bearer " + token);

            // Then
            assertThat(response.statusCode()).as(each.getValue()).isEqualTo(401);
            assertThat(response.contentType()).isEqualTo("application/problem+json");
            assertThat(response.header("WWW-Authenticate")).startsWith("Bearer");
            assertThat(response.jsonPath().getString("detail")).contains(each.getValue());
        }
        assertThat(SINK.received()).hasSize(before);
    }

    @Test
    @Order(4)
    void findsAKeyThatIsNew() {
        // Given
        ISSUER.changeKey();

        // When / Then
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                post("Bearer " + ISSUER.token(AUDIENCE, LIFE)).statusCode())
                        .isEqualTo(204));
    }

    @Test
    @Order(5)
    void needsTheIssuerNoMoreForAKeyThatItKnows() {
        // Given
        ISSUER.stop();

        // When
        var response = post("Bearer " + ISSUER.token(AUDIENCE, LIFE));

        // Then
        assertThat(response.statusCode()).isEqualTo(204);
    }

    @Test
    @Order(6)
    void healthAndMetricsAndSchemasStayOpen() {
        for (var path :
                new String[] {"/q/health/live", "/q/health/ready", "/q/health/started", "/q/metrics", "/asyncapi.yaml"
                }) {
            // When
            var anonymous = RestAssured.given().port(relay().port()).get(path);
            var withABadToken = RestAssured.given()
                    .port(relay().port())
                    .header("Authorization", "Bearer nonsense")
                    .get(path);

            // Then
            assertThat(anonymous.statusCode()).as(path).isEqualTo(200);
            assertThat(withABadToken.statusCode()).as(path).isEqualTo(200);
        }
    }

    @Test
    @Order(7)
    void writesNoTokenToItsLog() {
        assertThat(relay().log()).doesNotContain("eyJ");
    }

    /** A request whose data are wrong: its failure goes to the sink at once, and nobody asks Dynamics. */
    private static Response post(String authorization) {
        var request = RestAssured.given()
                .port(relay().port())
                .header("ce-specversion", "1.0")
                .header("ce-id", UUID.randomUUID().toString())
                .header("ce-source", "/tests")
                .header("ce-type", "io.segmentrelay.segment.requested.v1")
                .contentType("application/json")
                .body("{}");
        return authorization.isEmpty()
                ? request.post("/")
                : request.header("Authorization", authorization).post("/");
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
    }

    private static RelayProcess relay() {
        return Objects.requireNonNull(relay);
    }
}
