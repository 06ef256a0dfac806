package io.segmentrelay.time;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class VirtualTimeTest {

    private final VirtualTime time = new VirtualTime();
    private final Instant begin = time.now();
    private final ArrayList<String> fired = new ArrayList<>();

    @Test
    void firesWhatIsDueInOrderEachAtItsOwnTime() {
        // Given
        on(Duration.ofSeconds(3), "third");
        on(Duration.ofSeconds(1), "first");
        on(Duration.ofSeconds(1), "second");
        on(Duration.ofSeconds(9), "never");

        // When
        time.advance(Duration.ofSeconds(5));

        // Then
        assertThat(fired).containsExactly("first@1", "second@1", "third@3");
        assertThat(time.now()).isEqualTo(begin.plusSeconds(5));
        assertThat(time.timers()).isEqualTo(1);
    }

    @Test
    void firesWhatATimerSetsUp() {
        // Given
        time.after(Duration.ofSeconds(1)).subscribe().with(ignored -> on(Duration.ofSeconds(1), "nested"));

        // When
        time.advance(Duration.ofSeconds(2));

        // Then
        assertThat(fired).containsExactly("nested@2");
    }

    @Test
    void aCancelledTimerIsGone() {
        // Given
        var timer = time.after(Duration.ofSeconds(1)).subscribe().with(ignored -> fired.add("cancelled"));

        // When
        timer.cancel();

        // Then
        assertThat(time.timers()).isZero();
        assertThat(time.advanceToNextTimer()).isFalse();
        assertThat(fired).isEmpty();
    }

    private void on(Duration delay, String name) {
        time.after(delay)
                .subscribe()
                .with(ignored -> fired.add(
                        name + "@" + Duration.between(begin, time.now()).toSeconds()));
    }
}
