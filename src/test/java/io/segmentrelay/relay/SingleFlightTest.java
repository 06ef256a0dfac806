package io.segmentrelay.relay;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.smallrye.mutiny.subscription.UniEmitter;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SingleFlightTest {

    private static final String KEY = "one";

    private final SingleFlight lives = new SingleFlight();
    private final List<UniEmitter<? super Optional<String>>> begun = new ArrayList<>();

    private Uni<Optional<String>> life() {
        return Uni.createFrom().emitter(begun::add);
    }

    private UniAssertSubscriber<Void> deliver(String key) {
        return deliver(key, "event");
    }

    private UniAssertSubscriber<Void> deliver(String key, String eventId) {
        return lives.live(key, eventId, this::life).subscribe().withSubscriber(UniAssertSubscriber.create());
    }

    @Test
    void aRepeatWaitsForTheOneThatLives() {
        // Given
        var first = deliver(KEY);
        var repeat = deliver(KEY);

        // When
        begun.getFirst().complete(Optional.empty());

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
        deliver("other");

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
        begun.getLast().complete(Optional.empty());

        // Then
        assertThat(begun).hasSize(2);
        repeat.assertCompleted();
        assertThat(lives.size()).isZero();
    }

    @Test
    void aContinuationThatIsBackBeforeItsHandOverEndsLivesAfterIt() {
        // Given
        var first = deliver(KEY, "request");
        var repeat = deliver(KEY, "request");
        var older = deliver(KEY, "older continuation");
        var continuation = deliver(KEY, "continuation");

        // When
        begun.getFirst().complete(Optional.of("continuation"));

        // Then
        first.assertCompleted();
        repeat.assertCompleted();
        older.assertCompleted();
        continuation.assertNotTerminated();
        assertThat(begun).hasSize(2);
        begun.getLast().complete(Optional.empty());
        continuation.assertCompleted();
        assertThat(lives.size()).isZero();
    }

    @Test
    void aCancelledRepeatDisturbsNobody() {
        // Given
        var first = deliver(KEY);
        var repeat = deliver(KEY);

        // When
        repeat.cancel();
        begun.getFirst().complete(Optional.empty());

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
        var done = lives.live(KEY, "event", () -> Uni.createFrom().item(Optional.empty()))
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
        Uni<Optional<String>> life = Uni.createFrom()
                .item(Optional.<String>empty())
                .emitOn(executor)
                .invoke(() -> most.accumulateAndGet(running.incrementAndGet(), Math::max))
                .emitOn(executor)
                .invoke(running::decrementAndGet);

        // When
        for (var i = 0; i < 2_000; i++) {
            executor.execute(
                    () -> lives.live(KEY, "event", () -> life).subscribe().with(done -> ended.countDown()));
        }

        // Then
        assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(most).hasValue(1);
        assertThat(lives.size()).isZero();
        executor.shutdownNow();
    }
}
