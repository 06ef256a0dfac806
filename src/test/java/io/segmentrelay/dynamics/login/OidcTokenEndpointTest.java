package io.segmentrelay.dynamics.login;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

import jakarta.inject.Inject;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import io.quarkus.oidc.client.OidcClients;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.segmentrelay.dynamics.DynamicsException.Weather;
import io.segmentrelay.dynamics.login.TokenEndpoint.Refused;
import io.segmentrelay.dynamics.login.TokenEndpoint.Token;
import io.segmentrelay.dynamics.web.OnlyDynamics;
import io.segmentrelay.http.HttpSender;
import io.segmentrelay.time.Time;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** The requests that Entra ID gets, and what is made of its answers. DynamicsWireTest does it with a real OIDC server. */
@QuarkusTest
@TestProfile(OnlyDynamics.class)
class OidcTokenEndpointTest {

    @Inject
    OidcClients clients;

    @Inject
    HttpSender http;

    @Inject
    Time time;

    @Nullable
    WireMockServer server;

    @TempDir
    @Nullable
    Path directory;

    @Test
    void asksWithTheSecretInTheBody() {
        // Given
        answer(token());

        // When
        var token = fetch(Map.of("AZURE_CLIENT_SECRET", "s3cr+t&"));

        // Then
        assertThat(token.value()).isEqualTo("opaque");
        assertThat(token.expiresAt())
                .isBetween(Instant.now().plusSeconds(3_500), Instant.now().plusSeconds(3_700));
        assertThat(sent())
                .containsOnly(
                        Map.entry("grant_type", "client_credentials"),
                        Map.entry("scope", "https://contoso.crm4.dynamics.com/.default"),
                        Map.entry("client_id", "relay"),
                        Map.entry("client_secret", "s3cr+t&"));
    }

