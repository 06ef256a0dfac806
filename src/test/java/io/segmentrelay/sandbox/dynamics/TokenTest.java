package io.segmentrelay.sandbox.dynamics;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The token endpoint, and what becomes of its tokens. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenTest {

    private static final String ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private final MovedClock clock = new MovedClock();
    private final DynamicsSimulator simulator = DynamicsSimulator.start(new SimulatorSettings()
            .clock(clock)
            .rows(10, 10, 10)
            .client("tenant", "client", "secret")
            .tokenLife(Duration.ofMinutes(10)));
    private final TestClient client = new TestClient(simulator);

    @AfterAll
    void stop() {
        simulator.close();
    }

    private int ask(String token) {
        return client.send(client.request("msdynmkt_segments").setHeader("Authorization", "Bearer " + token))
                .statusCode();
    }

    private String newToken() {
        return TestClient.json(client.askForToken(client.goodForm()))
                .path("access_token")
                .asText();
    }

    @Test
    void aTokenLivesAsLongAsItSays() {
        // Given
        var answer = client.askForToken(client.goodForm());
        var token = TestClient.json(answer).path("access_token").asText();

        // When
        var first = ask(token);
        clock.move(Duration.ofMinutes(9));
        var second = ask(token);
        clock.move(Duration.ofMinutes(1));
        var third = ask(token);

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(TestClient.json(answer).path("token_type").asText()).isEqualTo("Bearer");
        assertThat(TestClient.json(answer).path("expires_in").asInt()).isEqualTo(600);
        assertThat(first).isEqualTo(200);
        assertThat(second).isEqualTo(200);
        assertThat(third).isEqualTo(401);
    }

    @Test
    void tokensCanBeRevoked() {
        // Given
        var old = newToken();

        // When
        simulator.revokeTokens();
        var fresh = newToken();

        // Then
        assertThat(ask(old)).isEqualTo(401);
        assertThat(ask(fresh)).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "grant_type, password, 400, unsupported_grant_type, 70003",
        "client_id, other, 400, unauthorized_client, 700016",
        "client_secret, other, 401, invalid_client, 7000215",
        "scope, https://elsewhere.example.com/.default, 400, invalid_resource, 500011",
        "scope, openid, 400, invalid_scope, 1002012",
    })
    void refusesAsEntraDoes(String field, String value, int status, String error, int code) {
        // Given
        var form = new HashMap<>(client.goodForm());
        form.put(field, value);

        // When
        var answer = client.askForToken(form);

        // Then
        var body = TestClient.json(answer);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(body.path("error").asText()).isEqualTo(error);
        assertThat(body.path("error_description").asText()).startsWith("AADSTS" + code + ": ");
        assertThat(body.path("error_codes").get(0).asInt()).isEqualTo(code);
        assertThat(body.path("trace_id").asText()).hasSize(36);
    }

    @Test
    void anUnknownTenantIsNotFound() {
        // When
        var answer = client.send(client.tokenRequest("elsewhere", client.goodForm()));

        // Then
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(TestClient.json(answer).path("error_codes").get(0).asInt()).isEqualTo(90002);
    }

    @Test
    void withoutAnyCredentialThereIsNoToken() {
        // Given
        var form = new HashMap<>(client.goodForm());
        form.remove("client_secret");

        // When
        var answer = client.askForToken(form);

        // Then
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(TestClient.json(answer).path("error_codes").get(0).asInt()).isEqualTo(7000216);
    }

    static Stream<Arguments> assertions() {
        return Stream.of(
                Arguments.of("{\"alg\":\"PS256\",\"x5t\":\"a\"}", "client", "%s", 60, 200, 0),
                Arguments.of("{\"alg\":\"RS256\",\"x5t#S256\":\"a\"}", "client", "%s", 60, 200, 0),
                Arguments.of("{\"alg\":\"RS256\"}", "client", "%s", 60, 401, 700027),
                Arguments.of("{\"alg\":\"RS256\",\"x5t\":\"a\"}", "client", "https://elsewhere", 60, 401, 50027),
                Arguments.of("{\"alg\":\"RS256\",\"x5t\":\"a\"}", "client", "%s", -60, 401, 700024),
                Arguments.of("{\"alg\":\"RS256\"}", "https://kubernetes", "api://AzureADTokenExchange", 60, 200, 0),
                Arguments.of("no JSON", "client", "%s", 60, 401, 50027));
    }

    @ParameterizedTest
    @MethodSource("assertions")
    void looksAtAssertions(String header, String issuer, String audience, int life, int status, int code) {
        // Given
        var endpoint = simulator.authorityUrl() + "/tenant/oauth2/v2.0/token";
        var claims = Json.object()
                .put("iss", issuer)
                .put("aud", audience.formatted(endpoint))
                .put("exp", clock.instant().getEpochSecond() + life);
        var form = new HashMap<String, String>(client.goodForm());
        form.remove("client_secret");
        form.putAll(Map.of(
                "client_assertion_type",
                ASSERTION_TYPE,
                "client_assertion",
                "%s.%s.%s".formatted(base64(header), base64(claims.toString()), base64("signature"))));

        // When
        var answer = client.askForToken(form);

        // Then
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(TestClient.json(answer).path("error_codes").path(0).asInt()).isEqualTo(code);
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
