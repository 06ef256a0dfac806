package io.segmentrelay.workflow;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What comes after an outcome is told, before its delivery is acknowledged.
 *
 * @param next the state to be handed over; absent where the request has ended
 * @param forget the keys under which nothing is to be kept any more
 */
public record After(Optional<SegmentTask> next, List<String> forget) {

    /** Nothing: the request has ended. */
    static final After NOTHING = new After(Optional.empty(), List.of());

    /** The request goes on. */
    static After on(SegmentTask next) {
        return new After(Optional.of(next), List.of());
    }

    /** The request goes on, or its life is over. */
    static After onOrOver(Optional<SegmentTask> next, Life life) {
        return next.map(After::on).orElseGet(() -> over(life));
    }

    /** The request's life is over. */
    static After over(Life life) {
        return new After(Optional.empty(), List.of(life.mailboxKey()));
    }

    /** The same, and something else is not to be kept any more either. */
    After forgetting(String key) {
        return new After(next, Stream.concat(forget.stream(), Stream.of(key)).toList());
    }
}
