package io.segmentrelay.event.codec;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * ISO 8601 durations of fixed length: weeks, days, hours, minutes and seconds, together or alone.
 * {@link Duration#parse} knows neither weeks nor fractions of anything but seconds.
 */
final class IsoDuration {

    private static final String NUMBER = "([0-9]{1,9}(?:[.,][0-9]{1,9})?)";

    private static final Pattern FORM =
            Pattern.compile("P(?=[0-9T])(?:N W)?(?:N D)?(?:T(?=[0-9])(?:N H)?(?:N M)?(?:N S)?)?".replace("N ", NUMBER));

    private static final long[] SECONDS = {604_800, 86_400, 3_600, 60, 1};

    private IsoDuration() {}

    /** The duration, to the nanosecond; empty where the text is of another form. */
    static Optional<Duration> parse(String text) {
        var form = FORM.matcher(text);
        return form.matches() ? Optional.of(sum(form)) : Optional.empty();
    }

    private static Duration sum(Matcher form) {
        var seconds = BigDecimal.ZERO;
        for (var i = 0; i < SECONDS.length; i++) {
            var number = form.group(i + 1);
            if (number != null) {
                var unit = BigDecimal.valueOf(SECONDS[i]);
                seconds = seconds.add(new BigDecimal(number.replace(',', '.')).multiply(unit));
            }
        }
        var whole = seconds.longValue();
        var nanos = seconds.subtract(BigDecimal.valueOf(whole)).movePointRight(9);
        return Duration.ofSeconds(whole, nanos.longValue());
    }
}
