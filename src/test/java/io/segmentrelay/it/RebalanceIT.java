package io.segmentrelay.it;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.segmentrelay.sandbox.SandboxOptions;
import io.segmentrelay.sandbox.dynamics.Operation;
import io.segmentrelay.sandbox.dynamics.SimulatorSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Replicas join and leave while segments are waited for: one task each, however often the partitions move. */
class RebalanceIT {

    private static final Scale SCALE = Scale.current();
    private static final Duration POLL = Duration.ofSeconds(2);
    private static final Map<String, String> SETTINGS = Map.of(
            "RELAY_POLL_INTERVAL", "2s",
            "RELAY_POLL_MAX_INTERVAL", "2s",
            "RELAY_DYNAMICS_REQUESTS_PER_5_MINUTES", "1000000");

    @Test
    void segmentsHaveOneTaskEachWhileReplicasComeAndGo() {
        // Given
        var never = new SimulatorSettings().goLiveAfter(Duration.ofHours(1)).requestsPer5Minutes(1_000_000);
        try (var world = new World(SandboxOptions.defaults().withSimulator(never), 6)) {
            world.relay(SETTINGS);
            var names = IntStream.range(0, SCALE.rebalanced())
                    .mapToObj(i -> "moved " + i)
                    .toList();
            names.forEach(name -> world.topics().request(name, World.small(name)));
            await("all to wait")
                    .atMost(SCALE.patience())
                    .untilAsserted(() ->
                            assertThat(world.log().count(Operation.PUBLISH)).isGreaterThanOrEqualTo(names.size()));
            var settled = Instant.now();

            // When
            var moves = 0;
            while (Duration.between(settled, Instant.now()).compareTo(SCALE.rebalancing()) < 0) {
                var guest = world.relay(SETTINGS);
                await("its share of the partitions")
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> guest.metric("relay_in_flight") > 0
                                || Duration.between(settled, Instant.now()).compareTo(SCALE.rebalancing()) > 0);
                guest.terminate();
                moves += 2;
            }
            var end = Instant.now();

            // Then
            var polls = pollsBySegment(world, settled, end);
            var fair = Duration.between(settled, end).dividedBy(POLL) + 1;
            System.out.printf(
                    "%d rebalances in %s: a segment was asked for %.1f times on average, at most %d (every %s: %d)%n",
                    moves,
                    Duration.between(settled, end),
                    polls.values().stream()
                            .mapToInt(Integer::intValue)
                            .average()
                            .orElse(0),
                    polls.values().stream().mapToInt(Integer::intValue).max().orElse(0),
                    POLL,
                    fair);
            // A segment that moves may be asked for once more by either of its owners.
            assertThat(polls).hasSize(names.size());
            var most = fair + 2L * moves;
            assertThat(polls.values().stream()
                            .mapToInt(Integer::intValue)
                            .average()
                            .orElse(0))
                    .isLessThanOrEqualTo(1.3 * fair + moves);
            assertThat(polls)
                    .allSatisfy((segment, count) -> assertThat((long) count).isLessThanOrEqualTo(most));

            // When
            never.goLiveAfter(Duration.ZERO);
            world.awaitEnded(names, SCALE.patience());

            // Then
            world.assertOneLifeEach(names);
            world.assertRepeatsAreEqual();
            world.awaitCommitted(SCALE.patience());
        }
    }

    private static Map<String, Integer> pollsBySegment(World world, Instant from, Instant to) {
        var polls = new ConcurrentHashMap<String, Integer>();
        world.log().entries(Operation.STATUS).stream()
                .filter(call -> call.start().isAfter(from) && call.start().isBefore(to))
                .flatMap(call -> call.subjects().stream())
                .filter(subject -> subject.startsWith("moved "))
                .forEach(subject -> polls.merge(subject, 1, Integer::sum));
        return new HashMap<>(polls);
    }
}
