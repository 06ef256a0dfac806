package io.segmentrelay.trigger.kafka;

import java.util.ArrayList;
import java.util.List;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.segmentrelay.event.wire.Superseded;

import static org.assertj.core.api.Assertions.assertThat;

class FollowedHandOversTest {

    private final FollowedHandOvers handOvers = new FollowedHandOvers();
    private final List<Long> written = new ArrayList<>();

    @BeforeEach
    void theTopicIsRead() {
        handOvers.begin();
    }

    private UniAssertSubscriber<Void> handOver(long turn) {
        return handOvers
                .counted("a", turn, () -> Uni.createFrom().voidItem().invoke(() -> written.add(turn)))
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create());
    }

    @Test
    void whatIsWrittenCountsWhenItIsReadAsTheLatest() {
        // When
        var handedOver = handOver(3);

        // Then
        assertThat(written).containsExactly(3L);
        handedOver.assertNotTerminated();

        // When
        handOvers.read("b", 3, true);
        handOvers.read("a", 2, true);
        handedOver.assertNotTerminated();
        handOvers.read("a", 3, true);

        // Then
        handedOver.awaitItem();
    }

    @Test
    void whoIsNotTheFirstIsSuperseded() {
        // Given
        var handedOver = handOver(3);

        // When
        handOvers.read("a", 3, false);

        // Then
        handedOver.awaitFailure().assertFailedWith(Superseded.class, "another replica goes on with a");
    }

    @Test
    void ofARepeatedWriteTheFirstCounts() {
        // Given
        var handedOver = handOver(3);

        // When
        handOvers.read("a", 3, true);
        handOvers.read("a", 3, false);

        // Then
        handedOver.awaitItem();
    }

    @Test
    void whereNobodyReadsTheBrokersWordCounts() {
        // When
        var handedOver = new FollowedHandOvers()
                .counted("a", 1, () -> Uni.createFrom().voidItem())
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create());

        // Then
        handedOver.awaitItem();
    }
}
