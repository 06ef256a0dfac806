package io.segmentrelay.dynamics.limits;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class CallLimitsTest {

    @ParameterizedTest
    @CsvSource({
        // requests in five minutes, execution time that goes with them
        "5, PT18M",
        "5400, PT18M",
        "10800, PT36M",
        "1000000, PT55H33M20S",
    })
    void theUsualExecutionTimeGrowsWithRequestsBeyondTheUsual(int requests, Duration time) {
        assertThat(CallLimits.usualExecutionTime(requests)).isEqualTo(time);
    }
}
