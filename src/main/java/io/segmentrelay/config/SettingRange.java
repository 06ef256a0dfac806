package io.segmentrelay.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.segmentrelay.config.RelayConfig.FailedSegments;
import io.segmentrelay.config.RelayConfig.IdKind;
import io.segmentrelay.config.RelayConfig.LimitsOf;
import io.segmentrelay.config.RelayConfig.LiveWhen;
import io.segmentrelay.config.RelayConfig.MembersStyle;
import io.segmentrelay.config.RelayConfig.Retire;
import io.segmentrelay.query.QueryMode;

/**
 * What a setting may be, said once: the check at start, the line that ends a start, and the table in docs/operating.md come from it,
 * or are held to it.
 */
public sealed interface SettingRange {

    Words API_VERSION = new Words(
            "relay.dynamics.api-version",
            Pattern.compile("v9\\.\\d"),
            "v9.0 to v9.9",
            "the Web API's version, v9.0 to v9.9");
    Words PUBLISH_ID = Words.oneOf("relay.dynamics.publish-id", IdKind.values());
    Words MEMBERS_STYLE = Words.oneOf("relay.dynamics.members-style", MembersStyle.values());
    Words MEMBERS_ID = Words.oneOf("relay.dynamics.members-id", IdKind.values());
    Words LIMITS = Words.oneOf("relay.dynamics.limits", LimitsOf.values());
    Words LIVE_WHEN = Words.oneOf("relay.live-when", LiveWhen.values());
    Words QUERY_CHECK = Words.oneOf("relay.query-check", QueryMode.values());
    Words KAFKA_ENABLED = Words.bool("relay.kafka.enabled");
    Words HTTP_ENABLED = Words.bool("relay.http.enabled");

    Numbers MAX_CONCURRENCY = new Numbers("relay.dynamics.max-concurrency", 1, 1000);
    Numbers REQUESTS_PER_5_MINUTES = new Numbers("relay.dynamics.requests-per-5-minutes", 5, 1_000_000);
    Durations EXECUTION_TIME_PER_5_MINUTES = new Durations(
            "relay.dynamics.execution-time-per-5-minutes", Duration.ofSeconds(1), Duration.ofDays(1), "such as 18m");
    Durations TIMEOUT =
            new Durations("relay.dynamics.timeout", Duration.ofMillis(100), Duration.ofHours(1), "such as 30s");
    Durations POLL_INTERVAL =
            new Durations("relay.poll.interval", Duration.ofMillis(10), Duration.ofHours(1), "such as 2s");
    Durations POLL_MAX_INTERVAL = new Durations(
            "relay.poll.max-interval",
            POLL_INTERVAL.least(),
            POLL_INTERVAL.most(),
            "not shorter than relay.poll.interval, such as 30s");
    Durations WINDOW = new Durations("relay.window", Duration.ofMillis(100), Duration.ofHours(12), "such as 4m");
    Durations READY_WITHIN =
            new Durations("relay.ready-within", Duration.ofSeconds(1), Duration.ofDays(365), "such as 2h");
    Numbers PAGE_SIZE = new Numbers("relay.page-size", 1, 20_000);
    Numbers MAX_IN_FLIGHT = new Numbers("relay.max-in-flight", 1, 1_000_000);
    Sizes MAX_EVENT_SIZE = new Sizes("relay.max-event-size", 1024, 100 * 1024 * 1024, "such as 1M");
    Words RETIRE = Words.oneOf("relay.retire", Retire.values());
    Words FAILED_SEGMENTS = Words.oneOf("relay.failed-segments", FailedSegments.values());
    Durations FOLLOW_MAX_UNTIL =
            new Durations("relay.follow.max-until", Duration.ofHours(1), Duration.ofDays(3650), "such as 365d");
    /** The least holds the smallest sketch; the most leaves room for the rest of a continuation in Kafka's usual 1 MB. */
    Sizes FOLLOW_MAX_SKETCH = new Sizes("relay.follow.max-sketch", 4 * 1024, 512 * 1024, "such as 64K");
    /** Of the package for AWS Lambda. */
    Sizes MAX_MESSAGE_SIZE = new Sizes("relay.sqs.max-message-size", 64 * 1024, 1024 * 1024, "such as 1M");

