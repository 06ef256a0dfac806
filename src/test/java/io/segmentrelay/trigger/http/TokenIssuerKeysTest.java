package io.segmentrelay.trigger.http;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TokenIssuerKeysTest {

    private final WireMockServer issuer =
            new WireMockServer(WireMockConfiguration.options().dynamicPort());

    @TempDir
    @Nullable
    Path pod;

    @BeforeEach
    void start() throws IOException {
        issuer.start();
        Files.writeString(pod().resolve("token"), "pod-token\n");
    }

    @AfterEach
    void stop() {
        issuer.stop();
    }

    @Test
    void aClusterIsShownThePodsTokenAndAskedForKeysWhereItIs() throws Exception {
        // Given
        answer(
                "{\"issuer\":\"https://oidc.example/x\",\"jwks_uri\":\"https://10.0.0.1:6443/openid/v1/jwks\",\"keys\":[]}");
        var keys = new TokenIssuerKeys(URI.create(issuer.baseUrl()), pod(), true);

        // When
        var metadata = keys.discover();
        metadata.keys().refresh();

        // Then
        assertThat(metadata.name()).isEqualTo("https://oidc.example/x");
        issuer.verify(getRequestedFor(urlEqualTo("/.well-known/openid-configuration"))
                .withHeader("Authorization", equalTo("Bearer pod-token")));
        issuer.verify(getRequestedFor(urlEqualTo("/openid/v1/jwks"))
                .withHeader("Authorization", equalTo("Bearer pod-token")));
    }

    @Test
    void othersAreShownNothing() throws Exception {
        // Given
        answer("{\"issuer\":\"x\",\"jwks_uri\":\"%s/keys\",\"keys\":[]}".formatted(issuer.baseUrl()));
        var keys = new TokenIssuerKeys(URI.create(issuer.baseUrl() + "/"), pod(), false);

        // When
        keys.discover().keys().refresh();

        // Then
        issuer.verify(2, anyRequestedFor(anyUrl()).withHeader("Authorization", absent()));
        issuer.verify(getRequestedFor(urlEqualTo("/keys")));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {"200, <html>", "200, []", "200, {}", "200, `{\"issuer\":\"x\"}`", "403, {}", "503, {}"})
    void whatIsNoDocumentIsTrouble(int status, String body) {
        // Given
        issuer.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(status).withBody(body)));
        var keys = new TokenIssuerKeys(URI.create(issuer.baseUrl()), pod(), false);

        // When / Then
        assertThatThrownBy(keys::discover).isInstanceOf(IOException.class);
    }

    @Test
    void keysThatAreNowhereAreTrouble() throws Exception {
        // Given
        answer("{\"issuer\":\"x\",\"jwks_uri\":\"no address\"}");
        var keys = new TokenIssuerKeys(URI.create(issuer.baseUrl()), pod(), false)
                .discover()
                .keys();

        // When / Then
        assertThatThrownBy(keys::refresh).isInstanceOf(IOException.class);
    }

    private void answer(String json) {
        issuer.stubFor(any(anyUrl()).willReturn(okJson(json)));
    }

    private Path pod() {
        return Objects.requireNonNull(pod);
    }
}
