package io.segmentrelay.it;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.segmentrelay.sandbox.SandboxOptions;
import io.segmentrelay.sandbox.dynamics.Effect;
import io.segmentrelay.sandbox.dynamics.Fault;
import io.segmentrelay.sandbox.dynamics.Operation;
import io.segmentrelay.sandbox.dynamics.RequestLog;
import io.segmentrelay.sandbox.dynamics.SimulatorSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Dynamics in all its weather. Each case is a request whose every call meets it once, all of them at the same time: each must
 * end in ready, with one segment. (The segment's own status is asked for only where definitions have no computation columns.)
 *
 * <p>All weather is for all calls, though some of it comes to the same: a publish has no body to be cut short, so that there the
 * connection ends before the answer; and nothing depends on whether a call that only reads was performed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WeatherIT {

    private static final Duration LONG_ENOUGH = Duration.ofMinutes(2);
    private static final int CONCURRENCY = 10;
    private static final String POLL = "status of all that wait";

    /** With the look at the status that comes before a publish is repeated. */
    private static final List<String> ALL_CALLS = List.of(
            Operation.CREATE_DEFINITION.text(),
            Operation.CREATE_SEGMENT.text(),
            Operation.PUBLISH.text(),
            Operation.STATUS.text(),
            POLL,
            Operation.MEMBERS.text());

    private static final Effect NO_SUCH_SECRET = new Effect.Answer(
            401,
            Map.of(),
            Optional.of(
                    "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215: Invalid client secret provided.\"}"),
            false);

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

    private final Map<String, List<Fault>> weather = new HashMap<>();
    private World world;
    private RelayProcess relay;

    @BeforeAll
    void weather() {
        var simulator = new SimulatorSettings().tokenLife(Duration.ofSeconds(4));
        world = new World(SandboxOptions.defaults().withSimulator(simulator), 3);
        relay = world.relay(Map.of(
                "RELAY_DYNAMICS_TIMEOUT", "1s",
                "RELAY_POLL_MAX_INTERVAL", "1s",
                "RELAY_DYNAMICS_MAX_CONCURRENCY", Integer.toString(CONCURRENCY)));
        world.submit("before the weather"); // a process that has just started is slow to read an answer
        world.awaitEnded(List.of("before the weather"), LONG_ENOUGH);

        var goLiveAfter = simulator.goLiveAfter();
        simulator.goLiveAfter(Duration.ofHours(1));
        comesOver(Operation.CREATE_DEFINITION, Operation.CREATE_SEGMENT, Operation.PUBLISH, Operation.STATUS);
        WEATHER.keySet().forEach(world::submit);
        await("all to be polled")
                .atMost(LONG_ENOUGH)
                .untilAsserted(() -> assertThat(polled()).containsAll(WEATHER.keySet()));
        // Only now, when nobody looks before a publish any more: else that would meet what is meant for the poll.
        comesOver(Operation.STATUS, Operation.MEMBERS);
        simulator.goLiveAfter(goLiveAfter);
        world.awaitMostEnded(WEATHER.keySet(), LONG_ENOUGH);
    }

    /** For each of these calls of each case, once. */
    private void comesOver(Operation... calls) {
        WEATHER.forEach((name, effect) -> Stream.of(calls).forEach(call -> {
            var fault = Fault.on(call).segment(name).times(1).does(effect);
            weather.computeIfAbsent(name, n -> new ArrayList<>()).add(fault);
            world.faults().add(fault);
        }));
    }

    /** The segments that a poll has found. */
    private Set<String> polled() {
        return world.log().entries(Operation.STATUS).stream()
                .filter(call -> call.status() == 200 && call(call).equals(POLL))
                .flatMap(call -> call.subjects().stream())
                .collect(Collectors.toSet());
    }

    private static String call(RequestLog.Entry entry) {
        var one = entry.path().endsWith(")");
        return entry.operation() == Operation.STATUS && !one
                ? POLL
                : entry.operation().text();
    }

    /** The calls of a case that have met its weather. */
    private Stream<String> met(String name) {
        return world.log().all().stream()
                .filter(call -> call.faults().stream().anyMatch(weather.getOrDefault(name, List.of())::contains))
                .map(WeatherIT::call);
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
        assertThat(met(name)).containsExactlyInAnyOrderElementsOf(ALL_CALLS);
        world.assertOneLifeEach(List.of(name));
        world.assertNonePublishedInVain(List.of(name));
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

    static Stream<Arguments> tokenWeather() {
        return Stream.of(
                Arguments.of("503", Effect.status(503)),
                Arguments.of("429", Effect.status(429)),
                Arguments.of("200 with a page of HTML", Effect.html()),
                Arguments.of("a reset", new Effect.Reset(false)),
                Arguments.of("an answer cut short", new Effect.Truncated()),
                Arguments.of("no answer", new Effect.Hang(false)),
                Arguments.of("a slow answer", new Effect.Delay(Duration.ofMillis(600))),
                Arguments.of("a secret that is not known everywhere yet", NO_SUCH_SECRET));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tokenWeather")
    void tokensThatCannotBeHadAreWaitedFor(String name, Effect effect) {
        // Given
        var fault = Fault.on(Operation.TOKEN).times(1).does(effect);
        world.faults().add(fault);
        var request = "token: " + name;

        // When: a new token is wanted at once
        world.sandbox().dynamics().revokeTokens();
        world.submit(request);
        world.awaitEnded(List.of(request), LONG_ENOUGH);

        // Then
        assertThat(world.faults().applied(fault)).isEqualTo(1);
        assertThat(world.topics().byRequest(Topics.FAILED)).doesNotContainKey(request);
        world.assertOneLifeEach(List.of(request));
        world.faults().remove(fault);
    }

    @Test
    void aClientThatIsRefusedAgainAndAgainIsUnauthorized() {
        // Given
        var refusal = Fault.on(Operation.TOKEN).does(NO_SUCH_SECRET);
        world.faults().add(refusal);

        // When
        world.sandbox().dynamics().revokeTokens();
        world.submit("refused client");
        world.awaitEnded(List.of("refused client"), LONG_ENOUGH);
        var refusals = world.faults().applied(refusal);
        world.faults().remove(refusal);
        relay.awaitReady(); // so that no other request fails for it

        // Then
        var failed = world.topics().byRequest(Topics.FAILED).getOrDefault("refused client", List.of());
        assertThat(failed).hasSize(1);
        var data = Topics.data(failed.getFirst());
        assertThat(data.getString("code")).isEqualTo("unauthorized");
        assertThat(data.getString("step")).isEqualTo("create-definition");
        assertThat(data.getString("message")).contains("invalid_client", "AADSTS7000215", "AZURE_*");
        assertThat(data.containsKey("dynamics")).isFalse();
        assertThat(refusals).as("refusals, of which the first may pass").isGreaterThan(1);
        assertThat(world.sandbox().dynamics().definitionsByName()).doesNotContainKey("refused client");
    }
}
