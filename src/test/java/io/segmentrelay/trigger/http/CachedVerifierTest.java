package io.segmentrelay.trigger.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.smallrye.mutiny.subscription.UniEmitter;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.junit.jupiter.api.Test;

import io.segmentrelay.time.VirtualTime;
import io.segmentrelay.trigger.http.CachedVerifier.Verifier;
import io.segmentrelay.trigger.http.TokenIssuerKeys.Metadata;
import io.segmentrelay.trigger.http.TokenIssuerKeys.Unavailable;

import static org.assertj.core.api.Assertions.assertThat;

class CachedVerifierTest {

    private static final Duration LIFE = Duration.ofHours(1);

    private final VirtualTime time = new VirtualTime();
    private final List<UniEmitter<? super Metadata>> asked = new ArrayList<>();
    private final CachedVerifier verifiers = new CachedVerifier(
            () -> Uni.createFrom().emitter(asked::add),
            said -> new JwtConsumerBuilder().setSkipAllValidators().build(),
            time);

    @Test
    void nobodyWaitsInLineWhileTheIssuerIsSlow() {
        // Given: each returns at once, whatever the issuer does
        var first = subscribe(verifiers.get());
        var second = subscribe(verifiers.get());
        assertThat(asked).hasSize(1);

        // When
        answer();

        // Then
        assertThat(first.awaitItem().getItem()).isSameAs(second.awaitItem().getItem());
        assertThat(subscribe(verifiers.get()).assertCompleted().getItem()).isSameAs(first.getItem());
        assertThat(asked).hasSize(1);
    }

    @Test
    void anIssuerThatIsDownIsLeftAloneForAMoment() {
        // Given
        var first = subscribe(verifiers.get());
        asked.getFirst().fail(new Unavailable("down"));
        first.assertFailedWith(Unavailable.class, "down");

        // When
        var soon = subscribe(verifiers.get());
        time.advance(CachedVerifier.LEFT_ALONE);
        var later = subscribe(verifiers.get());

        // Then
        soon.assertFailedWith(Unavailable.class, "only just");
        later.assertNotTerminated();
        assertThat(asked).hasSize(2);
    }

    @Test
    void aNewKeyIsLookedForButNotByEveryTokenThatNamesOne() {
        // Given
        var known = known();

        // When
        var soon = subscribe(verifiers.newerThan(known));
        time.advance(CachedVerifier.REFRESH_DISTANCE);
        var later = subscribe(verifiers.newerThan(known));
        answer();

        // Then
        assertThat(soon.assertCompleted().getItem()).isSameAs(known);
        assertThat(later.assertCompleted().getItem()).isNotSameAs(known);
        assertThat(asked).hasSize(2);
    }

    @Test
    void staleKeysCountWhileNewerOnesComeAndWhileTheIssuerIsDown() {
        // Given
        var known = known();
        time.advance(LIFE);

        // When
        var meanwhile = subscribe(verifiers.get());
        asked.getLast().fail(new Unavailable("down"));
        var down = subscribe(verifiers.get());
        time.advance(CachedVerifier.KEPT_WHILE_DOWN.plusSeconds(1));
        var tooLong = subscribe(verifiers.get());

        // Then
        assertThat(meanwhile.assertCompleted().getItem()).isSameAs(known);
        assertThat(down.assertCompleted().getItem()).isSameAs(known);
        tooLong.assertNotTerminated();
    }

    private Verifier known() {
        var first = subscribe(verifiers.get());
        answer();
        return first.awaitItem().getItem();
    }

    private void answer() {
        asked.getLast().complete(new Metadata("issuer", List.of(), LIFE));
    }

    private static UniAssertSubscriber<Verifier> subscribe(Uni<Verifier> uni) {
        return uni.subscribe().withSubscriber(UniAssertSubscriber.create());
    }
}
