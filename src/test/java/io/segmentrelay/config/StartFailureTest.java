package io.segmentrelay.config;

import java.net.BindException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import io.quarkus.runtime.QuarkusBindException;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class StartFailureTest {

    private static String line(Map<String, String> settings) {
        var all = new HashMap<>(Map.of("relay.dynamics.url", "https://contoso.example", "relay.kafka.enabled", "true"));
        all.putAll(settings);
        var failure = Assertions.catchThrowableOfType(
                ConfigValidationException.class,
                () -> new SmallRyeConfigBuilder()
                        .withDefaultValues(all)
                        .withMapping(RelayConfig.class)
                        .withConverter(Duration.class, 200, new io.quarkus.runtime.configuration.DurationConverter())
                        .withConverter(
                                io.quarkus.runtime.configuration.MemorySize.class,
                                200,
                                new io.quarkus.runtime.configuration.MemorySizeConverter())
                        .build());
        return StartFailure.line(failure);
    }

    @Test
    void saysNoPasswordThatIsInAValue() {
        assertThat(StartFailure.line(new ConfigurationException(
                        "relay.dynamics.url is \"https://user:planted@contoso.example\": it must be an URL")))
                .isEqualTo("Not started: relay.dynamics.url is \"https://***@contoso.example\": it must be an URL");
    }

    @ParameterizedTest
    @CsvSource({
        "relay.window, 5x, a duration from 100ms to 12h",
        "relay.page-size, many, a whole number from 1 to 20000",
        "relay.dynamics.limits, replica, group or process",
        "relay.live-when, soon, computed or live",
        "relay.dynamics.members-style, lists, inline or groups",
        "relay.dynamics.publish-id, row, segment or definition",
        "relay.max-event-size, big, a size from 1K to 100M",
        "relay.dynamics.requests-per-5-minutes, x, a whole number from 5",
    })
    void namesTheWrongSettingAndWhatItMayBe(String name, String value, String mayBe) {
        // When
        var line = line(Map.of(name, value));

        // Then
        assertThat(line).contains(name, '"' + value + '"', mayBe).doesNotContain("\n");
    }

    @Test
    void namesTheMissingSetting() {
        // When
        var line = line(Map.of("relay.dynamics.url", ""));

        // Then
        assertThat(line)
                .contains("relay.dynamics.url (RELAY_DYNAMICS_URL) is missing", "https://contoso.crm4.dynamics.com")
                .doesNotContain("\n");
    }

    @Test
    void leavesOutTheCredentialsOfAnAddress() {
        // When
        var line = line(Map.of("relay.dynamics.url", "https://user:plan ted@contoso.example"));

        // Then
        assertThat(line)
                .contains("relay.dynamics.url (", "https://***@contoso.example")
                .doesNotContain("plan ted");
    }

    @Test
    void namesSeveralInOneLine() {
        // When
        var line = line(Map.of("relay.window", "5x", "relay.page-size", "many"));

        // Then
        assertThat(line).contains("relay.window", "relay.page-size").doesNotContain("\n");
    }

    @Test
    void saysWhatTheChecksSay() {
        // When
        var line = StartFailure.line(new IllegalStateException(new ConfigurationException("K_SINK is wrong")));

        // Then
        assertThat(line).isEqualTo("Not started: K_SINK is wrong");
    }

    @Test
    void hasALineForWhateverElse() {
        assertThat(StartFailure.line(new RuntimeException(new IllegalStateException("port 8080\nis in use"))))
                .isEqualTo("Not started: port 8080 is in use");
        assertThat(StartFailure.line(new NullPointerException())).startsWith("Not started: ");
    }

    @Test
    void saysHowToChooseAnotherPort() {
        // Given
        var failure = new RuntimeException(new QuarkusBindException("0.0.0.0", 8080, new BindException()));

        // When
        var line = StartFailure.line(failure);

        // Then
        assertThat(line)
                .startsWith("Not started: port 8080 is taken")
                .contains("quarkus.http.port", "QUARKUS_HTTP_PORT");
    }
}
