package io.segmentrelay.it;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.segmentrelay.sandbox.SandboxOptions;
import io.segmentrelay.sandbox.dynamics.Operation;
import io.segmentrelay.sandbox.dynamics.SimulatorSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The probes from start to stop; those in an outage are with the outages. */
class HealthIT {

    /** What the three probes said, asked in this order: who was ready is started by the time that this is asked. */
    private record Probes(int ready, int live, int started) {
        static Probes of(RelayProcess relay) {
            return new Probes(relay.health("ready"), relay.health("live"), relay.health("started"));
        }
    }

    @Test
    void theProbesFollowStartAndStop() {
        // Given
        var never = new SimulatorSettings().goLiveAfter(Duration.ofHours(1));
        try (var world = new World(SandboxOptions.defaults().withSimulator(never), 3)) {
            var seen = new ArrayList<Probes>();

            // When
            var relay = world.launch(Map.of());
            await("ready")
                    .atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> {
                        seen.add(Probes.of(relay));
                        return seen.getLast().ready() == 200;
                    });

            // Then: as soon as anybody answers, it is live; ready comes with started
            assertThat(Probes.of(relay)).isEqualTo(new Probes(200, 200, 200));
            assertThat(relay.status("/console")).as("the sandbox's alone").isEqualTo(404);
            assertThat(seen).allSatisfy(probes -> assertThat(probes.live()).isIn(0, 200));
            assertThat(seen)
                    .filteredOn(probes -> probes.ready() == 200)
                    .isNotEmpty()
                    .allSatisfy(probes -> assertThat(probes.started()).isEqualTo(200));

            // When
            var names = IntStream.range(0, 200).mapToObj(i -> "health " + i).toList();
            names.forEach(world::submit);
            await("all to wait")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> world.log().count(Operation.PUBLISH) >= 200);
            var atStop = new ArrayList<Probes>();
            var handingOver = new ArrayList<Probes>();
            relay.askToStop();
            await("the end")
                    .atMost(Duration.ofSeconds(10))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> {
                        var stopping = relay.log().contains("handing over");
                        atStop.add(Probes.of(relay));
                        if (stopping) {
                            handingOver.add(atStop.getLast());
                        }
                        return !relay.isAlive();
                    });

            // Then: while it stops, it may be gone, but it is never ill, and it wants no more work
            assertThat(atStop).allSatisfy(probes -> assertThat(probes.live()).isIn(0, 200));
            assertThat(handingOver)
                    .isNotEmpty()
                    .allSatisfy(probes -> assertThat(probes.ready()).isIn(0, 503));
        }
    }
}
