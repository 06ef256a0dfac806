package io.segmentrelay.it;

import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.segmentrelay.sandbox.SandboxOptions;
import io.segmentrelay.sandbox.dynamics.Operation;
import io.segmentrelay.sandbox.dynamics.SimulatorSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** SIGTERM with thousands waiting. */
class StopIT {

    private static final Scale SCALE = Scale.current();

    @Test
    void handsOverAllThatWaitsWithinTenSeconds() {
        // Given
        var count = SCALE.stopped();
        var never = new SimulatorSettings().goLiveAfter(Duration.ofHours(1)).requestsPer5Minutes(1_000_000);
        try (var world = new World(SandboxOptions.defaults().withSimulator(never), 3)) {
            var settings = Map.of("RELAY_DYNAMICS_REQUESTS_PER_5_MINUTES", "1000000");
            var relay = world.relay(settings);
            var names = IntStream.range(0, count).mapToObj(i -> "stop " + i).toList();
            names.forEach(name -> world.topics().request(name, World.small(name)));
            await("all to wait")
                    .atMost(SCALE.patience())
                    .until(() -> world.log().count(Operation.PUBLISH) >= count);

            // When
            var took = relay.terminate();

            // Then
            System.out.printf("%d waiting requests were handed over, and the process ended, in %s%n", count, took);
            assertThat(took).isLessThan(Duration.ofSeconds(10));
            assertThat(relay.exitCode()).isIn(0, 143);
            await("all continuations")
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() ->
                            assertThat(world.topics().byRequest(Topics.PENDING)).hasSize(count));
            assertThat(world.topics().of(Topics.PENDING))
                    .as("each handed over once")
                    .hasSize(count);
            assertThat(world.topics().lag(Topics.REQUESTS))
                    .as("requests whose hand-over was not committed: %s", relay.log())
                    .isZero();

            // When
            var creates = world.log().count(Operation.CREATE_DEFINITION);
            never.goLiveAfter(Duration.ZERO);
            world.relay(settings);
            world.awaitEnded(names, SCALE.patience());

            // Then
            world.awaitCommitted(SCALE.patience());
            assertThat(world.log().count(Operation.CREATE_DEFINITION))
                    .as("requests that were handed over begin no second time")
                    .isEqualTo(creates);
            assertThat(world.topics().of(Topics.FAILED)).isEmpty();
            world.assertOneLifeEach(names);
            world.assertNonePublishedInVain(names);
        }
    }
}
