package io.segmentrelay.trigger.http;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.segmentrelay.event.wire.EventSink.NotTaken;
import io.segmentrelay.event.wire.Refused;
import io.segmentrelay.http.HttpSender;
import io.segmentrelay.time.SystemTime;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** The sink over TLS: whom it trusts, and what it shows. */
class HttpEventSinkTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Vertx vertx = Vertx.vertx();
    private @Nullable WireMockServer receiver;
    private String certificate = "";

    @TempDir
    @Nullable
    Path directory;

    @BeforeEach
    void start() throws Exception {
        var store = directory().resolve("sink.p12");
        var keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "sink",
                        "-keyalg",
                        "RSA",
                        "-dname",
                        "CN=sink",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit",
                        "-keystore",
                        store.toString())
                .inheritIO()
                .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        certificate = "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
                .formatted(Base64.getMimeEncoder()
                        .encodeToString(KeyStore.getInstance(store.toFile(), "changeit".toCharArray())
                                .getCertificate("sink")
                                .getEncoded()));
        receiver = new WireMockServer(WireMockConfiguration.options()
                .httpDisabled(true)
                .dynamicHttpsPort()
                .keystorePath(store.toString())
                .keystoreType("PKCS12")
                .keystorePassword("changeit")
                .keyManagerPassword("changeit"));
        receiver().start();
        receiver().stubFor(any(anyUrl()).willReturn(aResponse().withStatus(202)));
    }

    @AfterEach
    void stop() {
        receiver().stop();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void trustsTheAuthoritiesOfKnativeAndShowsItsToken() throws Exception {
        // Given
        var token = Files.writeString(directory().resolve("token"), "first\n");
        var sink = sink(Optional.of(certificate), token);

        // When
        send(sink);
        Files.writeString(token, "renewed\n");
        send(sink);

        // Then
        receiver()
                .verify(
                        1,
                        postRequestedFor(urlEqualTo("/events?a=b"))
                                .withHeader("Authorization", equalTo("Bearer first"))
                                .withHeader("ce-id", equalTo("K%C3%B6ln"))
                                .withHeader("ce-tenant", equalTo("a%20b"))
                                .withHeader("Content-Type", equalTo("application/json")));
        receiver()
                .verify(
                        1,
                        postRequestedFor(urlEqualTo("/events?a=b"))
                                .withHeader("Authorization", equalTo("Bearer renewed")));
    }

    @Test
    void trustsNobodyElse() {
        // Given
        var sink = sink(Optional.empty(), directory().resolve("none"));

        // When / Then
        assertThatThrownBy(() -> send(sink))
                .hasMessageContaining("certif")
                .hasMessageContaining("quarkus.tls.trust-store");
    }

    @Test
    void doesNotWaitForEver() {
        // Given
        receiver().stubFor(any(anyUrl()).willReturn(aResponse().withStatus(202).withFixedDelay((int)
                PATIENCE.toMillis())));
        var sink = sink(Optional.of(certificate), directory().resolve("none"));

        // When / Then
        assertThatThrownBy(() -> send(sink)).hasMessage("no answer in time");
    }

    @ParameterizedTest
    @CsvSource({"429, 7, PT7S", "503, 120, PT2M", "503, 'Tue, 24 Nov 2026 10:00:30 GMT', PT30S", "500, ,", "503, soon,"
    })
    void saysWhenTheReceiverAsksToComeAgain(int status, @Nullable String header, @Nullable Duration asked) {
        // Given
        var answer = aResponse().withStatus(status).withHeader("Date", "Tue, 24 Nov 2026 10:00:00 GMT");
        receiver()
                .stubFor(any(anyUrl()).willReturn(header == null ? answer : answer.withHeader("Retry-After", header)));

        // When
        var refused = catchThrowableOfType(
                NotTaken.class,
                () -> send(sink(Optional.of(certificate), directory().resolve("none"))));

        // Then
        assertThat(refused).hasMessage("the sink answered " + status);
        assertThat(refused.retryAfter()).isEqualTo(Optional.ofNullable(asked));
    }

    @Test
    void aPathIsNotNeeded() {
        // Given
        var sink = new HttpEventSink(
                client(Optional.of(certificate)),
                URI.create("https://127.0.0.1:" + receiver().httpsPort()),
                Map.of(),
                directory().resolve("none"),
                Duration.ofSeconds(10),
                new SystemTime());

        // When / Then
        assertThatCode(() -> send(sink)).doesNotThrowAnyException();
    }

    @Test
    void tellsARefusalFromWhatPasses() {
        // Given
        var sink = sink(Optional.of(certificate), directory().resolve("none"));

        // When
        receiver().stubFor(any(anyUrl()).willReturn(aResponse().withStatus(400)));

        // Then
        assertThatThrownBy(() -> send(sink))
                .isInstanceOf(Refused.class)
                .hasMessageStartingWith("the sink answered 400");

        // When
        receiver().stubFor(any(anyUrl()).willReturn(aResponse().withStatus(503)));

        // Then
        assertThatThrownBy(() -> send(sink))
                .isNotInstanceOf(Refused.class)
                .hasMessageStartingWith("the sink answered 503");
    }

    private HttpEventSink sink(Optional<String> authorities, Path token) {
        return new HttpEventSink(
                client(authorities),
                URI.create(
                        "https://127.0.0.1:%d/events?a=b".formatted(receiver().httpsPort())),
                Map.of("tenant", "a b"),
                token,
                Duration.ofSeconds(3),
                new SystemTime());
    }

    private HttpSender client(Optional<String> authorities) {
        return HttpSender.of(vertx, HttpEventSink.options(authorities, Optional.empty()));
    }

    private static void send(HttpEventSink sink) {
        sink.send(event()).await().atMost(PATIENCE);
    }

    private static CloudEvent event() {
        return CloudEventBuilder.v1()
                .withId("Köln")
                .withSource(URI.create("/tests"))
                .withType("t")
                .withData("application/json", "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .build();
    }

    private WireMockServer receiver() {
        return Objects.requireNonNull(receiver);
    }

    private Path directory() {
        return Objects.requireNonNull(directory);
    }
}