    /** All of them, by the names of the settings. */
    Map<String, SettingRange> ALL = Stream.<SettingRange>of(
                    API_VERSION,
                    PUBLISH_ID,
                    MEMBERS_ID,
                    MEMBERS_STYLE,
                    LIMITS,
                    LIVE_WHEN,
                    QUERY_CHECK,
                    KAFKA_ENABLED,
                    HTTP_ENABLED,
                    MAX_CONCURRENCY,
                    REQUESTS_PER_5_MINUTES,
                    EXECUTION_TIME_PER_5_MINUTES,
                    TIMEOUT,
                    POLL_INTERVAL,
                    POLL_MAX_INTERVAL,
                    WINDOW,
                    READY_WITHIN,
                    PAGE_SIZE,
                    MAX_IN_FLIGHT,
                    MAX_EVENT_SIZE,
                    RETIRE,
                    FAILED_SEGMENTS,
                    FOLLOW_MAX_UNTIL,
                    FOLLOW_MAX_SKETCH,
                    MAX_MESSAGE_SIZE)
            .collect(Collectors.toUnmodifiableMap(SettingRange::setting, Function.identity()));

    /** The setting's name. */
    String setting();

    /** The bounds in the way that the setting itself is written, such as {@code 100ms to 1h}. */
    String bounds();

    /** What comes after "it may be". */
    String mayBe();

    /**
     * Words.
     *
     * @param setting its name
     * @param pattern of all of them
     * @param bounds as they are shown
     * @param mayBe the same in a sentence
     */
    record Words(String setting, Pattern pattern, String bounds, String mayBe) implements SettingRange {

        /** The values of an enum, as they are set. */
        static Words oneOf(String setting, Enum<?>... values) {
            var words = Arrays.stream(values)
                    .map(value -> value.name().toLowerCase(Locale.ROOT))
                    .toList();
            var pattern = Pattern.compile(String.join("|", words), Pattern.CASE_INSENSITIVE);
            return new Words(setting, pattern, String.join(", ", words), String.join(" or ", words));
        }

        /** What a boolean converter knows; whatever else there is, it takes for false. */
        static Words bool(String setting) {
            return new Words(
                    setting, Pattern.compile("(?i)true|false|yes|no|on|off|1|0"), "true, false", "true or false");
        }

        /** Whether it may be this. */
        public boolean holds(String value) {
            return pattern.matcher(value).matches();
        }
    }

    /**
     * Whole numbers.
     *
     * @param setting its name
     * @param least that it may be
     * @param most that it may be
     */
    record Numbers(String setting, long least, long most) implements SettingRange {

        /** Whether it may be this. */
        public boolean holds(long value) {
            return value >= least && value <= most;
        }

        @Override
        public String bounds() {
            return "%d to %d".formatted(least, most);
        }

        @Override
        public String mayBe() {
            return "a whole number from " + bounds();
        }
    }

    /**
     * Sizes in bytes.
     *
     * @param setting its name
     * @param least bytes that it may be
     * @param most bytes that it may be
     * @param hint what more there is to say
     */
    record Sizes(String setting, long least, long most, String hint) implements SettingRange {

        private static final int K = 1024;

        /** Whether it may be this many bytes. */
        public boolean holds(long bytes) {
            return bytes >= least && bytes <= most;
        }

        @Override
        public String bounds() {
            return "%s to %s".formatted(written(least), written(most));
        }

        @Override
        public String mayBe() {
            return "a size from %s, %s".formatted(bounds(), hint);
        }

        private static String written(long bytes) {
            return bytes % (K * K) == 0 ? bytes / (K * K) + "M" : bytes / K + "K";
        }
    }

    /**
     * Durations.
     *
     * @param setting its name
     * @param least that it may be
     * @param most that it may be
     * @param hint what more there is to say
     */
    record Durations(String setting, Duration least, Duration most, String hint) implements SettingRange {

        /** Whether it may be this. */
        public boolean holds(Duration value) {
            return value.compareTo(least) >= 0 && value.compareTo(most) <= 0;
        }

        @Override
        public String bounds() {
            return "%s to %s".formatted(written(least), written(most));
        }

        @Override
        public String mayBe() {
            return "a duration from %s, %s".formatted(bounds(), hint);
        }

        private static String written(Duration value) {
            if (value.toMillis() < 1000) {
                return value.toMillis() + "ms";
            }
            if (value.compareTo(Duration.ofDays(1)) > 0) {
                return value.toDays() + "d";
            }
            return value.toSeconds() % 3600 == 0 ? value.toHours() + "h" : value.toSeconds() + "s";
        }
    }
}
