package io.segmentrelay.trace.otel;

import java.util.Map;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class TracingDefaultsTest {

    private static final String DISABLED = "quarkus.otel.sdk.disabled";
    private static final String ENDPOINT = "quarkus.otel.exporter.otlp.endpoint";

    @Test
    void isOffWhereNobodyHasSaidWhereSpansGo() {
        // When
        var config = config(Map.of());

        // Then
        assertThat(config.getValue(DISABLED, Boolean.class)).isTrue();
        assertThat(config.getValue(ENDPOINT, String.class)).isEqualTo("http://localhost:4317/");
    }

    @ParameterizedTest
    @ValueSource(strings = {ENDPOINT, "OTEL_EXPORTER_OTLP_ENDPOINT"})
    void isOnWithAnEndpoint(String name) {
        // When
        var config = config(Map.of(name, "http://collector:4318"));

        // Then
        assertThat(config.getValue(DISABLED, Boolean.class)).isFalse();
        assertThat(config.getValue(ENDPOINT, String.class)).isEqualTo("http://collector:4318");
    }

    @Test
    void isOffWithABlankEndpoint() {
        // When
        var config = config(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", " "));

        // Then
        assertThat(config.getValue(DISABLED, Boolean.class)).isTrue();
    }

    @Test
    void leavesTheLastWordToTheOperator() {
        // When
        var config = config(Map.of(ENDPOINT, "http://collector:4317", DISABLED, "true"));

        // Then
        assertThat(config.getValue(DISABLED, Boolean.class)).isTrue();
    }

    private static SmallRyeConfig config(Map<String, String> set) {
        return new SmallRyeConfigBuilder()
                .withSources(new TracingDefaults())
                .withSources(new PropertiesConfigSource(set, "an operator", 300))
                // As Quarkus has it.
                .withDefaultValue(ENDPOINT, "http://localhost:4317/")
                .build();
    }
}
