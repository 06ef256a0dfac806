package io.segmentrelay.http;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class RetryAfterTest {

    private static final Instant NOW = Instant.parse("2026-01-05T08:00:00Z");

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "0, PT0S",
                "7, PT7S",
                " 7 , PT7S",
                "0.25, PT0.25S",
                "12.5, PT12.5S",
                "3., PT3S",
                "7200, PT1H",
                "99999999999999999999999, PT1H",
                "\"Mon, 05 Jan 2026 08:00:30 GMT\", PT30S",
                "\"Mon, 05 Jan 2026 07:00:00 GMT\", PT0S",
                "\"Tue, 06 Jan 2026 08:00:00 GMT\", PT1H"
            })
    void readsSecondsAndDates(String header, Duration expected) {
        // When
        var wait = RetryAfter.parse(header, NOW);

        // Then
        assertThat(wait).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1", "1e9", "NaN", "0x10", "Mon, 99 Jan 2026 08:00:30 GMT"})
    void leavesOutWhatIsNeither(String header) {
        // When
        var wait = RetryAfter.parse(header, NOW);

        // Then
        assertThat(wait).isEmpty();
    }
}
