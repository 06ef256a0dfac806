package io.segmentrelay.it;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

import io.restassured.RestAssured;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.segmentrelay.sandbox.BrokerLogins;
import io.segmentrelay.sandbox.BrokerOptions;
import io.segmentrelay.sandbox.KafkaBroker;
import io.segmentrelay.sandbox.SandboxOptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Brokers that want to know who comes, as {@code docs/operating.md} has their settings: TLS and SASL are settings, never code. */
class KafkaLoginIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String SCRAM = "scram.ScramLoginModule";
    private static final String PLAIN = "plain.PlainLoginModule";

    /** As Azure Event Hubs names its one user. */
    private static final String CONNECTION_STRING = "$ConnectionString";

    @TempDir
    private static Path folder;

    private static PrivateAuthority authority;
    private static World world;

    @BeforeAll
    static void start() {
        authority = new PrivateAuthority(folder);
        var logins = new BrokerLogins(
                authority.serverStore(),
                PrivateAuthority.PASSWORD,
                authority.certificate(),
                Map.of("relay", "of the relay", CONNECTION_STRING, "Endpoint=sb://contoso.example/;SharedAccessKey=x"));
        world = new World(
                SandboxOptions.defaults().withKafka(BrokerOptions.defaults().withLogins(logins)), 1);
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    /** A way in, by its settings. */
    record Login(String name, Map<String, String> settings) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Login> logins() {
        return Stream.of(
                new Login("SASL_SSL with SCRAM-SHA-512", sasl("SCRAM-SHA-512", SCRAM, "relay", "of the relay")),
                new Login(
                        "SASL_SSL with PLAIN, nothing compressed, as Azure Event Hubs",
                        with(
                                sasl(
                                        "PLAIN",
                                        PLAIN,
                                        CONNECTION_STRING,
                                        "Endpoint=sb://contoso.example/;SharedAccessKey=x"),
                                "KAFKA_COMPRESSION_TYPE",
                                "none")),
                new Login("TLS with a client's certificate", certificate()));
    }

    @ParameterizedTest
    @MethodSource("logins")
    void answersARequest(Login login) {
        // Given
        try (var relay = RelayProcess.start(world.settings(login.settings()))) {
            // When
            world.submit(login.name());

            // Then
            world.awaitEnded(List.of(login.name()), SOON);
            assertThat(world.topics().byRequest(Topics.READY)).containsKey(login.name());
            assertThat(relay.log())
                    .doesNotContain("ERROR")
                    .doesNotContain("WARN")
                    .doesNotContain("of the relay");
        }
    }

    @Test
    void aWrongPasswordIsSaidWhereSomebodyLooks() {
        try (var relay = RelayProcess.launch(world.settings(sasl("SCRAM-SHA-512", SCRAM, "relay", "of another")))) {
            await().atMost(SOON)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(RestAssured.given()
                                    .port(relay.port())
                                    .get("/q/health/ready")
                                    .asString())
                            .contains("DOWN")
                            .containsIgnoringCase("authentication"));
            assertThat(relay.log()).doesNotContain("of another");
        }
    }

    private static Map<String, String> sasl(String mechanism, String module, String user, String password) {
        var settings = tls(KafkaBroker::passwordBootstrapServers);
        settings.put("KAFKA_SECURITY_PROTOCOL", "SASL_SSL");
        settings.put("KAFKA_SASL_MECHANISM", mechanism);
        settings.put(
                "KAFKA_SASL_JAAS_CONFIG",
                "org.apache.kafka.common.security.%s required username=\"%s\" password=\"%s\";"
                        .formatted(module, user, password));
        return settings;
    }

    private static Map<String, String> certificate() {
        var settings = tls(KafkaBroker::certificateBootstrapServers);
        settings.put("KAFKA_SECURITY_PROTOCOL", "SSL");
        settings.put("KAFKA_SSL_KEYSTORE_TYPE", "PKCS12");
        settings.put("KAFKA_SSL_KEYSTORE_LOCATION", authority.client().toString());
        settings.put("KAFKA_SSL_KEYSTORE_PASSWORD", PrivateAuthority.PASSWORD);
        return settings;
    }

    private static Map<String, String> tls(Function<KafkaBroker, String> door) {
        var settings = new HashMap<String, String>();
        settings.put("KAFKA_BOOTSTRAP_SERVERS", door.apply(world.sandbox().kafka()));
        settings.put("KAFKA_SSL_TRUSTSTORE_TYPE", "PEM");
        settings.put("KAFKA_SSL_TRUSTSTORE_LOCATION", authority.certificate().toString());
        return settings;
    }

    private static Map<String, String> with(Map<String, String> settings, String name, String value) {
        settings.put(name, value);
        return settings;
    }
}
