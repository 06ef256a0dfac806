package io.segmentrelay.it;

import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The budget of calls in any five minutes, by the simulator's own log: half of it at once, or four fifths where little waits, the rest spread. */
class BudgetIT {

    private static final int BUDGET = 60;
    private static final Duration WINDOW = Duration.ofMinutes(5);

    @Test
    void theBudgetHoldsInEveryWindow() {
        // Given
        try (var world = new World(3)) {
            world.relay(Map.of("RELAY_DYNAMICS_REQUESTS_PER_5_MINUTES", Integer.toString(BUDGET)));
            var names = IntStream.range(0, Scale.isLong() ? 30 : 40)
                    .mapToObj(i -> "budget " + i)
                    .toList();

            // When
            names.forEach(world::submit);
            await("half of the budget").atMost(Duration.ofMinutes(1)).until(() -> calls(world) >= BUDGET / 2 - 1);

            // Then
            if (Scale.isLong()) {
                world.awaitEnded(names, Duration.ofMinutes(30));
                world.assertOneLifeEach(names);
            } else {
                await("no more than the pace beyond it")
                        .during(Duration.ofSeconds(3))
                        .atMost(Duration.ofSeconds(10))
                        .until(() -> calls(world) <= BUDGET - BUDGET / 5 + 3);
            }
            assertThat(world.log().maxInAnyWindow(WINDOW)).isLessThanOrEqualTo(BUDGET);
        }
    }

    private static int calls(World world) {
        return world.log().maxInAnyWindow(Duration.ofHours(1));
    }
}
