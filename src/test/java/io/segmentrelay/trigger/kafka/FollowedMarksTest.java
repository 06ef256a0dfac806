package io.segmentrelay.trigger.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import io.segmentrelay.event.RequestKey;

import static org.assertj.core.api.Assertions.assertThat;

class FollowedMarksTest {

    private static final UUID SEGMENT = UUID.fromString("6f1c0000-0000-4000-8000-000000000001");
    private static final RequestKey FOLLOWER = new RequestKey("/tests", "a follower");

    private static final Instant START = Instant.parse("2026-01-05T08:00:00Z");

    private final FollowedMarks marks = new FollowedMarks(new FollowedTable());

    @Test
    void countsWhateverItsAge() {
        // Given
        marks.mark(SEGMENT + "/retired", START.minus(Duration.ofDays(30)));

        // Then
        assertThat(marks.isRetired(SEGMENT)).isTrue();
        assertThat(marks.isRetired(FOLLOWER.uuid())).isFalse();
        assertThat(marks.isUnfollowed(SEGMENT, FOLLOWER, Instant.MIN)).isFalse();
        assertThat(marks.size()).isEqualTo(1);
    }

    @Test
    void isHeldForAWeekOrForTwoHoursAndThatLongByWhoeverReadsItLate() {
        assertThat(FollowedMarks.heldFor(SEGMENT + "/retired", START, START)).isEqualTo(Duration.ofDays(7));
        assertThat(FollowedMarks.heldFor(SEGMENT + "/unfollowed", START, START)).isEqualTo(Duration.ofHours(2));
        assertThat(FollowedMarks.heldFor(SEGMENT + "/retired", START, START.plus(Duration.ofDays(6))))
                .isEqualTo(Duration.ofDays(1));
        assertThat(FollowedMarks.heldFor(SEGMENT + "/retired", START, START.plus(Duration.ofDays(30))))
                .as("all replicas were away")
                .isEqualTo(Duration.ofHours(2));
        assertThat(FollowedMarks.heldFor(SEGMENT + "/unfollowed", START, START.plus(Duration.ofHours(12))))
                .isEqualTo(Duration.ofHours(2));
    }

    @Test
    void aTombstoneTakesAMarkBack() {
        // Given
        marks.mark(SEGMENT + "/retired", START);

        // When
        marks.forget(SEGMENT + "/retired");

        // Then
        assertThat(marks.isRetired(SEGMENT)).isFalse();
    }

    @Test
    void whatWasMarkedBeforeAFollowBeganIsNotMeant() {
        // Given
        marks.mark(SEGMENT + "/unfollowed", START);

        // Then
        assertThat(marks.isUnfollowed(SEGMENT, FOLLOWER, START.minusSeconds(1))).isTrue();
        assertThat(marks.isUnfollowed(SEGMENT, FOLLOWER, START)).isFalse();
    }

    @Test
    void aFollowIsEndedByItsSegmentOrByItsRequest() {
        for (var id : new UUID[] {SEGMENT, FOLLOWER.uuid()}) {
            // Given
            var fresh = new FollowedMarks(new FollowedTable());
            var ended = fresh.awaitUnfollowed(SEGMENT, FOLLOWER, START).subscribeAsCompletionStage();
            fresh.mark(UUID.randomUUID() + "/unfollowed", START.plusSeconds(1));
            fresh.mark(id + "/unfollowed", START);
            assertThat(ended).isNotDone();

            // When
            fresh.mark(id + "/unfollowed", START.plusSeconds(1));

            // Then
            assertThat(ended).succeedsWithin(Duration.ofSeconds(5));
            assertThat(fresh.awaitUnfollowed(SEGMENT, FOLLOWER, START).subscribeAsCompletionStage())
                    .succeedsWithin(Duration.ofSeconds(5));
        }
    }
}
