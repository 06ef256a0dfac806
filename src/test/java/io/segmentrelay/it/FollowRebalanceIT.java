package io.segmentrelay.it;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import io.segmentrelay.event.RequestKey;
import io.segmentrelay.sandbox.SandboxOptions;
import io.segmentrelay.sandbox.dynamics.Marketers;
import io.segmentrelay.sandbox.dynamics.SimulatorSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Follows while replicas join, leave and die: each change is told, and what is told can be applied. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FollowRebalanceIT {

    private static final Duration SOON = Duration.ofSeconds(40);
    private static final List<String> FOLLOWED =
            IntStream.range(0, 12).mapToObj(i -> "follow " + i).toList();

    private World world;

    @BeforeAll
    void start() {
        var quick = new SimulatorSettings()
                .refreshEvery(Duration.ZERO)
                .goLiveAfter(Duration.ofMillis(100))
                .computeAfter(Duration.ofMillis(100))
                .recomputeAfter(Duration.ofMillis(100));
        world = new World(SandboxOptions.defaults().withSimulator(quick), 6);
    }

    @AfterAll
    void stop() {
        world.close();
    }

    private static Map<String, String> settings() {
        var settings = new HashMap<>(LifeIT.settings());
        settings.put("KAFKA_SESSION_TIMEOUT_MS", "3000");
        settings.put("KAFKA_HEARTBEAT_INTERVAL_MS", "500");
        return settings;
    }

    private Marketers marketers() {
        return world.sandbox().dynamics().marketers();
    }

    private static UUID segmentOf(String id) {
        return new RequestKey("/tests", id).uuid();
    }

    private void refreshAll() {
        FOLLOWED.forEach(id -> marketers().refresh(segmentOf(id)));
    }

    private void awaitCurrent() {
        await("each consumer to hold what the server has")
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(300))
                .untilAsserted(() -> assertThat(FOLLOWED)
                        .allSatisfy(id ->
                                assertThat(world.membership(id).members()).isEqualTo(world.members(segmentOf(id)))));
    }

    private double followed(RelayProcess relay) {
        return WatchedReplicas.metric(relay, "relay_followed");
    }

    @Test
    void followsGoOnWhereverTheyAre() {
        // Given
        var first = world.relay(settings());
        FOLLOWED.forEach(id -> world.topics().request(id, World.request(id, ",\"follow\":{\"until\":\"PT1H\"}")));
        world.awaitEnded(FOLLOWED, SOON);
        await("all to be followed").atMost(SOON).until(() -> followed(first) == FOLLOWED.size());
        awaitCurrent();

        // When: another replica takes its part, while all are computed again
        refreshAll();
        var second = world.relay(settings());
        await("a part for each").atMost(SOON).untilAsserted(() -> {
            var shares = List.of(followed(first), followed(second));
            assertThat(shares).allMatch(share -> share > 0);
            assertThat(shares.stream().mapToDouble(share -> share).sum())
                    .as("follows of %s", shares)
                    .isEqualTo(FOLLOWED.size());
        });

        // Then
        awaitCurrent();

        // When: one dies, and all are computed again while it is away
        first.kill();
        refreshAll();
        await("all with the other one").atMost(SOON).until(() -> followed(second) == FOLLOWED.size());

        // Then
        awaitCurrent();

        // When: nobody is there for a while
        second.terminate();
        refreshAll();
        world.relay(settings());

        // Then
        awaitCurrent();
        world.assertRepeatsAreEqual();
        assertThat(FOLLOWED)
                .allSatisfy(id -> assertThat(world.membership(id).revision()).isBetween(3, 4));
    }
}
