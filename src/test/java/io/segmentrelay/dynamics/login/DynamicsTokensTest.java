package io.segmentrelay.dynamics.login;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.smallrye.mutiny.subscription.UniEmitter;
import org.junit.jupiter.api.Test;

import io.segmentrelay.dynamics.DynamicsException.Unauthorized;
import io.segmentrelay.dynamics.DynamicsException.Weather;
import io.segmentrelay.dynamics.login.TokenEndpoint.Refused;
import io.segmentrelay.dynamics.login.TokenEndpoint.Token;
import io.segmentrelay.time.VirtualTime;

import static org.assertj.core.api.Assertions.assertThat;

class DynamicsTokensTest {

    private static final Duration LIFE = Duration.ofHours(1);

    private final VirtualTime time = new VirtualTime();
    private final List<UniEmitter<? super Token>> asked = new ArrayList<>();
    private final DynamicsTokens tokens =
            new DynamicsTokens(() -> Uni.createFrom().emitter(asked::add), time);
    private int given;

    @Test
    void oneRequestServesAll() {
        // Given
        var waiting = IntStream.range(0, 1_000).mapToObj(i -> get()).toList();

        // When
        give(LIFE);

        // Then
        assertThat(given).isEqualTo(1);
        assertThat(waiting).allSatisfy(one -> one.assertCompleted().assertItem("token 1"));
        get().assertItem("token 1");
        assertThat(asked).isEmpty();
    }

    @Test
    void whoGivesUpDoesNotStopTheOthers() {
        // Given
        var first = get();
        var second = get();

        // When
        first.cancel();
        give(LIFE);

        // Then
        second.assertItem("token 1");
    }

    @Test
    void refreshesWhileTheOldOneIsStillGoodWithoutDelay() {
        // Given
        get();
        give(LIFE);
        time.advance(LIFE.minus(DynamicsTokens.SKEW));

        // When
        var meanwhile = get();

        // Then
        meanwhile.assertItem("token 1");
        assertThat(asked).hasSize(1);
        get().assertItem("token 1");
        assertThat(asked).hasSize(1);
        give(LIFE);
        get().assertItem("token 2");
    }

    @Test
    void aShortLifeIsRefreshedAtItsHalf() {
        // Given
        get();
        give(Duration.ofSeconds(60));

        // When
        time.advance(Duration.ofSeconds(29));
        get().assertItem("token 1");
        var before = asked.size();
        time.advance(Duration.ofSeconds(1));
        get().assertItem("token 1");

        // Then
        assertThat(before).isZero();
        assertThat(asked).hasSize(1);
    }

    @Test
    void anExpiredOneIsNotUsed() {
        // Given
        get();
        give(LIFE);
        time.advance(LIFE.minus(DynamicsTokens.MARGIN));

        // When
        var waiting = get();

        // Then
        waiting.assertNotTerminated();
        give(LIFE);
        waiting.assertItem("token 2");
    }

    @Test
    void aRefusedOneIsReplacedOnceForAll() {
        // Given
        get();
        give(LIFE);
        time.advance(Duration.ofMinutes(1));

        // When
        var first = subscribe(tokens.fresh("token 1"));
        var second = subscribe(tokens.fresh("token 1"));
        give(LIFE);
        var late = subscribe(tokens.fresh("token 1"));

        // Then
        first.assertItem("token 2");
        second.assertItem("token 2");
        late.assertItem("token 2");
        assertThat(asked).isEmpty();
    }

    @Test
    void aBrandNewOneIsNotReplacedInTheSameSecond() {
        // Given
        get();
        give(LIFE);

        // When
        var fresh = subscribe(tokens.fresh("token 1"));

        // Then
        assertThat(asked).isEmpty();
        time.advance(DynamicsTokens.MIN_AGE);
        give(LIFE);
        fresh.assertItem("token 2");
    }

    @Test
    void aFailureIsEverybodysAndNotRepeatedAtOnce() {
        // Given
        var waiting = IntStream.range(0, 1_000).mapToObj(i -> get()).toList();

        // When
        asked.removeFirst().fail(new Weather("down", Optional.empty(), null));

        // Then
        assertThat(waiting).allSatisfy(one -> one.assertFailedWith(Weather.class, "down"));
        get().assertFailedWith(Weather.class, "down");
        assertThat(asked).isEmpty();
        time.advance(DynamicsTokens.PAUSE);
        var later = get();
        give(LIFE);
        later.assertItem("token 1");
    }

    @Test
    void aRefusalCountsAfterThreeAttempts() {
        // Given
        var waiting = get();

        // When
        asked.removeFirst().fail(new Refused("invalid_client"));
        waiting.assertNotTerminated();
        time.advance(DynamicsTokens.BETWEEN_ATTEMPTS);
        asked.removeFirst().fail(new Refused("invalid_client"));
        waiting.assertNotTerminated();
        time.advance(DynamicsTokens.BETWEEN_ATTEMPTS);
        asked.removeFirst().fail(new Refused("invalid_client"));

        // Then
        waiting.assertFailedWith(Unauthorized.class, "invalid_client");
        assertThat(asked).isEmpty();
    }

    @Test
    void aSecretThatIsAcceptedAtTheSecondAttemptIsGood() {
        // Given
        var waiting = get();

        // When
        asked.removeFirst().fail(new Refused("invalid_client"));
        time.advance(DynamicsTokens.BETWEEN_ATTEMPTS);
        give(LIFE);

        // Then
        waiting.assertItem("token 1");
    }

    @Test
    void theProbeIsContentWithATokenThatIsThere() {
        // Given
        get();
        give(LIFE);

        // When
        var probe = subscribe(tokens.probe());

        // Then
        probe.assertCompleted();
        assertThat(asked).isEmpty();
    }

    @Test
    void neverShowsAToken() {
        // Given
        get();

        // When
        give(LIFE);

        // Then
        assertThat(tokens.toString() + new Token("secret", time.now())).doesNotContain("token 1", "secret");
    }

    private UniAssertSubscriber<String> get() {
        return subscribe(tokens.get());
    }

    private static <T> UniAssertSubscriber<T> subscribe(Uni<T> uni) {
        return uni.subscribe().withSubscriber(UniAssertSubscriber.create());
    }

    private void give(Duration life) {
        given++;
        asked.removeFirst().complete(new Token("token " + given, time.now().plus(life)));
    }
}
