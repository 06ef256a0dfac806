package io.segmentrelay.http;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** The header {@code Retry-After} (RFC 9110, section 10.2.3). */
public final class RetryAfter {

    /** The longest that is believed: whatever a server says, it is asked again after an hour. */
    public static final Duration MAX = Duration.ofHours(1);

    private static final int MAX_LENGTH = 64;

    private RetryAfter() {}

    /**
     * How long to wait.
     *
     * @param header seconds, which Dataverse may send with decimals, or a date
     * @param now what a date is measured from: the answer's own {@code Date}, as clocks differ, or the own clock
     * @return 0 to {@link #MAX}; empty where the header is none of these
     */
    public static Optional<Duration> parse(String header, Instant now) {
        var text = header.strip();
        if (text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        var wait = text.matches("[0-9]+([.][0-9]*)?")
                ? seconds(text)
                : date(text).map(date -> Duration.between(now, date));
        return wait.map(RetryAfter::bounded);
    }

    /** A date as HTTP writes it. */
    public static Optional<Instant> date(String text) {
        try {
            return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text.strip())));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<Duration> seconds(String text) {
        var seconds = new BigDecimal(text.endsWith(".") ? text + "0" : text).min(BigDecimal.valueOf(MAX.toSeconds()));
        return Optional.of(Duration.ofNanos(seconds.movePointRight(9).longValue()));
    }

    private static Duration bounded(Duration wait) {
        if (wait.isNegative()) {
            return Duration.ZERO;
        }
        return wait.compareTo(MAX) > 0 ? MAX : wait;
    }
}
