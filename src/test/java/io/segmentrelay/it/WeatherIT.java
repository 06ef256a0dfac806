package io.segmentrelay.it;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.segmentrelay.sandbox.SandboxOptions;
import io.segmentrelay.sandbox.dynamics.Effect;
import io.segmentrelay.sandbox.dynamics.Fault;
import io.segmentrelay.sandbox.dynamics.Operation;
import io.segmentrelay.sandbox.dynamics.SimulatorSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Dynamics in all its weather. Each case is a request whose every call meets it, all of them at the same time: each must end
 * in ready, with one segment.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WeatherIT {

    private static final Duration LONG_ENOUGH = Duration.ofMinutes(2);
    private static final int CONCURRENCY = 10;
    private static final Operation[] LATER_STEPS = {
        Operation.CREATE_SEGMENT, Operation.PUBLISH, Operation.STATUS, Operation.MEMBERS
    };

    private static final Map<String, Effect> WEATHER = Map.ofEntries(
            Map.entry("500", Effect.status(500)),
            Map.entry("500, performed", Effect.status(500).butPerformed()),
            Map.entry("502 with a page of HTML", Effect.html(502)),
            Map.entry("503", Effect.status(503)),
            Map.entry("504, performed", Effect.status(504).butPerformed()),
            Map.entry("408", Effect.status(408)),
            Map.entry("429 without Retry-After", Effect.status(429)),
            Map.entry("429 with Retry-After in seconds", Effect.throttled(Duration.ofMillis(1_500))),
            Map.entry("503 with Retry-After", Effect.status(503).header("Retry-After", "1")),
            Map.entry("200 with a page of HTML", Effect.html()),
            Map.entry("an answer cut short", new Effect.Truncated()),
            Map.entry("a reset in the body", new Effect.ResetInBody()),
            Map.entry("a reset before the answer", new Effect.Reset(false)),
            Map.entry("a reset before the answer, performed", new Effect.Reset(true)),
            Map.entry("no answer", new Effect.Hang(false)),
            Map.entry("no answer, performed", new Effect.Hang(true)));

    private World world;

    @BeforeAll
    void weather() {
        world = new World(
                SandboxOptions.defaults().withSimulator(new SimulatorSettings().tokenLife(Duration.ofSeconds(4))), 3);
        world.relay(Map.of(
                "RELAY_DYNAMICS_TIMEOUT", "1s",
                "RELAY_POLL_MAX_INTERVAL", "1s",
                "RELAY_DYNAMICS_MAX_CONCURRENCY", Integer.toString(CONCURRENCY)));
        world.submit("before the weather"); // a process that has just started is slow to read an answer
        world.awaitEnded(List.of("before the weather"), LONG_ENOUGH);
        WEATHER.forEach((name, effect) -> {
            world.faults()
                    .add(Fault.on(Operation.CREATE_DEFINITION, LATER_STEPS)
                            .segment(name)
                            .times(6)
                            .does(effect));
            world.submit(name);
        });
        world.awaitMostEnded(WEATHER.keySet(), LONG_ENOUGH);
    }

    @AfterAll
    void stop() {
        world.close();
    }

    static Stream<String> cases() {
        return WEATHER.keySet().stream().sorted();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void isWaitedOut(String name) {
        assertThat(world.topics().byRequest(Topics.FAILED)).doesNotContainKey(name);
        assertThat(world.topics().byRequest(Topics.READY)).containsKey(name);
        world.assertOneLifeEach(List.of(name));
    }

    @Test
    void noCallComesBeforeRetryAfterHasPassed() {
        // Given
        var throttled = Fault.on(Operation.CREATE_SEGMENT).times(1).does(Effect.throttled(Duration.ofSeconds(2)));
        world.faults().add(throttled);

        // When
        world.submit("throttled in seconds");
        await("a 429").atMost(LONG_ENOUGH).until(() -> world.faults().applied(throttled) == 1);
        var others = IntStream.range(0, 20).mapToObj(i -> "meanwhile " + i).toList();
        others.forEach(world::submit);
        world.awaitEnded(others, LONG_ENOUGH);

        // Then
        assertThat(world.log().callsBeforeRetryAfter()).isEmpty();
    }

    @Test
    void noCallComesBeforeTheDateInRetryAfter() {
        // Given
        var until = Instant.now().plusSeconds(4);
        var throttled = Fault.on(Operation.PUBLISH).times(1).does(Effect.throttledUntil(until));
        world.faults().add(throttled);

        // When
        world.submit("throttled by date");
        await("a 429").atMost(LONG_ENOUGH).until(() -> world.faults().applied(throttled) == 1);
        var others = IntStream.range(0, 20).mapToObj(i -> "by date " + i).toList();
        others.forEach(world::submit);
        world.awaitEnded(others, LONG_ENOUGH);

        // Then
        assertThat(world.log().callsBeforeRetryAfter()).isEmpty();
        assertThat(world.log().all())
                .filteredOn(call -> call.status() == 429 && call.retryAfter().isPresent())
                .isNotEmpty();
    }

    @Test
    void theConcurrencyLimitHolds() {
        // Given
        world.faults().add(Fault.onAll().times(200).does(new Effect.Delay(Duration.ofMillis(50))));

        // When
        var names = IntStream.range(0, 60).mapToObj(i -> "side by side " + i).toList();
        names.forEach(world::submit);
        world.awaitEnded(names, LONG_ENOUGH);

        // Then
        assertThat(world.log().maxConcurrent()).isBetween(CONCURRENCY / 2, CONCURRENCY);
    }

    static Stream<Effect> tokenWeather() {
        return Stream.of(
                Effect.status(503),
                Effect.status(429),
                Effect.html(),
                new Effect.Reset(false),
                new Effect.Truncated(),
                new Effect.Delay(Duration.ofMillis(600)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tokenWeather")
    void tokensThatCannotBeHadAreWaitedFor(Effect effect) {
        // Given: tokens live for four seconds, so that new ones are wanted soon
        var fault = Fault.on(Operation.TOKEN).times(2).does(effect);
        world.faults().add(fault);
        var begin = world.log().count(Operation.TOKEN);

        // When
        await("new tokens to be wanted").atMost(LONG_ENOUGH).untilAsserted(() -> {
            var name = "token %s %d".formatted(effect.getClass().getSimpleName(), System.nanoTime());
            world.submit(name);
            world.awaitEnded(List.of(name), LONG_ENOUGH);
            assertThat(world.topics().byRequest(Topics.FAILED)).doesNotContainKey(name);
            assertThat(world.faults().applied(fault)).isEqualTo(2);
        });

        // Then
        assertThat(world.log().count(Operation.TOKEN)).isGreaterThan(begin);
        world.faults().remove(fault);
    }
}
