package io.segmentrelay.dynamics.limits;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class LearnedLimitTest {

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final LearnedLimit limit = new LearnedLimit();

    @Test
    void aRefusalCutsToBelowWhatWasUsed() {
        limit.refused(0, 0.8, 0);
        assertThat(limit.factor(0)).isEqualTo(0.72, within(1e-9));
    }

    @Test
    void whereLittleWasUsedItIsOthersDoingAndTheCutIsSmall() {
        limit.refused(0, 0.01, 0);
        assertThat(limit.factor(0)).isEqualTo(0.9, within(1e-9));
    }

    @Test
    void whereMoreWasUsedThanSetItIsCutAllTheSame() {
        limit.refused(0, 1.3, 0);
        assertThat(limit.factor(0)).isEqualTo(0.9, within(1e-9));
    }

    @Test
    void itGrowsBackFromWhenCallsGoOn() {
        limit.refused(0, 1, 10 * MINUTE);
        assertThat(limit.factor(10 * MINUTE)).isEqualTo(0.9, within(1e-9));
        assertThat(limit.factor(12 * MINUTE + MINUTE / 2)).isEqualTo(0.95, within(1e-9));
        assertThat(limit.factor(60 * MINUTE)).isEqualTo(1);
    }

    @Test
    void somethingIsAlwaysTried() {
        for (var i = 0; i < 50; i++) {
            limit.refused(0, 0, 0);
        }
        assertThat(limit.factor(0)).isEqualTo(0.05, within(1e-9));
    }
}
