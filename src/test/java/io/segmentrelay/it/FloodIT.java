package io.segmentrelay.it;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

import io.segmentrelay.sandbox.SandboxOptions;
import io.segmentrelay.sandbox.dynamics.SimulatorSettings;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Much at once, in a heap of 256 MB. */
class FloodIT {

    private static final Scale SCALE = Scale.current();
    private static final long FLAT = 120L * 1024 * 1024;
    private static final Map<String, String> NO_BUDGET = Map.of("RELAY_DYNAMICS_REQUESTS_PER_5_MINUTES", "1000000");

    private static World world(Duration serviceTime) {
        var simulator = new SimulatorSettings().requestsPer5Minutes(1_000_000).serviceTime(serviceTime);
        return new World(SandboxOptions.defaults().withSimulator(simulator), 3);
    }

    private static List<String> names(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + " " + i).toList();
    }

    private static void assertAllReady(World world, List<String> names) {
        assertThat(world.topics().of(Topics.FAILED)).isEmpty();
        world.assertOneLifeEach(names);
        world.assertNonePublishedInVain(names);
    }

    @Test
    void aThousandRequestsAreUnderWayAtOnce() {
        // Given
        try (var world = world(Duration.ZERO)) {
            world.relay(NO_BUDGET);
            var names = names("many", 1_000);

            // When
            var start = Instant.now();
            names.forEach(name -> world.topics().request(name, World.small(name)));
            world.awaitEnded(names, SCALE.patience());

            // Then
            var took = Duration.between(start, Instant.now());
            System.out.printf(
                    "1000 requests ended in %s, with %d calls%n",
                    took, world.log().all().size());
            assertAllReady(world, names);
        }
    }

    @Test
    void aFloodOfRequestsEndsInFlatMemory() {
        // Given: a slow server
        try (var world = world(Duration.ofMillis(20))) {
            var relay = world.relay(NO_BUDGET);
            var before = relay.heapInUse();
            var names = names("flood", SCALE.flood());
            var simulator = world.sandbox().dynamics().settings();
            simulator.goLiveAfter(Duration.ofHours(1)); // none ends before it is seen how many are under way

            // When
            var start = Instant.now();
            names.forEach(name -> world.topics().request(name, World.small(name)));
            await("most of them to be under way")
                    .atMost(SCALE.patience())
                    .until(() -> relay.metric("relay_in_flight") > SCALE.flood() / 2.0);
            var during = relay.heapInUse();
            simulator.goLiveAfter(Duration.ZERO);
            world.awaitEnded(names, SCALE.patience());

            // Then
            System.out.printf(
                    "%d requests ended in %s; heap after collection: %s before, %s with most under way, %s after%n",
                    names.size(),
                    Duration.between(start, Instant.now()),
                    megabytes(before),
                    megabytes(during),
                    megabytes(relay.heapInUse()));
            assertThat(during.orElse(0)).as("heap with most of them under way").isLessThan(FLAT * 3 / 2);
            assertThat(relay.heapInUse().orElse(0)).as("heap afterwards").isLessThan(FLAT);
            assertAllReady(world, names);
            world.awaitCommitted(SCALE.patience());
        }
    }

    @Test
    void aBacklogOfContinuationsIsWorkedOff() {
        // Given
        try (var world = world(Duration.ZERO)) {
            var names = names("backlog", SCALE.backlog());
            names.forEach(name -> world.topics().send(World.continuation(name)));
            world.topics().flush();

            // When
            var start = Instant.now();
            var relay = world.relay(NO_BUDGET);
            world.awaitEnded(names, SCALE.patience());

            // Then
            System.out.printf(
                    "%d continuations were worked off in %s%n", names.size(), Duration.between(start, Instant.now()));
            assertAllReady(world, names);
            world.awaitCommitted(SCALE.patience());
            assertThat(relay.heapInUse().orElse(0)).isLessThan(FLAT);
        }
    }

    @Test
    void repeatsAndPoisonOnTwoReplicasDisturbNobody() {
        // Given
        try (var world = world(Duration.ZERO)) {
            var replicas = List.of(world.relay(NO_BUDGET), world.relay(NO_BUDGET));
            await("both to have their share of the partitions")
                    .atMost(SCALE.patience())
                    .until(() -> world.topics().readers(Topics.REQUESTS) == replicas.size());
            var names = names("repeated", SCALE.repeated());
            var poison = new HashMap<String, byte[]>();

            // When: each five times, each time with another key, so that both replicas get it
            for (var time = 0; time < 5; time++) {
                for (var i = 0; i < names.size(); i++) {
                    var record = new ProducerRecord<>(
                            Topics.REQUESTS,
                            "%d/%d".formatted(time, i),
                            World.small(names.get(i)).getBytes(UTF_8));
                    Topics.binaryHeaders(names.get(i))
                            .forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
                    world.topics().send(record);
                    if (i % 10 == 0) {
                        var key = "poison %d/%d".formatted(time, i);
                        poison.put(key, new byte[] {(byte) i, (byte) 0xff, 0, (byte) time});
                        world.topics().send(new ProducerRecord<>(Topics.REQUESTS, key, poison.get(key)));
                    }
                }
            }
            world.awaitEnded(names, SCALE.patience());
            world.awaitCommitted(SCALE.patience());

            // Then
            assertThat(world.topics().of(Topics.FAILED)).isEmpty();
            world.assertOneLifeEach(names);
            world.assertRepeatsAreEqual();
            assertThat(replicas)
                    .as("replicas, each of which has brought more than half of the requests to their end")
                    .allSatisfy(replica -> assertThat(replica.metric("relay_requests_total{outcome=\"ready\"}"))
                            .isGreaterThan(names.size() / 2.0));
            var letters = new HashMap<String, byte[]>();
            world.topics().of(Topics.DEAD_LETTERS).forEach(letter -> letters.put(letter.key(), letter.value()));
            assertThat(letters.keySet()).isEqualTo(poison.keySet());
            assertThat(letters).allSatisfy((key, value) -> assertThat(value).isEqualTo(poison.get(key)));
        }
    }

    private static String megabytes(OptionalLong bytes) {
        return bytes.isPresent() ? (bytes.getAsLong() >> 20) + " MB" : "unknown";
    }
}
