package io.segmentrelay.trigger.kafka;

import java.util.Optional;
import java.util.regex.Pattern;

import io.segmentrelay.dynamics.limits.Reservation;

/**
 * What is said beside a partition's committed position: what behind it is handed over, and, where replicas share the limits, what is
 * reserved of the partition's part of them. Its form is {@code 1:<ranges>}, or {@code 2:<replica>,<budget>,<concurrency>:<ranges>}.
 *
 * @param handedOver behind the position
 * @param reserved of the limits; empty where they are not shared
 */
record CommitMetadata(OffsetRanges handedOver, Optional<Reserved> reserved) {

    /**
     * What is reserved of a partition's part of the limits.
     *
     * @param replica who reserves it
     * @param reservation what others had of it before included
     */
    record Reserved(String replica, Reservation reservation) {

        /** Nobody has written anything. */
        static final Reserved NOTHING = new Reserved("", Reservation.NONE);

        /** What is written could not be read. */
        static final Reserved UNKNOWN = new Reserved("", Reservation.ALL);
    }

    private static final String RANGES_ONLY = "1:";
    private static final Pattern WITH_RESERVATION = Pattern.compile("2:([0-9a-f]{1,36}),(\\d{1,3}),(\\d{1,3}):(.*)");

    /** For a commit of this position. */
    String text(long position) {
        var ranges = handedOver.text(position);
        return reserved.map(each -> "2:%s,%d,%d:%s"
                        .formatted(
                                each.replica(),
                                each.reservation().budget(),
                                each.reservation().concurrency(),
                                ranges))
                .orElseGet(() -> ranges.isEmpty() ? "" : RANGES_ONLY + ranges);
    }

    /** What {@link #text} wrote; nothing where it was written by somebody else. */
    static CommitMetadata of(long position, String text) {
        if (text.startsWith(RANGES_ONLY)) {
            return new CommitMetadata(
                    OffsetRanges.of(position, text.substring(RANGES_ONLY.length())), Optional.empty());
        }
        var match = WITH_RESERVATION.matcher(text);
        if (!match.matches()) {
            return new CommitMetadata(new OffsetRanges(), Optional.empty());
        }
        return new CommitMetadata(
                OffsetRanges.of(position, match.group(4)),
                percent(match.group(2))
                        .flatMap(budget -> percent(match.group(3))
                                .map(concurrency ->
                                        new Reserved(match.group(1), new Reservation(budget, concurrency)))));
    }

    private static Optional<Integer> percent(String text) {
        return Optional.of(Integer.parseInt(text)).filter(number -> number <= 100);
    }
}
