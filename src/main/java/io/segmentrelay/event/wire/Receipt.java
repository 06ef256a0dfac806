package io.segmentrelay.event.wire;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When the relay was handed an event: what its transport says, and when it was read.
 *
 * <p>A transport's time stamp must count, or a record that is read again would have a new deadline. But producers set it: in seconds
 * instead of milliseconds, to zero, to what a copied record had years ago. Such a request would be dead on arrival.
 *
 * @param stamped what the transport says, never after {@code readAt}; empty where it says nothing that can be right
 * @param readAt when it was read
 */
public record Receipt(Optional<Instant> stamped, Instant readAt) {

    /**
     * A request that is over by its time stamp is believed to be late for so long, and after that to be stamped wrongly: longer
     * than brokers keep records unless told to (Kafka 7 days), and than most outages.
     */
    static final Duration MOST_DELAY = Duration.ofDays(7);

    /** Clocks differ; a time stamp that is ahead by more is wrong. */
    static final Duration MOST_AHEAD = Duration.ofHours(1);

    /** Of a transport that has no time stamps of its own: what was read now was handed over now. */
    public static Receipt at(Instant now) {
        return new Receipt(Optional.of(now), now);
    }

    /**
     * Of a transport's time stamp.
     *
     * @param millis since 1970; zero or less where there is none
     */
    public static Receipt stamped(long millis, Instant now) {
        if (millis <= 0) {
            return new Receipt(Optional.empty(), now);
        }
        var stamp = Instant.ofEpochMilli(millis);
        if (stamp.isAfter(now)) {
            return new Receipt(Optional.of(now).filter(n -> !stamp.isAfter(n.plus(MOST_AHEAD))), now);
        }
        return new Receipt(Optional.of(stamp), now);
    }

    /** From when a deadline counts that is so far away; empty where the time stamp cannot be right: then {@code readAt} is all there is. */
    public Optional<Instant> countsFrom(Duration within) {
        return stamped.filter(stamp -> stamp.plus(within).isAfter(readAt) || !stamp.isBefore(readAt.minus(MOST_DELAY)));
    }
}
