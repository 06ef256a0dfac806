package io.segmentrelay.trigger.lambda;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class ContinuationDelayTest {

    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

    @ParameterizedTest
    @CsvSource({
        // age, time left, random, seconds
        "PT0S,    PT2H,   0,   5", // never hot
        "PT39S,   PT2H,   0,   5",
        "PT80S,   PT2H,   0,   10", // an eighth of the age
        "PT80S,   PT2H,   1,   12", // spread over a fifth more
        "PT1H,    PT2H,   0,   450",
        "PT2H,    PT9H,   0,   900", // what SQS allows
        "PT20H,   PT9H,   1,   900",
        "PT1H,    PT30S,  0,   31", // not beyond the deadline
        "PT1H,    PT-5S,  0,   0",
        "PT-10S,  PT2H,   0,   5", // a clock that is behind
    })
    void growsWithTheAgeOfTheStep(Duration age, Duration left, double random, int expected) {
        // When
        var seconds = ContinuationDelay.seconds(NOW.minus(age), NOW.plus(left), NOW, random);

        // Then
        assertThat(seconds).isEqualTo(expected);
    }

    @Test
    void takesFewDeliveriesToWaitForHours() {
        // Given
        var age = Duration.ZERO;
        var deliveries = 0;

        // When
        while (age.compareTo(Duration.ofHours(20)) < 0) {
            age = age.plusSeconds(
                    5 + ContinuationDelay.seconds(NOW.minus(age), NOW.plus(Duration.ofDays(1)), NOW, 0.5));
            deliveries++;
        }

        // Then
        assertThat(deliveries).isBetween(60, 130);
    }
}
