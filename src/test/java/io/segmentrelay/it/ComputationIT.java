package io.segmentrelay.it;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.segmentrelay.sandbox.SandboxOptions;
import io.segmentrelay.sandbox.dynamics.Effect;
import io.segmentrelay.sandbox.dynamics.Fault;
import io.segmentrelay.sandbox.dynamics.Operation;
import io.segmentrelay.sandbox.dynamics.SimulatorSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Live is not computed: whatever the server answers, or does not, no request ends with members that are still missing. */
class ComputationIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    private final SimulatorSettings simulator = new SimulatorSettings().computeAfter(Duration.ofSeconds(3));
    private World world;
    private int members;

    @BeforeEach
    void start() {
        world = new World(SandboxOptions.defaults().withSimulator(simulator), 1);
        world.relay(Map.of());
        world.submit("how many");
        members = readyOf("how many").getInteger("memberCount");
        assertThat(members).isPositive();
    }

    @AfterEach
    void stop() {
        world.close();
    }

    private JsonObject first(String topic, String name) {
        var events = world.topics().byRequest(topic).getOrDefault(name, List.of());
        assertThat(events).isNotEmpty();
        return Topics.data(events.getFirst());
    }

    private JsonObject readyOf(String name) {
        world.awaitEnded(List.of(name), SOON);
        assertThat(world.topics().byRequest(Topics.FAILED)).doesNotContainKey(name);
        return first(Topics.READY, name);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 404, 405})
    void refusedPollsEndNothing(int segments) {
        // Given
        world.faults().add(Fault.on(Operation.SEGMENT_STATUS).does(Effect.status(segments)));
        var refused = Fault.on(Operation.STATUS).times(3).does(Effect.status(400));
        world.faults().add(refused);

        // When
        world.submit("refused polls");

        // Then
        var ready = readyOf("refused polls");
        assertThat(world.faults().applied(refused)).isEqualTo(3);
        assertThat(ready.getInteger("memberCount")).isEqualTo(members);
        assertThat(ready.getJsonArray("warnings")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 404, 405})
    void whereNothingSaysWhetherItIsComputedTheWholeListComesWithAWarning(int segments) {
        // Given
        simulator.computationColumns(false);
        world.faults().add(Fault.on(Operation.SEGMENT_STATUS).does(Effect.status(segments)));

        // When
        world.submit("nobody says");

        // Then
        var ready = readyOf("nobody says");
        assertThat(ready.getInteger("memberCount")).isEqualTo(members);
        assertThat(ready.getJsonArray("warnings")).containsExactly("members-incomplete");
    }

    @Test
    void whatIsInTheWayOfARowIsARefusalInTheServersWords() {
        // Given
        var alternateKey = new Effect.Answer(
                412,
                Map.of(),
                Optional.of("{\"error\":{\"code\":\"0x80060892\",\"message\":\"Entity Key Display Name violated.\"}}"),
                false);
        world.faults().add(Fault.on(Operation.CREATE_SEGMENT).segment("taken").does(alternateKey));
        var repeated =
                Fault.on(Operation.CREATE_SEGMENT).segment("ours").times(1).does(alternateKey.butPerformed());
        world.faults().add(repeated);

        // When
        world.submit("taken");
        world.submit("ours");

        // Then
        readyOf("ours");
        world.assertOneLifeEach(List.of("ours"));
        await("a failure")
                .atMost(SOON)
                .until(() -> world.topics().byRequest(Topics.FAILED).containsKey("taken"));
        var failed = first(Topics.FAILED, "taken");
        assertThat(failed.getString("code")).isEqualTo("rejected-by-dynamics");
        assertThat(failed.getString("step")).isEqualTo("create-segment");
        assertThat(failed.getJsonObject("dynamics").getString("message"))
                .isEqualTo("Entity Key Display Name violated.");
    }
}
