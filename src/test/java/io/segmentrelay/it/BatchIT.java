package io.segmentrelay.it;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.segmentrelay.sandbox.SandboxOptions;
import io.segmentrelay.sandbox.dynamics.Effect;
import io.segmentrelay.sandbox.dynamics.Fault;
import io.segmentrelay.sandbox.dynamics.Operation;
import io.segmentrelay.sandbox.dynamics.SimulatorSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** {@code relay.dynamics.batch=segment}: fewer requests, and the same ends as without it, whatever happens. */
class BatchIT {

    private static final Duration SOON = Duration.ofSeconds(90);
    private static final Map<String, String> BATCH = Map.of(
            "RELAY_DYNAMICS_BATCH", "segment",
            "RELAY_DYNAMICS_TIMEOUT", "2s",
            "RELAY_POLL_MAX_INTERVAL", "1s");

    private static final Effect NO_BATCH = new Effect.Answer(
            501, Map.of(), Optional.of("{\"error\":{\"code\":\"0x80060883\",\"message\":\"not implemented\"}}"), false);

    /** Of the whole, each met once. */
    private static final Map<String, Effect> WHOLE = Map.ofEntries(
            Map.entry("401", Effect.status(401)),
            Map.entry("412", Effect.status(412)),
            Map.entry("429", Effect.throttled(Duration.ofSeconds(1))),
            Map.entry("500, performed", Effect.status(500).butPerformed()),
            Map.entry("501", NO_BATCH),
            Map.entry("200 with a page of HTML", Effect.html()),
            Map.entry("an answer cut short", new Effect.Truncated()),
            Map.entry("a reset in the body", new Effect.ResetInBody()),
            Map.entry("a reset before the answer, performed", new Effect.Reset(true)),
            Map.entry("no answer", new Effect.Hang(false)),
            Map.entry("no answer, performed", new Effect.Hang(true)));

    /** Of one call in it, each met once. */
    private static final Map<String, Effect> PART = Map.of(
            "401", Effect.status(401),
            "400", Effect.status(400),
            "412, performed", Effect.status(412).butPerformed(),
            "429", Effect.throttled(Duration.ofSeconds(1)),
            "500", Effect.status(500),
            "503, performed", Effect.status(503).butPerformed());

    private static final List<Operation> PARTS =
            List.of(Operation.CREATE_DEFINITION, Operation.CREATE_SEGMENT, Operation.PUBLISH);

    private static World world() {
        return new World(SandboxOptions.defaults().withSimulator(new SimulatorSettings()), 1);
    }

    private static long requests(World world, Operation operation) {
        return world.log().entries(operation).size();
    }

    @Test
    void takesOneRequestToMakeAndPublish() {
        try (var world = world()) {
            // Given
            var unused = world.relay(BATCH);

            // When
            world.submit("calm");
            world.topics()
                    .request(
                            "wrong", "{\"displayName\":\"wrong\",\"query\":\"PROFILE(contact).FILTER(no_such == 1)\"}");
            world.awaitEnded(List.of("calm", "wrong"), SOON);

            // Then
            assertThat(world.topics().byRequest(Topics.READY)).containsOnlyKeys("calm");
            assertThat(requests(world, Operation.BATCH)).isEqualTo(2);
            assertThat(requests(world, Operation.CREATE_DEFINITION)).isZero();
            assertThat(requests(world, Operation.CREATE_SEGMENT)).isZero();
            assertThat(requests(world, Operation.PUBLISH)).as("to hear why").isEqualTo(1);
            var failed = new String(
                    world.topics()
                            .byRequest(Topics.FAILED)
                            .getOrDefault("wrong", List.of())
                            .getFirst()
                            .value(),
                    java.nio.charset.StandardCharsets.UTF_8);
            assertThat(failed).contains("rejected-by-dynamics").contains("\"step\":\"publish\"");
            assertThat(world.sandbox().dynamics().segmentsByName()).containsOnlyKeys("calm");
        }
    }

    @Test
    void endsInAllWeatherAsSingleCallsDo() {
        try (var world = world()) {
            // Given
            var names = new ArrayList<String>();
            WHOLE.forEach((name, effect) -> {
                names.add(name);
                world.faults()
                        .add(Fault.on(Operation.BATCH).segment(name).times(1).does(effect));
            });
            PARTS.forEach(part -> PART.forEach((weather, effect) -> {
                var name = part.text() + " " + weather;
                names.add(name);
                world.faults().add(Fault.on(part).segment(name).times(1).does(effect));
            }));
            var relay = world.relay(BATCH);

            // When
            names.forEach(world::submit);
            world.awaitEnded(names, SOON);

            // Then
            assertThat(world.topics().byRequest(Topics.READY)).containsOnlyKeys(names.toArray(String[]::new));
            assertThat(world.sandbox().dynamics().segmentsByName()).hasSameSizeAs(names);
            assertThat(world.sandbox().dynamics().segmentsByName().values()).containsOnly(1);
            assertThat(world.sandbox().dynamics().definitionsByName().values()).containsOnly(1);
            assertThat(world.sandbox().dynamics().publishesByName().values()).containsOnly(1);
            assertThat(relay.log())
                    .containsPattern("Dynamics answers [$]batch with (200|412|501), and no answers in it");
        }
    }

    @Test
    void aCrashBeforeTheAnswerIsReadCostsALook() {
        try (var world = world()) {
            // Given
            var hang = Fault.on(Operation.BATCH).times(1).does(new Effect.Hang(true));
            world.faults().add(hang);
            var killed = world.relay(Map.of("RELAY_DYNAMICS_BATCH", "segment"));
            world.submit("crash");
            await("the batch").atMost(SOON).until(() -> world.faults().applied(hang) == 1);

            // When
            killed.kill();
            var unused = world.relay(BATCH);
            world.awaitEnded(List.of("crash"), SOON);

            // Then
            assertThat(world.topics().byRequest(Topics.READY)).containsOnlyKeys("crash");
            assertThat(world.sandbox().dynamics().segmentsByName()).containsEntry("crash", 1);
            assertThat(world.sandbox().dynamics().publishesByName()).containsEntry("crash", 1);
        }
    }
}
