package io.segmentrelay.it.bench;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.segmentrelay.sandbox.dynamics.Operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Many segments that wait in one process of 192 MB of heap, and what that costs; {@code ./mvnw -Pbench -Dbench=in-flight verify}. */
@Tag("bench")
@Tag("in-flight")
class InFlightBench {

    private static final int WAITING = Bench.size(20_000, 50);
    private static final Duration WATCHED = Bench.size(Duration.ofSeconds(60), Duration.ofSeconds(1));

    @Test
    void waitInOneProcess() {
        // Given
        var simulator = BenchWorld.quick(Duration.ZERO).goLiveAfter(Duration.ofHours(2));
        try (var world = new BenchWorld(simulator)) {
            var relay = world.relay(
                    Map.of("RELAY_WINDOW", "1h"), "-Xmx128m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError");
            IntStream.range(0, WAITING).forEach(i -> world.submit("waiting " + i));
            await("all to wait")
                    .atMost(BenchWorld.PATIENCE)
                    .until(() -> !relay.isAlive()
                            || world.dynamics().log().entries(Operation.PUBLISH).size() == WAITING);
            assertThat(relay.isAlive()).as("a relay with enough memory").isTrue();

            // When
            var calls = world.dynamics().log().entries(Operation.STATUS).size();
            var cpu = relay.cpu();
            await("time to pass")
                    .pollDelay(WATCHED)
                    .atMost(WATCHED.multipliedBy(2))
                    .until(relay::isAlive);
            var used = Bench.millis(relay.cpu().minus(cpu));
            var asked = world.dynamics().log().entries(Operation.STATUS).size() - calls;

            // Then
            Bench.print(
                    "In flight",
                    1,
                    List.of(Bench.text(
                            "%d wait, in a heap of 128 MB: %d MB in use after a full collection; %.1f %% of one core and %.1f status calls a minute",
                            WAITING,
                            relay.process().heapInUse().orElse(0) >> 20,
                            100 * used / WATCHED.toMillis(),
                            asked * 60_000.0 / WATCHED.toMillis())));
            assertThat(relay.process().metric("relay_in_flight")).isEqualTo(WAITING);
        }
    }
}
