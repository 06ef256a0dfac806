package io.segmentrelay.workflow;

import java.time.Duration;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

import static org.assertj.core.api.Assertions.assertThat;

class BackoffTest {

    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30));

    @Property
    void isNeverNothingAndNeverTooLong(
            @ForAll @IntRange(min = 1, max = 1_000_000) int attempt,
            @ForAll @DoubleRange(min = 0, max = 1) double random) {
        assertThat(BACKOFF.delay(attempt, random)).isBetween(Duration.ofMillis(250), Duration.ofSeconds(30));
    }

    @Property
    void growsToItsLimit(@ForAll @IntRange(min = 1, max = 100) int attempt) {
        assertThat(BACKOFF.delay(attempt + 1, 1)).isGreaterThanOrEqualTo(BACKOFF.delay(attempt, 1));
        assertThat(BACKOFF.delay(100, 1)).isEqualTo(Duration.ofSeconds(30));
    }
}
