package io.segmentrelay.workflow;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

import io.smallrye.mutiny.Context;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.smallrye.mutiny.subscription.UniEmitter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FirstOfTest {

    /** A Uni that ends when the test says so. */
    private static final class Work {
        private final AtomicInteger begun = new AtomicInteger();
        private final AtomicInteger cancelled = new AtomicInteger();
        private @Nullable UniEmitter<? super String> emitter;
        private final Uni<String> uni = Uni.createFrom()
                .<String>emitter(to -> {
                    begun.incrementAndGet();
                    emitter = to;
                })
                .onCancellation()
                .invoke(cancelled::incrementAndGet);

        private UniEmitter<? super String> emitter() {
            return Objects.requireNonNull(emitter);
        }
    }

    private final Work one = new Work();
    private final Work other = new Work();

    @Test
    void endsWithTheFirstAndCancelsTheOther() {
        // Given
        var ended = FirstOf.of(one.uni, other.uni).subscribe().withSubscriber(UniAssertSubscriber.create());

        // When
        other.emitter().complete("other");
        one.emitter().complete("one");

        // Then
        ended.assertCompleted().assertItem("other");
        assertThat(one.cancelled).hasValue(1);
        assertThat(other.cancelled).hasValue(0);
    }

    @Test
    void aFailureIsAnEndToo() {
        // Given
        var ended = FirstOf.of(one.uni, other.uni).subscribe().withSubscriber(UniAssertSubscriber.create());

        // When
        one.emitter().fail(new IllegalStateException("broken"));

        // Then
        ended.assertFailedWith(IllegalStateException.class, "broken");
        assertThat(other.cancelled).hasValue(1);
    }

    @Test
    void theOtherDoesNotBeginWhereOneHasEndedAlready() {
        // When
        var ended = FirstOf.of(Uni.createFrom().item("at once"), other.uni)
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create());

        // Then
        ended.assertItem("at once");
        assertThat(other.begun).hasValue(0);
    }

    @Test
    void theFirstIsCancelledWhereTheOtherEndsAtOnce() {
        // When
        var ended = FirstOf.of(one.uni, Uni.createFrom().item("at once"))
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create());

        // Then
        ended.assertItem("at once");
        assertThat(one.cancelled).hasValue(1);
    }

    @Test
    void cancellingCancelsBoth() {
        // Given
        var ended = FirstOf.of(one.uni, other.uni).subscribe().withSubscriber(UniAssertSubscriber.create());

        // When
        ended.cancel();

        // Then
        assertThat(one.cancelled).hasValue(1);
        assertThat(other.cancelled).hasValue(1);
    }

    @Test
    void bothKnowWhatTheSubscriberKnows() {
        // Given
        Uni<String> knows = Uni.createFrom().context(context -> Uni.createFrom().item(context.<String>get("span")));

        // When
        var ended = FirstOf.of(one.uni, knows)
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create(Context.of("span", "known")));

        // Then
        ended.assertItem("known");
    }
}
