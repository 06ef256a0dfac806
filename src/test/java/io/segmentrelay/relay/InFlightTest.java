package io.segmentrelay.relay;

import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class InFlightTest {

    @Test
    void aPlaceIsLeftOnceHoweverOftenItIsSaid() {
        // Given
        var inFlight = new InFlight(4);
        var place = inFlight.enter(3);
        inFlight.enter(1);
        var rooms = new AtomicInteger();
        inFlight.onRoom(rooms::incrementAndGet);

        // When
        place.leave();
        place.leave();

        // Then
        assertThat(inFlight.count()).isEqualTo(1);
        assertThat(inFlight.hasRoom()).isTrue();
        assertThat(rooms).hasValue(1);
    }

    @Test
    void nobodyIsCalledWhereThereIsStillNoRoom() {
        // Given
        var inFlight = new InFlight(1);
        inFlight.enter(1);
        var place = inFlight.enter(1);
        var rooms = new AtomicInteger();
        inFlight.onRoom(rooms::incrementAndGet);

        // When
        place.leave();

        // Then
        assertThat(inFlight.hasRoom()).isFalse();
        assertThat(rooms).hasValue(0);
    }
}
