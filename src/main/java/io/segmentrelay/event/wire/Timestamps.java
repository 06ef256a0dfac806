package io.segmentrelay.event.wire;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Timestamps as RFC 3339 has them and other languages write them: leap seconds, any number of digits, offsets to ±23:59, lower-case
 * {@code t} and {@code z}, a blank for the {@code T}, no seconds where they are zero. {@link OffsetDateTime#parse} knows none of these.
 */
public final class Timestamps {

    private static final Pattern RFC_3339 = Pattern.compile(
            "([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]+))?)?"
                    + "(?:[Zz]|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))");

    private static final int NANO_DIGITS = 9;

    /** What java.time takes for an offset. */
    private static final int MOST_OFFSET_MINUTES = 18 * 60;

    private Timestamps() {}

    /**
     * Reads one. Digits beyond the nanosecond are dropped; a leap second counts as the second before it; an offset that java.time
     * does not have becomes UTC.
     *
     * @throws DateTimeException where it is none
     */
    public static OffsetDateTime parse(String text) {
        var form = RFC_3339.matcher(text);
        if (!form.matches()) {
            throw new DateTimeException("no timestamp of RFC 3339");
        }
        return read(form);
    }

    private static OffsetDateTime read(Matcher form) {
        // Java's own toString leaves out seconds that are zero.
        var second = form.group(6) == null ? 0 : number(form, 6);
        var isLeap = second == 60;
        var local = LocalDateTime.of(
                number(form, 1),
                number(form, 2),
                number(form, 3),
                number(form, 4),
                number(form, 5),
                isLeap ? 59 : second,
                nanos(form.group(7)));
        var offset = offsetMinutes(form);
        var utc = local.minusMinutes(offset);
        if (isLeap && (utc.getHour() != 23 || utc.getMinute() != 59)) {
            throw new DateTimeException("leap seconds end a day of UTC");
        }
        return Math.abs(offset) > MOST_OFFSET_MINUTES
                ? utc.atOffset(ZoneOffset.UTC)
                : local.atOffset(ZoneOffset.ofTotalSeconds(offset * 60));
    }

    private static int offsetMinutes(Matcher form) {
        if (form.group(8) == null) {
            return 0;
        }
        var minutes = number(form, 9) * 60 + number(form, 10);
        return form.group(8).equals("-") ? -minutes : minutes;
    }

    private static int nanos(@Nullable String digits) {
        if (digits == null) {
            return 0;
        }
        var nine = digits.length() > NANO_DIGITS
                ? digits.substring(0, NANO_DIGITS)
                : digits + "0".repeat(NANO_DIGITS - digits.length());
        return Integer.parseInt(nine);
    }

    private static int number(Matcher form, int group) {
        return Integer.parseInt(form.group(group));
    }
}
