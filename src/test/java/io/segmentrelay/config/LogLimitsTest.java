package io.segmentrelay.config;

import java.util.Map;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class LogLimitsTest {

    private static SmallRyeConfig config(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withInterceptors(new LogLimits())
                .withSources(new PropertiesConfigSource(settings, "test", 300))
                .build();
    }

    private static String value(String name, String value) {
        return config(Map.of(name, value, "deep", "TRACE")).getConfigValue(name).getValue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "quarkus.log.level",
                "quarkus.log.category.\"io.quarkus.oidc\".level",
                "quarkus.log.category.\"io.quarkus.oidc\".min-level",
                "quarkus.log.category.\"io.netty.handler.logging\".level",
                "quarkus.log.category.netty.level",
                "quarkus.log.category.\"io.segmentrelayed\".level"
            })
    void librariesSayNothingBelowInfo(String name) {
        for (var deep : new String[] {"TRACE", "debug", " FINE ", "ALL", "CONFIG", "400", "${deep}"}) {
            assertThat(value(name, deep)).as(deep).isEqualTo("INFO");
        }
        for (var other : new String[] {"INFO", "WARN", "off", "inherit", "1000"}) {
            assertThat(value(name, other)).isEqualTo(other);
        }
    }

    @ParameterizedTest
    @CsvSource({"io.segmentrelay, TRACE", "io.segmentrelay.progress, DEBUG"})
    void theRelayItselfMaySpeak(String category, String level) {
        assertThat(value("quarkus.log.category.\"%s\".level".formatted(category), level))
                .isEqualTo(level);
    }

    @Test
    void theRootsLevelIsTheRelaysToo() {
        // Given
        var config = config(
                Map.of("quarkus.log.level", "DEBUG", "quarkus.log.category.\"io.segmentrelay\".level", "inherit"));

        // Then
        assertThat(config.getConfigValue("quarkus.log.category.\"io.segmentrelay\".level")
                        .getValue())
                .isEqualTo("DEBUG");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "quarkus.log.console.filter",
                "quarkus.log.file.filter",
                "quarkus.log.syslog.filter",
                "quarkus.log.socket.filter",
                "quarkus.log.handler.file.\"mine\".filter",
                "quarkus.log.handler.console.mine.filter"
            })
    void everyHandlerHasTheFilter(String name) {
        assertThat(value(name, "another")).isEqualTo("relay-log");
        assertThat(config(Map.of()).getConfigValue(name).getValue()).isEqualTo("relay-log");
    }
}
