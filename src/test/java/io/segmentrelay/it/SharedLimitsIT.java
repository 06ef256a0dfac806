package io.segmentrelay.it;

import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Two replicas of a group share the limits by their partitions, by the simulator's own log. What takes whole windows is in moved time elsewhere. */
class SharedLimitsIT {

    private static final int BUDGET = 1_000;
    private static final Duration SOON = Duration.ofMinutes(1);

    /** That replicas share the limits is what they do unless told otherwise. */
    private static final Map<String, String> SETTINGS = Map.of(
            "RELAY_DYNAMICS_REQUESTS_PER_5_MINUTES",
            Integer.toString(BUDGET),
            "KAFKA_SESSION_TIMEOUT_MS",
            "3000",
            "KAFKA_HEARTBEAT_INTERVAL_MS",
            "500");

    @Test
    void aPartShrinksAtOnceAndOneThatComesCountsAsFarAsItIsNotUsed() {
        // Given
        try (var world = new World(6)) {
            var first = world.relay(SETTINGS);
            IntStream.range(0, 100).forEach(i -> world.submit("shared " + i));
            await("calls").atMost(SOON).until(() -> calls(world) > BUDGET / 4);
            assertThat(part(first)).as("the part of who is alone").isGreaterThan(0.9);

            // When
            var second = world.relay(SETTINGS);

            // Then
            await("less for the first").atMost(SOON).until(() -> part(first) < 0.8);
            assertThat(part(first)).isGreaterThan(0.2);
            await("a part for the second").atMost(SOON).until(() -> part(second) > 0.05);
            assertThat(part(second)).as("without what the first has used").isLessThan(0.4);

            // When
            second.kill();

            // Then
            await("more for the first").atMost(SOON).until(() -> part(first) > 0.6);
            assertThat(calls(world)).isLessThanOrEqualTo(BUDGET);
        }
    }

    private static double part(RelayProcess relay) {
        return relay.metric("relay_dynamics_budget_part");
    }

    private static int calls(World world) {
        return world.log().maxInAnyWindow(Duration.ofMinutes(5));
    }
}
