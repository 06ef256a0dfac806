package io.segmentrelay.config;

import java.time.Duration;
import java.util.Optional;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class PollPausesTest {

    private record Poll(Optional<Duration> interval, Optional<Duration> maxInterval) implements RelayConfig.PollConfig {
        static Poll of(String interval, String maxInterval) {
            return new Poll(seconds(interval), seconds(maxInterval));
        }

        private static Optional<Duration> seconds(String text) {
            return Optional.of(text)
                    .filter(set -> !set.equals("-"))
                    .map(Long::valueOf)
                    .map(Duration::ofSeconds);
        }
    }

    @ParameterizedTest
    @CsvSource({"-,-, 2,30", "5,-, 5,30", "60,-, 60,60", "-,1, 1,1", "-,90, 2,90", "3,4, 3,4", "9,4, 9,4"})
    void theDefaultOfTheOneGivesWayToTheOther(String interval, String maxInterval, long first, long longest) {
        // When
        var pauses = PollPauses.of(Poll.of(interval, maxInterval));

        // Then
        assertThat(pauses).isEqualTo(new PollPauses(Duration.ofSeconds(first), Duration.ofSeconds(longest)));
    }
}