    @Test
    void asksWithAFederatedTokenReadAnewEachTime() throws IOException {
        // Given
        answer(token());
        var file = Files.writeString(directory().resolve("token"), "first\n");
        var endpoint = endpoint(Map.of("AZURE_FEDERATED_TOKEN_FILE", file.toString()));
        endpoint.fetch().await().atMost(Duration.ofSeconds(10));
        Files.writeString(file, "second\n");
        server().resetRequests();

        // When
        endpoint.fetch().await().atMost(Duration.ofSeconds(10));

        // Then
        assertThat(sent())
                .containsEntry("client_assertion", "second")
                .containsEntry("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
                .containsEntry("client_id", "relay")
                .doesNotContainKey("client_secret");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void asksWithAnAssertionSignedByTheCertificate(boolean pem) throws Exception {
        // Given
        answer(token());
        var file = directory().resolve("client.p12");
        keytool(file);
        var store = KeyStore.getInstance(file.toFile(), "changeit".toCharArray());
        var certificate = (X509Certificate) store.getCertificate("relay");
        var settings = new HashMap<String, String>();
        if (pem) {
            var mime = Base64.getMimeEncoder();
            var text =
                    "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
                            .formatted(
                                    mime.encodeToString(certificate.getEncoded()),
                                    mime.encodeToString(store.getKey("relay", "changeit".toCharArray())
                                            .getEncoded()));
            settings.put(
                    "AZURE_CLIENT_CERTIFICATE_PATH",
                    Files.writeString(directory().resolve("client.pem"), text).toString());
        } else {
            settings.put("AZURE_CLIENT_CERTIFICATE_PATH", file.toString());
            settings.put("AZURE_CLIENT_CERTIFICATE_PASSWORD", "changeit");
        }

        // When
        fetch(settings);

        // Then
        var jwt = Objects.requireNonNull(sent().get("client_assertion")).split("\\.", -1);
        var url = Base64.getUrlDecoder();
        var header = new JsonObject(new String(url.decode(jwt[0]), StandardCharsets.UTF_8));
        var claims = new JsonObject(new String(url.decode(jwt[1]), StandardCharsets.UTF_8));
        assertThat(header.getString("alg")).isEqualTo("PS256");
        assertThat(header.getString("x5t")).isEqualTo(thumbprint("SHA-1", certificate));
        assertThat(header.getString("x5t#S256")).isEqualTo(thumbprint("SHA-256", certificate));
        assertThat(claims.getString("aud")).isEqualTo(server().baseUrl() + "/tenant/oauth2/v2.0/token");
        assertThat(claims.getString("iss")).isEqualTo("relay");
        assertThat(claims.getString("sub")).isEqualTo("relay");
        assertThat(claims.getString("jti")).isNotBlank();
        assertThat(claims.getLong("nbf")).isLessThanOrEqualTo(Instant.now().getEpochSecond());
        assertThat(claims.getLong("exp")).isGreaterThan(Instant.now().getEpochSecond());
        var verifier = Signature.getInstance("RSASSA-PSS");
        verifier.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        verifier.initVerify(certificate);
        verifier.update((jwt[0] + "." + jwt[1]).getBytes(StandardCharsets.US_ASCII));
        assertThat(verifier.verify(url.decode(jwt[2]))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "400, invalid_scope",
        "400, invalid_request",
        "400, unauthorized_client",
        "400, invalid_resource",
        "401, invalid_client"
    })
    void aDefiniteNoIsARefusal(int status, String error) {
        // Given
        answer(aResponse()
                .withStatus(status)
                .withBody(
                        "{\"error\":\"%s\",\"error_description\":\"AADSTS7000215: Invalid client secret provided: hunter2.\"}"
                                .formatted(error)));

        // When / Then
        assertThatThrownBy(() -> fetch(Map.of("AZURE_CLIENT_SECRET", "hunter2")))
                .isInstanceOf(Refused.class)
                .hasMessageContaining(error)
                .hasMessageContaining("AADSTS7000215")
                .hasMessageNotContaining("hunter2");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "408, ``",
                "429, `{\"error\":\"temporarily_unavailable\"}`",
                "500, `{\"error\":\"server_error\"}`",
                "503, `<html>down</html>`",
                "400, `<html>proxy</html>`",
                "200, `<html>sign in</html>`",
                "200, `{\"access_token\":\"\"}`",
                "200, `{}`"
            })
    void everythingElseIsWeather(int status, String body) {
        // Given
        answer(aResponse().withStatus(status).withBody(body));

        // When / Then
        assertThatThrownBy(() -> fetch(Map.of("AZURE_CLIENT_SECRET", "secret"))).isInstanceOf(Weather.class);
    }

    @Test
    void readsATokenThatIsCompressedAndMarked() throws IOException {
        // Given
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            out.write("\uFEFF{\"access_token\":\"opaque\",\"expires_in\":\"3599\"}".getBytes(StandardCharsets.UTF_8));
        }
        answer(aResponse().withHeader("Content-Encoding", "gzip").withBody(bytes.toByteArray()));

        // When
        var token = fetch(Map.of("AZURE_CLIENT_SECRET", "secret"));

        // Then
        assertThat(token.value()).isEqualTo("opaque");
        assertThat(token.expiresAt())
                .isBetween(time.now().plusSeconds(3_500), time.now().plusSeconds(3_599));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "503, `{\"Message\":\"Back at ten\"}`, no token: the token endpoint answered 503: Back at ten",
                "503, <h1>Back at ten</h1>, no token: the token endpoint answered 503: Back at ten",
                "500, `{\"error\":\"server_error\",\"error_description\":\"AADSTS90033: try later\"}`, no token: the token endpoint answered 500: AADSTS90033: try later",
                "400, the secret hunter2 is wrong, no token: the token endpoint answered 400",
                "200, {hunter2, no token: the token endpoint answered 200 without one (of no content type)"
            })
    void tellsWhatTheEndpointSaysButNoSecret(int status, String body, String message) {
        // Given
        answer(aResponse().withStatus(status).withBody(body).withHeader("Retry-After", "7"));

        // When
        var weather = catchThrowableOfType(Weather.class, () -> fetch(Map.of("AZURE_CLIENT_SECRET", "hunter2")));

        // Then
        assertThat(weather).hasMessage(message);
        assertThat(weather.retryAfter())
                .isEqualTo(Optional.of(Duration.ofSeconds(7)).filter(asked -> status != 200));
    }

    @Test
    void anAnswerOfAnySizeEndsSomewhere() {
        // Given
        var token = "{\"access_token\":\"%s\"}".formatted("x".repeat(9 * 1024 * 1024));
        answer(aResponse().withBody(token));

        // When / Then
        assertThatThrownBy(() -> fetch(Map.of("AZURE_CLIENT_SECRET", "secret")))
                .isInstanceOf(Weather.class)
                .hasMessage("no token: the token endpoint answered 200 without one (of no content type)");
    }

    @Test
    void asksOnAConnectionOfItsOwnForWhatItCanRead() {
        // Given
        answer(token());

        // When
        fetch(Map.of("AZURE_CLIENT_SECRET", "secret"));

        // Then
        var request = server().findAll(anyRequestedFor(anyUrl())).getFirst();
        assertThat(request.getHeader("Connection")).isEqualTo("close");
        assertThat(request.getHeader("Accept")).isEqualTo("application/json");
        assertThat(request.getHeader("Accept-Encoding")).isEqualTo("gzip, deflate");
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"EMPTY_RESPONSE", "CONNECTION_RESET_BY_PEER", "RANDOM_DATA_THEN_CLOSE"})
    void aConnectionThatEndsIsWeather(Fault fault) {
        // Given
        answer(aResponse().withFault(fault));

        // When / Then
        assertThatThrownBy(() -> fetch(Map.of("AZURE_CLIENT_SECRET", "secret")))
                .isInstanceOf(Weather.class)
                .hasMessageStartingWith("no token: ");
    }

    @Test
    void saysWhyThereIsNoConnection() throws IOException {
        // Given
        var nobody = "";
        try (var socket = new ServerSocket(0)) {
            nobody = "http://localhost:" + socket.getLocalPort();
        }
        var endpoint = endpoint(Map.of("AZURE_CLIENT_SECRET", "secret", "AZURE_AUTHORITY_HOST", nobody));

        // When / Then
        assertThatThrownBy(() -> endpoint.fetch().await().atMost(Duration.ofSeconds(10)))
                .isInstanceOf(Weather.class)
                .hasMessageStartingWith("no token: no connection: ");
    }

    @Test
    void anEndpointThatHangsIsWeather() {
        // Given
        answer(token().withFixedDelay(5_000));

        // When / Then
        assertThatThrownBy(() -> fetch(Map.of("AZURE_CLIENT_SECRET", "secret"))).isInstanceOf(Weather.class);
    }

    private static ResponseDefinitionBuilder token() {
        return aResponse()
                .withHeader("Content-Type", "application/json")
                .withBody(
                        "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"ext_expires_in\":3599,\"access_token\":\"opaque\"}");
    }

    private void answer(ResponseDefinitionBuilder response) {
        server().resetAll();
        server().stubFor(any(anyUrl()).willReturn(response));
    }

    private Token fetch(Map<String, String> settings) {
        return endpoint(settings).fetch().await().atMost(Duration.ofSeconds(10));
    }

    private OidcTokenEndpoint endpoint(Map<String, String> settings) {
        var all = new HashMap<>(settings);
        all.put("AZURE_TENANT_ID", "tenant");
        all.put("AZURE_CLIENT_ID", "relay");
        all.putIfAbsent("AZURE_AUTHORITY_HOST", server().baseUrl() + "/");
        var credentials = AzureCredentials.of(new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(all, "test", 100))
                .build());
        assertThat(credentials.problems()).isEmpty();
        return new OidcTokenEndpoint(
                credentials,
                clients,
                Optional.empty(),
                http,
                URI.create("https://contoso.crm4.dynamics.com/"),
                time,
                Duration.ofSeconds(2));
    }

    private Map<String, String> sent() {
        var requests = server().findAll(anyRequestedFor(anyUrl()));
        assertThat(requests).hasSize(1);
        assertThat(requests.getFirst().getUrl()).isEqualTo("/tenant/oauth2/v2.0/token");
        assertThat(requests.getFirst().getHeader("Content-Type")).startsWith("application/x-www-form-urlencoded");
        var form = new HashMap<String, String>();
        for (var pair : requests.getFirst().getBodyAsString().split("&", -1)) {
            var equals = pair.indexOf('=');
            form.put(
                    URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                    URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return form;
    }

    private static void keytool(Path file) throws IOException, InterruptedException {
        var keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "relay",
                        "-keyalg",
                        "RSA",
                        "-keysize",
                        "2048",
                        "-dname",
                        "CN=relay",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit",
                        "-keystore",
                        file.toString())
                .inheritIO()
                .start();
        assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    private static String thumbprint(String algorithm, X509Certificate certificate) throws Exception {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(MessageDigest.getInstance(algorithm).digest(certificate.getEncoded()));
    }

    private WireMockServer server() {
        return Objects.requireNonNull(server);
    }

    private Path directory() {
        return Objects.requireNonNull(directory);
    }
}
