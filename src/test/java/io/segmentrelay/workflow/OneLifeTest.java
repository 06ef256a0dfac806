package io.segmentrelay.workflow;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.smallrye.mutiny.subscription.UniEmitter;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class OneLifeTest {

    private static final UUID KEY = new UUID(1, 1);

    private final OneLife lives = new OneLife();
    private final List<UniEmitter<? super Void>> begun = new ArrayList<>();

    private Uni<Void> life() {
        return Uni.createFrom().emitter(begun::add);
    }

    private UniAssertSubscriber<Void> deliver(UUID key) {
        return lives.live(key, this::life).subscribe().withSubscriber(UniAssertSubscriber.create());
    }

    @Test
    void aRepeatWaitsForTheOneThatLives() {
        // Given
        var first = deliver(KEY);
        var repeat = deliver(KEY);

        // When
        begun.getFirst().complete(null);

        // Then
        assertThat(begun).hasSize(1);
        first.assertCompleted();
        repeat.assertCompleted();
        assertThat(lives.size()).isZero();
    }

    @Test
    void otherRequestsLiveBesideIt() {
        // When
        deliver(KEY);
        deliver(new UUID(2, 2));

        // Then
        assertThat(begun).hasSize(2);
        assertThat(lives.size()).isEqualTo(2);
    }

    @Test
    void aRepeatLivesInItsPlaceWhenItIsCancelled() {
        // Given
        var first = deliver(KEY);
        var repeat = deliver(KEY);

        // When
        first.cancel();
        begun.getLast().complete(null);

        // Then
        assertThat(begun).hasSize(2);
        repeat.assertCompleted();
        assertThat(lives.size()).isZero();
    }

    @Test
    void aCancelledRepeatDisturbsNobody() {
        // Given
        var first = deliver(KEY);
        var repeat = deliver(KEY);

        // When
        repeat.cancel();
        begun.getFirst().complete(null);

        // Then
        assertThat(begun).hasSize(1);
        first.assertCompleted();
    }

    @Test
    void aFailureIsEverybodys() {
        // Given
        var first = deliver(KEY);
        var repeat = deliver(KEY);

        // When
        begun.getFirst().fail(new IllegalStateException("sink"));

        // Then
        first.assertFailedWith(IllegalStateException.class);
        repeat.assertFailedWith(IllegalStateException.class);
        assertThat(lives.size()).isZero();
    }

    @Test
    void whatEndsAtOnceLeavesNothingBehind() {
        // When
        var done = lives.live(KEY, () -> Uni.createFrom().voidItem())
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create());

        // Then
        done.assertCompleted();
        assertThat(lives.size()).isZero();
    }

    @Test
    void livesOnceAmongManyThreads() throws InterruptedException {
        // Given
        var running = new AtomicInteger();
        var most = new AtomicInteger();
        var ended = new CountDownLatch(2_000);
        var executor = Executors.newFixedThreadPool(8);
        Uni<Void> life = Uni.createFrom()
                .voidItem()
                .emitOn(executor)
                .invoke(() -> most.accumulateAndGet(running.incrementAndGet(), Math::max))
                .emitOn(executor)
                .invoke(running::decrementAndGet);

        // When
        for (var i = 0; i < 2_000; i++) {
            executor.execute(() -> lives.live(KEY, () -> life).subscribe().with(done -> ended.countDown()));
        }

        // Then
        assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(most).hasValue(1);
        assertThat(lives.size()).isZero();
        executor.shutdownNow();
    }
}
