package io.segmentrelay.config;

import java.time.Duration;

import io.segmentrelay.config.RelayConfig.PollConfig;
import io.segmentrelay.time.Durations;

/**
 * How often waiting segments are asked for.
 *
 * @param first pause of a segment
 * @param longest pause that it grows to, not shorter
 */
public record PollPauses(Duration first, Duration longest) {

    private static final Duration FIRST = Duration.ofSeconds(2);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    /** Of the settings: where only one is set, the other's default gives way to it. */
    public static PollPauses of(PollConfig config) {
        return new PollPauses(
                config.interval()
                        .orElseGet(
                                () -> Durations.min(FIRST, config.maxInterval().orElse(LONGEST))),
                config.maxInterval()
                        .orElseGet(
                                () -> Durations.max(LONGEST, config.interval().orElse(FIRST))));
    }
}
