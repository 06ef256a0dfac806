package io.segmentrelay.event.codec;

import java.time.Duration;
import java.util.Optional;

/**
 * What a request may ask for beyond {@code ready}, where this relay runs.
 *
 * @param home where its continuations and answers go
 * @param maxUntil {@code relay.follow.max-until}: the longest follow, positive
 * @param maxSketch {@code relay.follow.max-sketch}: characters of the longest sketch that is written into a continuation
 * @param retires whether segments may be deleted ({@code relay.retire} is not {@code off})
 */
public record LifeRules(Home home, Duration maxUntil, int maxSketch, boolean retires) {

    /** On Kafka, as the settings are by default. */
    public static final LifeRules DEFAULTS = new LifeRules(Home.KAFKA, Duration.ofDays(365), 64 * 1024, true);

    /** Where continuations and answers go. */
    public enum Home {
        /** To topics, of which one keeps the followed segments. */
        KAFKA,
        /** To SQS, where a continuation comes back after a delay. */
        SQS,
        /** To an HTTP sink, from where a continuation comes back at once. */
        HTTP
    }

    /** Why {@code follow} is not taken here. */
    Optional<String> noFollow() {
        return home == Home.HTTP
                ? Optional.of("it is not on Knative: what waits for weeks needs Kafka or SQS")
                : Optional.empty();
    }

    /** Why {@code keepFor} is not taken here. */
    Optional<String> noKeepFor() {
        if (home == Home.HTTP) {
            return Optional.of("it is not on Knative: send a retire-requested event when the segment is to go");
        }
        return retires ? Optional.empty() : Optional.of("this relay deletes no segments (relay.retire is off)");
    }

    /** Why a follow cannot be ended early here. */
    Optional<String> noEndOfFollow() {
        return switch (home) {
            case KAFKA -> Optional.empty();
            case SQS -> Optional.of("on SQS a follow ends with its 'until', or when the segment is retired");
            case HTTP -> Optional.of("it is not on Knative: nothing is followed there");
        };
    }
}
