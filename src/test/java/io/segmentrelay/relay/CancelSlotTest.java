package io.segmentrelay.relay;

import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CancelSlotTest {

    private final AtomicInteger cancelled = new AtomicInteger();

    private final CancelSlot slot = new CancelSlot();

    @Test
    void whatHasBegunIsCancelled() {
        // Given
        slot.runs(cancelled::incrementAndGet);
        assertThat(cancelled).hasValue(0);

        // When
        slot.cancel();

        // Then
        assertThat(cancelled).hasValue(1);
    }

    @Test
    void whatBeginsTooLateIsCancelledAtOnce() {
        // Given
        slot.cancel();

        // When
        slot.runs(cancelled::incrementAndGet);

        // Then
        assertThat(cancelled).hasValue(1);
    }
}
