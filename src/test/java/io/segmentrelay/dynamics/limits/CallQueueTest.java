package io.segmentrelay.dynamics.limits;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CallQueueTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final Duration WINDOW = Duration.ofSeconds(10);

    @Test
    void whatIsNearerToItsEndGoesFirstAndWhoCameFirstAmongEquals() {
        // Given
        var queue = queue(100, 100);
        queue.add(CallPriority.CREATE_DEFINITION, "definition 1");
        queue.add(CallPriority.CREATE_DEFINITION, "definition 2");
        queue.add(CallPriority.CREATE_SEGMENT, "segment");
        queue.add(CallPriority.MEMBERS, "members");
        queue.add(CallPriority.PUBLISH, "publish");

        // When
        var order = admitted(queue, 0);

        // Then
        assertThat(order).containsExactly("members", "publish", "segment", "definition 1", "definition 2");
        assertThat(queue.underWay()).isEqualTo(5);
        assertThat(queue.waiting()).isZero();
    }

    @Test
    void pollsGoFirstWithinTheirShareButNeverTwoInARow() {
        // Given: a fifth of thirteen
        var queue = queue(100, 13);
        for (var i = 1; i <= 4; i++) {
            queue.add(CallPriority.POLL, "poll " + i);
            queue.add(CallPriority.MEMBERS, "members " + i);
        }

        // When
        var order = admitted(queue, 0);

        // Then
        assertThat(order)
                .containsExactly(
                        "poll 1", "members 1", "poll 2", "members 2", "members 3", "members 4", "poll 3", "poll 4");
    }

    @Test
    void aPlaceThatIsLeftIsTheNextOnes() {
        // Given
        var queue = queue(1, 100);
        queue.add(CallPriority.PUBLISH, "first");
        queue.add(CallPriority.PUBLISH, "second");

        // When
        var first = admitted(queue, 0);

        // Then
        assertThat(first).containsExactly("first");
        assertThat(queue.nextStart(0)).as("only the end of a call lets one in").isEmpty();
        queue.ended(0, "first");
        assertThat(admitted(queue, 0)).containsExactly("second");
    }

    @Test
    void whoLeftTheQueueIsNotLetIn() {
        // Given
        var queue = queue(1, 100);
        queue.add(CallPriority.PUBLISH, "gone");
        queue.add(CallPriority.PUBLISH, "there");

        // When
        queue.remove(CallPriority.PUBLISH, "gone");

        // Then
        assertThat(admitted(queue, 0)).containsExactly("there");
    }

    @Test
    void aBudgetThatIsSpentSaysWhenTheNextMayStart() {
        // Given
        var queue = queue(100, 2);
        Stream.of("1", "2", "3").forEach(call -> queue.add(CallPriority.PUBLISH, call));

        // When
        var now = admitted(queue, SECOND);
        var second = queue.nextStart(SECOND).orElseThrow();

        // Then
        assertThat(now).containsExactly("1", "2");
        assertThat(queue.budgets().requestsLeft(SECOND)).isZero();
        assertThat(second).isBetween(SECOND + WINDOW.toNanos(), SECOND + WINDOW.toNanos() + SECOND);
        assertThat(admitted(queue, second - 1)).isEmpty();
        assertThat(admitted(queue, second)).containsExactly("3");
    }

    @Test
    void aPauseKeepsAllOutUntilItIsOver() {
        // Given
        var queue = queue(100, 100);
        queue.add(CallPriority.MEMBERS, "members");

        // When
        queue.throttled(0, Optional.of(Duration.ofSeconds(3)), Optional.empty());

        // Then
        assertThat(queue.pausedUntil(0)).hasValue(3 * SECOND);
        assertThat(queue.nextStart(0)).hasValue(3 * SECOND);
        assertThat(admitted(queue, 3 * SECOND - 1)).isEmpty();
        assertThat(admitted(queue, 3 * SECOND)).containsExactly("members");
        assertThat(queue.pausedUntil(3 * SECOND)).isEmpty();
    }

    @Test
    void thePauseAndTheBudgetHaveBothToBeOver() {
        // Given
        var queue = queue(100, 1);
        queue.add(CallPriority.MEMBERS, "1");
        queue.add(CallPriority.MEMBERS, "2");
        admitted(queue, 0);

        // When
        queue.throttled(0, Optional.of(Duration.ofSeconds(30)), Optional.empty());

        // Then
        assertThat(queue.nextStart(0)).hasValue(30 * SECOND);
    }

    @Test
    void whereNobodyWaitsNothingIsToCome() {
        // Given
        var queue = queue(1, 1);

        // When
        queue.throttled(0, Optional.empty(), Optional.empty());

        // Then
        assertThat(queue.nextStart(0)).isEmpty();
    }

    private static CallQueue<String> queue(int concurrency, int requests) {
        return new CallQueue<>(new CallLimits(concurrency, requests, Duration.ofDays(1)), WINDOW, new Share.Whole());
    }

    private static List<String> admitted(CallQueue<String> queue, long now) {
        return Stream.generate(() -> queue.admit(now))
                .takeWhile(Optional::isPresent)
                .map(Optional::orElseThrow)
                .toList();
    }
}
