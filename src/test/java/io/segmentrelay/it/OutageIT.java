package io.segmentrelay.it;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.segmentrelay.sandbox.SandboxOptions;
import io.segmentrelay.sandbox.dynamics.Effect;
import io.segmentrelay.sandbox.dynamics.Fault;
import io.segmentrelay.sandbox.dynamics.Operation;
import io.segmentrelay.sandbox.dynamics.SimulatorSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The broker, Dynamics or the token endpoint are away, and come back: requests wait and go on, and the probes say so. */
class OutageIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration OUTAGE = Scale.current().outage();

    private World world;

    @BeforeEach
    void start() {
        var slow = new SimulatorSettings().goLiveAfter(Duration.ofSeconds(3));
        world = new World(SandboxOptions.defaults().withSimulator(slow), 3);
    }

    @AfterEach
    void stop() {
        world.close();
    }

    private List<String> submit(String prefix, int count) {
        var names = IntStream.range(0, count).mapToObj(i -> prefix + " " + i).toList();
        names.forEach(world::submit);
        return names;
    }

    private void assertAllReady(List<String> names) {
        world.awaitEnded(names, SOON);
        assertThat(world.topics().byRequest(Topics.READY)).containsKeys(names.toArray(String[]::new));
        world.assertOneLifeEach(names);
        world.assertNonePublishedInVain(names);
        world.assertRepeatsAreEqual();
        world.awaitCommitted(SOON);
    }

    @Test
    void requestsGoOnWhenTheBrokerIsBack() {
        // Given
        var relay = world.relay(Map.of());
        var before = submit("before", 20);
        await("all to be published").atMost(SOON).until(() -> world.log().count(Operation.PUBLISH) >= 20);

        // When
        world.sandbox().kafka().stop();
        await("the outage to last, the process alive and not ready")
                .pollInterval(Duration.ofSeconds(1))
                .during(OUTAGE)
                .atMost(OUTAGE.plus(SOON))
                .untilAsserted(() -> {
                    assertThat(relay.health("live")).isEqualTo(200);
                    assertThat(relay.health("started")).isEqualTo(200);
                    assertThat(relay.health("ready")).isEqualTo(503);
                });
        world.sandbox().kafka().restart();

        // Then
        var after = submit("after", 20);
        assertAllReady(before);
        assertAllReady(after);
        relay.awaitReady();

        // When
        submit("late", 20);
        await("all to be published").atMost(SOON).until(() -> world.log().count(Operation.PUBLISH) >= 60);
        world.sandbox().kafka().stop();

        // Then
        assertThat(relay.terminate()).as("a stop without a broker").isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void requestsGoOnWhenDynamicsIsBack() {
        // Given
        var relay = world.relay(Map.of("RELAY_DYNAMICS_TIMEOUT", "2s", "RELAY_POLL_MAX_INTERVAL", "1s"));
        var before = submit("before", 20);
        await("some to be published").atMost(SOON).until(() -> world.log().count(Operation.PUBLISH) > 0);

        // When
        world.sandbox().dynamics().stopListening();
        var during = submit("during", 20);
        await("the outage to last, the process alive, and ready, since its token is still good")
                .pollInterval(Duration.ofSeconds(1))
                .during(OUTAGE)
                .atMost(OUTAGE.plus(SOON))
                .untilAsserted(() -> {
                    assertThat(relay.health("live")).isEqualTo(200);
                    assertThat(relay.health("ready")).isEqualTo(200);
                });
        assertThat(world.topics().of(Topics.FAILED)).isEmpty();
        world.sandbox().dynamics().resumeListening();

        // Then
        assertAllReady(before);
        assertAllReady(during);
    }

    @Test
    void aStartWithoutATokenEndpointIsLiveAndGoesOnWhenThereIsOne() {
        // Given: it refuses connections, then it answers that it is down; its tokens are soon of no use any more
        world.sandbox().dynamics().settings().tokenLife(Duration.ofSeconds(4));
        var down = Fault.on(Operation.TOKEN).does(Effect.status(503));
        world.faults().add(down);
        world.sandbox().dynamics().stopListening();
        var names = submit("no token", 5);

        // When
        var relay = world.launch(Map.of());
        await("live, but not ready").atMost(SOON).untilAsserted(() -> {
            assertThat(relay.health("live")).isEqualTo(200);
            assertThat(relay.health("started")).isEqualTo(200);
            assertThat(relay.health("ready")).isEqualTo(503);
        });
        world.sandbox().dynamics().resumeListening();
        await("a token to be asked for in vain")
                .atMost(SOON)
                .until(() -> world.faults().applied(down) > 0);
        assertThat(relay.health("ready")).isEqualTo(503);
        assertThat(world.topics().of(Topics.FAILED)).isEmpty();
        world.faults().remove(down);

        // Then
        relay.awaitReady();

        // When: it goes away while the requests wait
        world.faults().add(down);
        await("not ready, though live, once the token has expired").atMost(SOON).until(() -> {
            assertThat(relay.health("live")).isEqualTo(200);
            return relay.health("ready") == 503;
        });
        world.faults().remove(down);

        // Then
        relay.awaitReady();
        assertAllReady(names);
    }

    @Test
    void aStartWithoutABrokerIsLiveAndGoesOnWhenThereIsOne() {
        // Given
        var names = submit("no broker", 5);
        world.topics().flush();
        world.sandbox().kafka().stop();

        // When
        var relay = world.launch(Map.of());
        await("live, but not ready").atMost(SOON).untilAsserted(() -> {
            assertThat(relay.health("live")).isEqualTo(200);
            assertThat(relay.health("ready")).isEqualTo(503);
        });
        world.sandbox().kafka().restart();

        // Then
        relay.awaitReady();
        assertAllReady(names);
    }
}
