package io.segmentrelay.dynamics.login;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import jakarta.inject.Inject;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.quarkus.oidc.client.OidcClients;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.segmentrelay.dynamics.login.TokenEndpoint.Refused;
import io.segmentrelay.dynamics.web.OnlyDynamics;
import io.segmentrelay.http.HttpSender;
import io.segmentrelay.time.Time;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * Tokens from a Keycloak of its own, in a process of its own (profile {@code keycloak}). A proxy gives its token endpoint the
 * path that Entra ID has.
 */
@QuarkusTest
@TestProfile(OnlyDynamics.class)
class KeycloakIT {

    private static final URI ORGANIZATION = URI.create("https://contoso.crm4.dynamics.com");

    /** Seconds that a token lives. */
    private static final int LIFE = 6;

    private static final String REALM = """
            {"realm": "tenant", "enabled": true, "sslRequired": "none", "accessTokenLifespan": %d,
             "clientScopes": [{"name": "%s/.default", "protocol": "openid-connect"}],
             "clients": [{"clientId": "relay", "secret": "s3cr+t&", "enabled": true, "publicClient": false,
                          "serviceAccountsEnabled": true, "standardFlowEnabled": false,
                          "clientAuthenticatorType": "client-secret", "optionalClientScopes": ["%s/.default"]}]}
            """.formatted(LIFE, ORGANIZATION, ORGANIZATION);

    private static @Nullable Process keycloak;

    private static int keycloakPort;

    @Inject
    OidcClients clients;

    @Inject
    HttpSender http;

    @Inject
    Time time;

    @Nullable
    WireMockServer server;

    @BeforeAll
    static void startKeycloak() throws IOException {
        var home = Path.of("target", "keycloak", "keycloak-" + System.getProperty("keycloak.version"));
        Files.writeString(Files.createDirectories(home.resolve("data/import")).resolve("tenant.json"), REALM);
        try (var socket = new ServerSocket(0)) {
            keycloakPort = socket.getLocalPort();
        }
        var builder = new ProcessBuilder(
                        "sh",
                        home.resolve("bin/kc.sh").toString(),
                        "start-dev",
                        "--import-realm",
                        "--http-host=127.0.0.1",
                        "--http-port=" + keycloakPort)
                .redirectErrorStream(true)
                .redirectOutput(Path.of("target", "keycloak.log").toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        keycloak = builder.start();
        await("Keycloak, see target/keycloak.log")
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(
                        () -> assertThat(status("http://127.0.0.1:%d/realms/tenant/.well-known/openid-configuration"
                                        .formatted(keycloakPort)))
                                .isEqualTo(200));
    }

    @AfterAll
    static void stopKeycloak() {
        var started = Objects.requireNonNull(keycloak);
        // kc.sh is a shell that waits for the server.
        started.descendants().forEach(ProcessHandle::destroyForcibly);
        started.destroyForcibly();
    }

    @BeforeEach
    void lendKeycloakThePathOfEntra() {
        server().resetAll();
        server().stubFor(post("/tenant/oauth2/v2.0/token")
                .willReturn(aResponse()
                        .proxiedFrom(
                                "http://127.0.0.1:%d/realms/tenant/protocol/openid-connect".formatted(keycloakPort))
                        .withProxyUrlPrefixToRemove("/tenant/oauth2/v2.0")));
    }

    @Test
    void givesATokenForTheSecretAndTheScope() {
        // When
        var token = endpoint("s3cr+t&", ORGANIZATION).fetch().await().atMost(Duration.ofSeconds(20));

        // Then
        assertThat(token.value().split("\\.", -1)).as("a signed JWT").hasSize(3);
        assertThat(token.expiresAt())
                .isBetween(Instant.now().minusSeconds(1), Instant.now().plusSeconds(LIFE + 1));
    }

    @Test
    void refusesAnotherSecret() {
        // When / Then
        assertThatThrownBy(
                        () -> endpoint("guessed", ORGANIZATION).fetch().await().atMost(Duration.ofSeconds(20)))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("unauthorized_client")
                .hasMessageNotContaining("guessed");
    }

    @Test
    void refusesAnotherOrganizationsScope() {
        // When / Then
        assertThatThrownBy(() -> endpoint("s3cr+t&", URI.create("https://fabrikam.crm4.dynamics.com"))
                        .fetch()
                        .await()
                        .atMost(Duration.ofSeconds(20)))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("invalid_scope");
    }

    @Test
    void aTokenIsRenewedBeforeItEnds() {
        // Given
        var tokens = new DynamicsTokens(endpoint("s3cr+t&", ORGANIZATION), time);
        var used = new ArrayList<String>();

        // When: asked all the time, for longer than a token lives
        await("a second token")
                .atMost(Duration.ofSeconds(3L * LIFE))
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> {
                    used.add(tokens.get().await().atMost(Duration.ofSeconds(20)));
                    assertThat(used.stream().distinct()).hasSize(2);
                });

        // Then
        assertThat(server().findAll(anyRequestedFor(anyUrl())))
                .as("one request a token")
                .hasSize(2);
    }

    private OidcTokenEndpoint endpoint(String secret, URI organization) {
        var settings = Map.of(
                "AZURE_TENANT_ID",
                "tenant",
                "AZURE_CLIENT_ID",
                "relay",
                "AZURE_CLIENT_SECRET",
                secret,
                "AZURE_AUTHORITY_HOST",
                server().baseUrl());
        var credentials = AzureCredentials.of(new SmallRyeConfigBuilder()
                .withSources(List.of(new PropertiesConfigSource(settings, "test", 100)))
                .build());
        assertThat(credentials.problems()).isEmpty();
        return new OidcTokenEndpoint(
                credentials, clients, Optional.empty(), http, organization, time, Duration.ofSeconds(15));
    }

    private WireMockServer server() {
        return Objects.requireNonNull(server);
    }

    private static int status(String url) {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
