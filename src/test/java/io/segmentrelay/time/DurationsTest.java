package io.segmentrelay.time;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DurationsTest {

    private static final Duration SHORT = Duration.ofMillis(-1);
    private static final Duration MIDDLE = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofDays(1);

    @Test
    void takesTheShorterWhicheverComesFirst() {
        assertThat(Durations.min(SHORT, LONG)).isEqualTo(SHORT);
        assertThat(Durations.min(LONG, SHORT)).isEqualTo(SHORT);
    }

    @Test
    void takesTheLongerWhicheverComesFirst() {
        assertThat(Durations.max(SHORT, LONG)).isEqualTo(LONG);
        assertThat(Durations.max(LONG, SHORT)).isEqualTo(LONG);
    }

    @Test
    void holdsAValueWithinItsBounds() {
        assertThat(Durations.clamp(SHORT, MIDDLE, LONG)).isEqualTo(MIDDLE);
        assertThat(Durations.clamp(MIDDLE, SHORT, LONG)).isEqualTo(MIDDLE);
        assertThat(Durations.clamp(LONG, SHORT, MIDDLE)).isEqualTo(MIDDLE);
    }
}
