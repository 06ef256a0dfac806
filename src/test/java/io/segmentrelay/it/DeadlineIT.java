package io.segmentrelay.it;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

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

/** Segments that never go live, and what must not be taken for one. */
class DeadlineIT {

    private static final Duration READY_WITHIN = Duration.ofSeconds(6);
    private static final String READY_WITHIN_FIELD = ",\"readyWithin\":\"PT6S\"";
    private static final Duration SOON = Duration.ofSeconds(60);

    /** One poll, and what a busy machine needs for it. */
    private static final Duration ONE_POLL = Duration.ofSeconds(3);

    private World world;

    @BeforeEach
    void start() {
        var never = new SimulatorSettings().goLiveAfter(Duration.ofHours(1));
        world = new World(SandboxOptions.defaults().withSimulator(never), 3);
    }

    @AfterEach
    void stop() {
        world.close();
    }

    private Instant failedAt(String name) {
        world.awaitEnded(List.of(name), SOON);
        var failed = world.topics().byRequest(Topics.FAILED).getOrDefault(name, List.of());
        assertThat(failed).hasSize(1);
        assertThat(Topics.data(failed.getFirst()).getString("code")).isEqualTo("deadline-exceeded");
        return Instant.ofEpochMilli(failed.getFirst().timestamp());
    }

    @Test
    void failsWithinOnePollOfTheDeadline() {
        // Given
        world.relay(Map.of());
        var deadline = Instant.now().plus(READY_WITHIN);

        // When
        world.submit("under way", READY_WITHIN_FIELD);

        // Then
        assertThat(failedAt("under way")).isBetween(deadline.minusMillis(50), deadline.plus(ONE_POLL));
    }

    @Test
    void failsWithinOnePollOfTheDeadlineAlsoWhereItWasHandedOver() {
        // Given
        world.relay(Map.of("RELAY_WINDOW", "2s"));
        var deadline = Instant.now().plus(READY_WITHIN);

        // When
        world.submit("handed over", READY_WITHIN_FIELD);

        // Then
        assertThat(failedAt("handed over")).isBetween(deadline.minusMillis(50), deadline.plus(ONE_POLL));
        assertThat(world.topics().byRequest(Topics.PENDING).get("handed over")).hasSizeGreaterThan(1);
    }

    @Test
    void failsWithinOnePollOfTheDeadlineAlsoInBadWeather() {
        // Given
        world.relay(Map.of());
        world.faults().add(Fault.onAll().does(new Effect.Hang(false)));
        var deadline = Instant.now().plus(READY_WITHIN);

        // When
        world.submit("in bad weather", READY_WITHIN_FIELD);

        // Then
        assertThat(failedAt("in bad weather")).isBetween(deadline.minusMillis(50), deadline.plus(ONE_POLL));
    }

    @Test
    void failsAtTheStartWhereNobodyWasThereAtTheDeadline() {
        // Given
        var relay = world.relay(Map.of());
        var deadline = Instant.now().plus(READY_WITHIN);
        world.submit("nobody there", READY_WITHIN_FIELD);
        await("it to wait").atMost(SOON).until(() -> world.log().count(Operation.STATUS) > 0);
        relay.kill();
        await("the deadline to pass").atMost(SOON).until(() -> Instant.now().isAfter(deadline));

        // When
        world.relay(Map.of());
        var ready = Instant.now();

        // Then: the group may need the session timeout to forget the one that died
        assertThat(failedAt("nobody there"))
                .isBetween(deadline, ready.plusSeconds(6).plus(ONE_POLL));
        assertThat(world.log().count(Operation.PUBLISH)).isEqualTo(1);
        assertThat(world.sandbox().dynamics().segmentsByName())
                .as("nothing is left")
                .doesNotContainKey("nobody there");
        assertThat(world.sandbox().dynamics().definitionsByName()).doesNotContainKey("nobody there");
    }

    /** Killed after the last page, before the commit; and the request itself sent again. */
    @Test
    void whatWasReadyIsReadyAgainPastItsDeadline() {
        // Given
        world.close();
        world = new World(SandboxOptions.defaults().withSimulator(new SimulatorSettings()), 1);
        var relay = world.relay(Map.of("KAFKA_AUTO_COMMIT_INTERVAL_MS", "600000", "RELAY_PAGE_SIZE", "500"));
        var deadline = Instant.now().plus(READY_WITHIN);
        world.submit("ready", READY_WITHIN_FIELD);
        world.awaitEnded(List.of("ready"), READY_WITHIN);
        var pages = world.topics().of(Topics.READY).size();
        relay.kill();
        await("the deadline to pass").atMost(SOON).until(() -> Instant.now().isAfter(deadline));

        // When
        world.relay(Map.of("RELAY_PAGE_SIZE", "500"));

        // Then
        await("the same pages again")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(world.topics().of(Topics.READY)).hasSize(2 * pages));
        world.awaitCommitted(SOON);
        assertThat(pages).isGreaterThan(1);
        assertThat(world.topics().of(Topics.FAILED)).isEmpty();
        world.assertRepeatsAreEqual();
        world.assertOneLifeEach(List.of("ready"));
    }

    @Test
    void nothingIsBegunPastTheDeadline() {
        // Given: it is in its topic, and nobody is there
        var deadline = Instant.now().plus(READY_WITHIN);
        world.submit("never begun", READY_WITHIN_FIELD);
        await("the deadline to pass").atMost(SOON).until(() -> Instant.now().isAfter(deadline));

        // When
        world.relay(Map.of());

        // Then
        assertThat(failedAt("never begun")).isAfter(deadline);
        assertThat(world.log().count(Operation.CREATE_DEFINITION)).isZero();
        assertThat(world.log().count(Operation.CREATE_SEGMENT)).isZero();
        assertThat(world.log().count(Operation.PUBLISH)).isZero();
    }

    @Test
    void anAnsweredRequestIsNotAnsweredAgainThoughAnEarlierOneStillWaits() {
        // Given
        world.close();
        world = new World(SandboxOptions.defaults().withSimulator(new SimulatorSettings()), 1);
        world.faults().add(Fault.on(Operation.PUBLISH).segment("waits").does(Effect.Fate.NEVER_LIVE));
        var relay = world.relay(Map.of());
        world.submit("waits");
        var deadline = Instant.now().plus(READY_WITHIN);
        world.submit("is answered", READY_WITHIN_FIELD);
        world.awaitEnded(List.of("is answered"), READY_WITHIN);
        await("its answer to be committed behind the position")
                .atMost(SOON)
                .until(() -> world.topics().metadata(Topics.REQUESTS).contains(":"));
        relay.kill();
        await("the deadline to pass").atMost(SOON).until(() -> Instant.now().isAfter(deadline));

        // When
        world.relay(Map.of());
        world.submit("comes later");
        world.awaitEnded(List.of("comes later"), SOON);

        // Then
        assertThat(world.topics().of(Topics.FAILED)).isEmpty();
        world.assertOneLifeEach(List.of("waits", "is answered", "comes later"));
        assertThat(world.topics().lag(Topics.REQUESTS)).isEqualTo(3);
    }
}
