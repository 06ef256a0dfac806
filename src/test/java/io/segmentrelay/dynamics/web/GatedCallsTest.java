package io.segmentrelay.dynamics.web;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.smallrye.mutiny.subscription.UniEmitter;
import org.junit.jupiter.api.Test;

import io.segmentrelay.dynamics.limits.CallLimits;
import io.segmentrelay.dynamics.limits.CallPriority;
import io.segmentrelay.dynamics.limits.DynamicsGate;
import io.segmentrelay.dynamics.login.Tokens;
import io.segmentrelay.http.HttpAnswer;
import io.segmentrelay.time.VirtualTime;

import static org.assertj.core.api.Assertions.assertThat;

class GatedCallsTest {

    private final VirtualTime time = new VirtualTime();
    private final DynamicsGate gate = DynamicsGate.ofProcess(time, new CallLimits(10, 100, Duration.ofMinutes(18)));
    private final List<UniEmitter<? super String>> asked = new ArrayList<>();
    private final List<String> sent = new ArrayList<>();
    private final Tokens tokens = new Tokens() {
        @Override
        public Uni<String> get() {
            return Uni.createFrom().emitter(asked::add);
        }

        @Override
        public Uni<String> fresh(String stale) {
            return get();
        }
    };
    private final GatedCalls calls = new GatedCalls(tokens, gate, time, Duration.ofSeconds(30));

    private UniAssertSubscriber<HttpAnswer> call() {
        return calls.exchange(
                        CallPriority.PUBLISH,
                        false,
                        authorization -> Uni.createFrom().item(() -> {
                            sent.add(authorization);
                            return new HttpAnswer(204, name -> Optional.empty(), "");
                        }),
                        Function.identity())
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create());
    }

    private void give(String token) {
        asked.removeFirst().complete(token);
    }

    @Test
    void whoWaitedForATokenWhileTheGateWasClosedWaitsForTheGateToo() {
        // Given: inside the gate, when the token has expired meanwhile
        var call = call();
        give("token 1");
        gate.throttled(Optional.of(Duration.ofSeconds(10)), Optional.empty());

        // When
        give("token 2");
        give("token 2"); // it begins anew

        // Then
        assertThat(sent).isEmpty();
        assertThat(gate.underWay()).isZero();

        // When
        time.advance(Duration.ofSeconds(10));
        give("token 2");

        // Then
        assertThat(sent).containsExactly("Bearer token 2");
        call.assertCompleted();
    }
}
