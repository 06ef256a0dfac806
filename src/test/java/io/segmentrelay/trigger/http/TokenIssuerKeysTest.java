package io.segmentrelay.trigger.http;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.segmentrelay.http.HttpSender;
import io.segmentrelay.http.NoAnswer;
import io.segmentrelay.trigger.http.TokenIssuerKeys.Unavailable;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TokenIssuerKeysTest {

    private final WireMockServer issuer =
            new WireMockServer(WireMockConfiguration.options().dynamicPort());

    private final Vertx vertx = Vertx.vertx();
    private final HttpSender http = HttpSender.of(vertx, Optional.empty(), 2, Duration.ofSeconds(5));

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
        http.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void aClusterIsShownThePodsTokenAndAskedForKeysWhereItIs() {
        // Given
        answer(
                "{\"issuer\":\"https://oidc.example/x\",\"jwks_uri\":\"https://10.0.0.1:6443/openid/v1/jwks\",\"keys\":[]}");

        // When
        var metadata = fetch("", true);

        // Then
        assertThat(metadata.name()).isEqualTo("https://oidc.example/x");
        issuer.verify(getRequestedFor(urlEqualTo("/.well-known/openid-configuration"))
                .withHeader("Authorization", equalTo("Bearer pod-token")));
        issuer.verify(getRequestedFor(urlEqualTo("/openid/v1/jwks"))
                .withHeader("Authorization", equalTo("Bearer pod-token")));
    }

    @Test
    void othersAreShownNothing() {
        // Given
        answer("{\"issuer\":\"x\",\"jwks_uri\":\"%s/keys\",\"keys\":[]}".formatted(issuer.baseUrl()));

        // When
        fetch("/", false);

        // Then
        issuer.verify(2, anyRequestedFor(anyUrl()).withHeader("Authorization", absent()));
        issuer.verify(getRequestedFor(urlEqualTo("/keys")));
    }

    @ParameterizedTest
    @CsvSource({"'', PT1H", "'max-age=300, public', PT5M", "max-age=1, PT1M", "max-age=99999999, PT1H", "no-store, PT1H"
    })
    void keysCountAsLongAsTheIssuerSaysWithinReason(String cacheControl, Duration life) {
        // Given
        issuer.stubFor(any(anyUrl())
                .willReturn(
                        okJson("{\"issuer\":\"x\",\"jwks_uri\":\"%s/keys\",\"keys\":[]}".formatted(issuer.baseUrl()))
                                .withHeader("Cache-Control", cacheControl)));

        // When
        var metadata = fetch("", false);

        // Then
        assertThat(metadata.life()).isEqualTo(life);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "200, <html>",
                "200, []",
                "200, {}",
                "200, `{\"issuer\":\"x\"}`",
                "200, `{\"issuer\":\"x\",\"jwks_uri\":\"no address\"}`",
                "403, {}",
                "503, {}"
            })
    void whatIsNoDocumentIsTrouble(int status, String body) {
        // Given
        issuer.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(status).withBody(body)));

        // When / Then
        assertThatThrownBy(() -> fetch("", false)).isInstanceOfAny(Unavailable.class, NoAnswer.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>", "{}", "[]", "{\"keys\":7}"})
    void keysThatAreNoneAreTrouble(String keys) {
        // Given
        answer("{\"issuer\":\"x\",\"jwks_uri\":\"%s/keys\"}".formatted(issuer.baseUrl()));
        issuer.stubFor(get("/keys").willReturn(okJson(keys)));

        // When / Then
        assertThatThrownBy(() -> fetch("", false))
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining("keys");
    }

    private TokenIssuerKeys.Metadata fetch(String afterUrl, boolean isCluster) {
        var keys = new TokenIssuerKeys(() -> http, URI.create(issuer.baseUrl() + afterUrl), pod(), isCluster);
        return keys.fetch().await().atMost(Duration.ofSeconds(10));
    }

    private void answer(String json) {
        issuer.stubFor(any(anyUrl()).willReturn(okJson(json)));
    }

    private Path pod() {
        return Objects.requireNonNull(pod);
    }
}
