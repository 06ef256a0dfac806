package io.segmentrelay.trigger.lambda;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.segmentrelay.event.Afterwards;
import io.segmentrelay.event.EndReason;
import io.segmentrelay.event.Follow;
import io.segmentrelay.event.LifeStage;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.RequestKey;
import io.segmentrelay.event.Retirement;
import io.segmentrelay.event.Row;
import io.segmentrelay.event.SegmentFacts;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.Target;
import io.segmentrelay.event.Told;
import io.segmentrelay.event.Wish;

import static org.assertj.core.api.Assertions.assertThat;

class ContinuationDelayTest {

    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final Told TOLD = new Told(4, new UUID(3, 3), "sha", 100, Optional.of(NOW), Optional.empty(), 2);

    @ParameterizedTest
    @CsvSource({
        // age, time left, random, seconds
        "PT0S,    PT2H,   0,   5", // never hot
        "PT39S,   PT2H,   0,   5",
        "PT80S,   PT2H,   0,   10", // an eighth of the age
        "PT80S,   PT2H,   1,   12", // spread over a fifth more
        "PT1H,    PT2H,   0,   450",
        "PT2H,    PT9H,   0,   900", // what SQS allows
        "PT20H,   PT9H,   1,   900",
        "PT1H,    PT30S,  0,   31", // not beyond the deadline
        "PT1H,    PT-5S,  0,   0",
        "PT-10S,  PT2H,   0,   5", // a clock that is behind
    })
    void growsWithTheAgeOfTheStep(Duration age, Duration left, double random, int expected) {
        // When
        var seconds = ContinuationDelay.seconds(NOW.minus(age), NOW.plus(left), NOW, random);

        // Then
        assertThat(seconds).isEqualTo(expected);
    }

    @Test
    void takesFewDeliveriesToWaitForHours() {
        // Given
        var age = Duration.ZERO;
        var deliveries = 0;

        // When
        while (age.compareTo(Duration.ofHours(20)) < 0) {
            age = age.plusSeconds(
                    5 + ContinuationDelay.seconds(NOW.minus(age), NOW.plus(Duration.ofDays(1)), NOW, 0.5));
            deliveries++;
        }

        // Then
        assertThat(deliveries).isBetween(60, 130);
    }

    @ParameterizedTest
    @CsvSource({
        // between two computations, time until the end, random, seconds
        "PT15M,  P1D,    0,   225", // four looks between two computations
        "PT15M,  P1D,    1,   270", // spread over a fifth more
        "PT2M,   P1D,    0,   60", // not every 30 seconds
        "PT2M,   P1D,    0.5, 66",
        "PT59M,  P1D,    0,   885",
        "PT2H,   P1D,    0,   900", // what SQS allows
        "PT2H,   P1D,    1,   900",
        ",       P1D,    0,   900", // where nobody says how often
        "PT15M,  PT30S,  0,   31", // not beyond the end
        "PT15M,  PT0S,   0,   1",
        "PT15M,  PT-5S,  0,   0",
    })
    void aFollowLooksAsOftenAsItsSegmentIsComputed(Duration interval, Duration left, double random, int expected) {
        // When
        var byFollow = ContinuationDelay.seconds(
                followed(new LifeStage.Following(TOLD), Duration.ZERO, interval, left, Optional.empty()), NOW, random);
        var byRetirement = ContinuationDelay.seconds(
                followed(
                        new LifeStage.Following(TOLD),
                        Duration.ZERO,
                        interval,
                        Duration.ofDays(30),
                        Optional.of(NOW.plus(left))),
                NOW,
                random);

        // Then: whichever comes first
        assertThat(byFollow).isEqualTo(expected);
        assertThat(byRetirement).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        // time until it is to be deleted, seconds
        "P7D,   900",
        "PT15M, 900",
        "PT90S, 91",
        "PT-1S, 0",
    })
    void whatIsKeptIsLookedAtWhenItIsDue(Duration left, int expected) {
        // When
        var seconds = ContinuationDelay.seconds(
                followed(
                        new LifeStage.Keeping(),
                        Duration.ofDays(3),
                        null,
                        Duration.ofDays(30),
                        Optional.of(NOW.plus(left))),
                NOW,
                1);

        // Then
        assertThat(seconds).isEqualTo(expected);
    }

    static Stream<LifeStage> stagesThatPass() {
        return Stream.of(
                new LifeStage.Beginning(NOW, Optional.empty(), Set.of()),
                new LifeStage.Telling(TOLD, new UUID(2, 2), false, NOW),
                new LifeStage.Ending(TOLD, EndReason.UNFOLLOWED),
                new LifeStage.Retiring(new Retirement(Row.SEGMENT, false), Optional.empty()));
    }

    @ParameterizedTest
    @MethodSource("stagesThatPass")
    void whatHasJustComeSoFarGoesOnAtOnceAndWaitsWhereSomethingIsInTheWay(LifeStage stage) {
        // Given
        var ages = Stream.of("PT0S", "PT4S", "PT5S", "PT80S", "PT20H").map(Duration::parse);

        // When
        var seconds = ages.map(age -> ContinuationDelay.seconds(
                followed(stage, age, Duration.ofMinutes(15), Duration.ofSeconds(1), Optional.of(NOW)), NOW, 0));

        // Then: the end of a follow is no reason to come back sooner, nor never
        assertThat(seconds).containsExactly(0, 0, 5, 10, 900);
    }

    private static RelayEvent.Followed followed(
            LifeStage stage, Duration age, @Nullable Duration interval, Duration untilEnd, Optional<Instant> retireAt) {
        var segment = new UUID(1, 1);
        var follow = new Follow(NOW.minus(Duration.ofDays(1)), NOW.plus(untilEnd), Follow.Deliver.CHANGES);
        var request = new SegmentRequest(
                new RequestKey("/tests", "followed"),
                new Wish.Members(new Target.Segment(segment)),
                new Afterwards(Optional.of(follow), Optional.empty()),
                NOW.minus(Duration.ofDays(1)),
                NOW,
                Optional.empty(),
                Set.of());
        return new RelayEvent.Followed(
                request,
                segment,
                new UUID(1, 2),
                new SegmentFacts("Followed", "contact", Optional.ofNullable(interval)),
                3,
                NOW.minus(age),
                retireAt,
                stage);
    }
}
