package io.segmentrelay.config;

import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class SinkSettingsTest {

    private static SinkSettings overrides(String json) {
        return new SinkSettings(Optional.empty(), Optional.of(json), Optional.empty());
    }

    @Test
    void readsTheExtensionsOfKnative() {
        // When
        var settings = overrides("{\"extensions\":{\"tenant\":\"a b\",\"count\":5}}");

        // Then
        assertThat(settings.problems()).isEmpty();
        assertThat(settings.extensions()).isEqualTo(Map.of("tenant", "a b", "count", "5"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{}", "{\"extensions\":null}", "{\"extensions\":{}}"})
    void nothingToOverrideIsNoFault(String json) {
        assertThat(overrides(json).problems()).isEmpty();
        assertThat(overrides(json).extensions()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = ';',
            value = {
                "{; may be JSON such as",
                "[]; may be JSON such as",
                "\"x\"; may be JSON such as",
                "{\"extensions\":[]}; may be JSON such as",
                "{\"extensions\":{\"My-Tenant\":\"x\"}}; \"My-Tenant\": an extension's name has a to z and 0 to 9 only",
                "{\"extensions\":{\"source\":\"/x\"}}; \"source\": an extension's name",
                "{\"extensions\":{\"\":\"x\"}}; an extension's name",
                "{\"extensions\":{\"tenant\":{}}}; whose value must be a text",
                "{\"extensions\":{\"tenant\":null}}; whose value must be a text",
            })
    void saysWhatIsWrongInOneLine(String json, String line) {
        assertThat(overrides(json).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem)
                        .startsWith("K_CE_OVERRIDES ")
                        .contains(line)
                        .doesNotContain("\n"));
    }

    @Test
    void authoritiesMustBeCertificates() {
        // Given
        var settings = new SinkSettings(Optional.empty(), Optional.empty(), Optional.of("no certificate"));

        // Then
        assertThat(settings.problems()).singleElement().asString().startsWith("K_CA_CERTS ");
    }
}
