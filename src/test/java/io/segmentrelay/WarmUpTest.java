package io.segmentrelay;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.smallrye.mutiny.Uni;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What is begun at the start and waited for by nobody. */
class WarmUpTest {

    @Test
    void theStartGoesOnWhileItIsUnderWay() throws Exception {
        // Given
        var goOn = new CountDownLatch(1);
        var thread = new CompletableFuture<Thread>();

        // When
        WarmUp.inBackground(() -> {
            awaitUninterruptibly(goOn);
            thread.complete(Thread.currentThread());
            return Uni.createFrom().voidItem();
        });

        // Then
        assertThat(thread).isNotDone();
        goOn.countDown();
        assertThat(thread.get(10, TimeUnit.SECONDS)).isNotSameAs(Thread.currentThread());
    }

    @Test
    void aFailureIsForThoseWhoAskAgain() throws Exception {
        // Given
        var failed = new CompletableFuture<Void>();

        // When
        WarmUp.inBackground(() -> Uni.createFrom()
                .<Void>failure(new IllegalStateException("no token"))
                .onFailure()
                .invoke(ignored -> failed.complete(null)));
        WarmUp.inBackground(() -> {
            throw new IllegalStateException("no bean");
        });

        // Then
        assertThat(failed.get(10, TimeUnit.SECONDS)).isNull();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
