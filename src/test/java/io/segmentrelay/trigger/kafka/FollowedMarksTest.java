package io.segmentrelay.trigger.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import io.segmentrelay.event.RequestKey;
import io.segmentrelay.time.VirtualTime;

import static org.assertj.core.api.Assertions.assertThat;

class FollowedMarksTest {

    private static final UUID SEGMENT = UUID.fromString("6f1c0000-0000-4000-8000-000000000001");
    private static final RequestKey FOLLOWER = new RequestKey("/tests", "a follower");

    private final VirtualTime time = new VirtualTime();
    private final Instant start = time.now();
    private final FollowedMarks marks = new FollowedMarks(time);

    @Test
    void aRetiredSegmentIsForgottenAfterAWeek() {
        // Given
        marks.mark(SEGMENT + "/retired", start);

        // Then
        assertThat(marks.isRetired(SEGMENT)).isTrue();
        assertThat(marks.isRetired(FOLLOWER.uuid())).isFalse();
        assertThat(marks.isUnfollowed(SEGMENT, FOLLOWER, Instant.MIN)).isFalse();

        // When
        time.advance(Duration.ofDays(7));

        // Then
        assertThat(marks.isRetired(SEGMENT)).isFalse();

        // When
        marks.mark(UUID.randomUUID() + "/unfollowed", time.now());

        // Then
        assertThat(marks.size()).isEqualTo(1);
    }

    @Test
    void aTombstoneTakesAMarkBack() {
        // Given
        marks.mark(SEGMENT + "/retired", start);

        // When
        marks.forget(SEGMENT + "/retired");

        // Then
        assertThat(marks.isRetired(SEGMENT)).isFalse();
    }

    @Test
    void whatWasMarkedBeforeAFollowBeganIsNotMeant() {
        // Given
        marks.mark(SEGMENT + "/unfollowed", start);

        // Then
        assertThat(marks.isUnfollowed(SEGMENT, FOLLOWER, start.minusSeconds(1))).isTrue();
        assertThat(marks.isUnfollowed(SEGMENT, FOLLOWER, start)).isFalse();
    }

    @Test
    void aFollowIsEndedByItsSegmentOrByItsRequest() {
        for (var id : new UUID[] {SEGMENT, FOLLOWER.uuid()}) {
            // Given
            var fresh = new FollowedMarks(time);
            var ended = fresh.awaitUnfollowed(SEGMENT, FOLLOWER, start).subscribeAsCompletionStage();
            fresh.mark(UUID.randomUUID() + "/unfollowed", start.plusSeconds(1));
            fresh.mark(id + "/unfollowed", start);
            assertThat(ended).isNotDone();

            // When
            fresh.mark(id + "/unfollowed", start.plusSeconds(1));

            // Then
            assertThat(ended).succeedsWithin(Duration.ofSeconds(5));
            assertThat(fresh.awaitUnfollowed(SEGMENT, FOLLOWER, start).subscribeAsCompletionStage())
                    .succeedsWithin(Duration.ofSeconds(5));
        }
    }
}
