package io.segmentrelay.config;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

import jakarta.enterprise.inject.Instance;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.segmentrelay.dynamics.login.AzureCredentials;

import static org.assertj.core.api.Assertions.assertThat;

class SettingsCheckTest {

    private static final Map<String, String> COMPLETE = Map.of(
            "relay.dynamics.url", "https://contoso.example",
            "relay.kafka.enabled", "true",
            "AZURE_TENANT_ID", "tenant",
            "AZURE_CLIENT_ID", "client",
            "AZURE_CLIENT_SECRET", "secret",
            "kafka.bootstrap.servers", "localhost:9092");

    @Test
    void findsNothingInCompleteSettings() {
        assertThat(problem(Map.of())).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("outside")
    void reportsWhatIsOutsideOfItsRangeUnderItsOwnNameAlone(String name, String value, String bounds) {
        // When
        var line = problem(Map.of(name, value));

        // Then
        assertThat(line)
                .get()
                .asString()
                .startsWith(name + " (")
                .contains(bounds)
                .doesNotContain(";", "\n");
    }

    static Stream<Arguments> outside() {
        return Stream.of(
                Arguments.of("relay.dynamics.max-concurrency", "0", "1 to 1000"),
                Arguments.of("relay.dynamics.max-concurrency", "1001", "1 to 1000"),
                Arguments.of("relay.dynamics.requests-per-5-minutes", "4", "5 to 1000000"),
                Arguments.of("relay.dynamics.execution-time-per-5-minutes", "999ms", "1s to 24h"),
                Arguments.of("relay.dynamics.timeout", "99ms", "100ms to 1h"),
                Arguments.of("relay.dynamics.timeout", "3601s", "100ms to 1h"),
                Arguments.of("relay.poll.interval", "-1s", "10ms to 1h"),
                Arguments.of("relay.poll.interval", "61m", "10ms to 1h"),
                Arguments.of("relay.poll.max-interval", "-1s", "10ms to 1h"),
                Arguments.of("relay.poll.max-interval", "PT-0.001S", "10ms to 1h"),
                Arguments.of("relay.poll.max-interval", "0s", "10ms to 1h"),
                Arguments.of("relay.poll.max-interval", "61m", "10ms to 1h"),
                Arguments.of("relay.window", "13h", "100ms to 12h"),
                Arguments.of("relay.ready-within", "366d", "1s to 365d"),
                Arguments.of("relay.page-size", "20001", "1 to 20000"),
                Arguments.of("relay.max-in-flight", "0", "1 to 1000000"),
                Arguments.of("relay.max-event-size", "1023", "1K to 100M"));
    }

    @Test
    void limitsAreSharedByAGroupOnlyWhereRequestsAreReadFromKafka() {
        assertThat(problem(Map.of("relay.dynamics.limits", "group"))).isEmpty();
        assertThat(problem(Map.of("relay.dynamics.limits", "group", "relay.kafka.enabled", "false")))
                .hasValueSatisfying(line -> assertThat(line)
                        .contains("relay.dynamics.limits (RELAY_DYNAMICS_LIMITS) is \"group\"", "process"));
    }

    @Test
    void theLongestPauseIsNotShorterThanTheFirst() {
        assertThat(problem(Map.of("relay.poll.interval", "5s", "relay.poll.max-interval", "4s")))
                .get()
                .asString()
                .startsWith("relay.poll.max-interval (")
                .contains("not shorter than relay.poll.interval");
        assertThat(problem(Map.of("relay.poll.interval", "5s", "relay.poll.max-interval", "5s")))
                .isEmpty();
        assertThat(problem(Map.of("relay.poll.max-interval", "1s"))).isEmpty();
        assertThat(problem(Map.of("relay.poll.interval", "1h"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "relay.dynamics.url, https://contoso.example/a/proxy",
        "relay.dynamics.url, contoso.crm4.dynamics.com",
        "relay.dynamics.url, ftp://contoso.crm4.dynamics.com",
        "relay.http.issuer, kubernetes.default.svc",
        "relay.http.allowed-origins, https://eventgrid.azure.net",
        "relay.http.allowed-origins, *.azure.net",
        "relay.http.enabled, maybe",
        "K_SINK, ftp://sink.example",
        "AZURE_AUTHORITY_HOST, https://login.microsoftonline.com/other"
    })
    void anAddressThatMeansNothingPlainlyIsReported(String name, String value) {
        assertThat(problem(Map.of(name, value)))
                .get()
                .asString()
                .startsWith(name)
                .doesNotContain(";");
    }

    @ParameterizedTest
    @ValueSource(strings = {"relay.dynamics.url", "relay.http.issuer", "K_SINK", "AZURE_AUTHORITY_HOST"})
    void credentialsInAnAddressAreRefusedAndNotRepeated(String name) {
        assertThat(problem(Map.of(name, "https://planted-user:planted/@:pw@contoso.example/x?sig=planted")))
                .get()
                .asString()
                .startsWith(name)
                .doesNotContain("planted", ";");
    }

    @Test
    void aConnectionStringInThePlaceOfBrokersIsNotRepeated() {
        assertThat(problem(Map.of(
                        "kafka.bootstrap.servers",
                        "Endpoint=sb://x.example/;SharedAccessKeyName=root;SharedAccessKey=planted=")))
                .get()
                .asString()
                .startsWith("kafka.bootstrap.servers (KAFKA_BOOTSTRAP_SERVERS)")
                .contains("SharedAccessKey=…")
                .doesNotContain("planted");
    }

    /** The line; empty: all is well. */
    private static Optional<String> problem(Map<String, String> more) {
        var settings = new HashMap<>(COMPLETE);
        settings.putAll(more);
        var config = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredInterceptors()
                .withSources(new PropertiesConfigSource(settings, "test", 300))
                .withMapping(RelayConfig.class)
                .withConverter(Duration.class, 200, new DurationConverter())
                .withConverter(MemorySize.class, 200, new MemorySizeConverter())
                .build();
        var sink =
                new SinkSettings(config.getOptionalValue("K_SINK", String.class), Optional.empty(), Optional.empty());
        var check = new SettingsCheck(
                config.getConfigMapping(RelayConfig.class), sink, config, beans(AzureCredentials.of(config)));
        try {
            check.check();
            return Optional.empty();
        } catch (ConfigurationException e) {
            return Optional.ofNullable(e.getMessage());
        }
    }

    /** As CDI gives them. */
    @SuppressWarnings("unchecked")
    private static Instance<MoreSettings> beans(MoreSettings bean) {
        return (Instance<MoreSettings>) Proxy.newProxyInstance(
                Instance.class.getClassLoader(), new Class<?>[] {Instance.class}, (proxy, method, arguments) -> {
                    if (!method.getName().equals("forEach")) {
                        throw new UnsupportedOperationException(method.toString());
                    }
                    ((Consumer<MoreSettings>) arguments[0]).accept(bean);
                    return null;
                });
    }
}
