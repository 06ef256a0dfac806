package io.segmentrelay.it;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.segmentrelay.sandbox.dynamics.Effect;
import io.segmentrelay.sandbox.dynamics.Fault;
import io.segmentrelay.sandbox.dynamics.Operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The relay is killed (SIGKILL) at every point of a request's way. Each case is a request that is held at its point by the
 * simulator; when all are held, the process is killed, once for all of them, and what comes after must end each of them as
 * if nothing had been. Nothing that was acknowledged before is committed: the worst case.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrashIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Map<String, String> SETTINGS = Map.of("RELAY_PAGE_SIZE", "1000");
    private static final List<Operation> STEPS = List.of(
            Operation.CREATE_DEFINITION,
            Operation.CREATE_SEGMENT,
            Operation.PUBLISH,
            Operation.STATUS,
            Operation.MEMBERS);

    /** Where a request is when the process dies. */
    private record Point(Operation held, boolean performed) {
        String name(String after) {
            return "killed %s %s, %s"
                    .formatted(
                            performed ? "after" : "before",
                            performed ? held.text() + " and before its answer" : held.text(),
                            after);
        }

        static Stream<Point> all() {
            return STEPS.stream().flatMap(step -> Stream.of(new Point(step, false), new Point(step, true)));
        }
    }

    private static String emitted(String after) {
        return "killed between emit and acknowledge, " + after;
    }

    private static String handedOver(Operation step, String after) {
        return "killed between the continuation before %s and its acknowledgement, %s".formatted(step.text(), after);
    }

    private World world;

    @BeforeAll
    void killAndGoOn() {
        world = new World(3);
        restart();
        takeOver();
        restartWithContinuations();
        world.awaitMostEnded(cases().toList(), SOON);
    }

    @AfterAll
    void stop() {
        world.close();
    }

    static Stream<String> cases() {
        return Stream.concat(
                Stream.of("restart", "takeover")
                        .flatMap(after ->
                                Stream.concat(Point.all().map(point -> point.name(after)), Stream.of(emitted(after)))),
                STEPS.stream().map(step -> handedOver(step, "restart")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void everyRequestEndsAsIfNothingHadBeen(String name) {
        // When
        var pages = world.topics().byRequest(Topics.READY).getOrDefault(name, List.of());

        // Then
        assertThat(pages).as("ready events").isNotEmpty();
        assertThat(pages)
                .as("pages, repeats once")
                .hasSize(Topics.data(pages.getFirst()).getInteger("pageCount"));
        assertThat(pages.stream()
                        .map(page -> Topics.data(page).getString("snapshotId"))
                        .distinct())
                .hasSize(1);
        world.assertOneLifeEach(List.of(name));
    }

    @Test
    void repeatsAreEqualAndAllOffsetsCommitted() {
        world.assertRepeatsAreEqual();
        world.awaitCommitted(SOON);
    }

    private void restart() {
        var relay = heldEverywhere("restart");
        relay.kill();
        world.faults().clear();
        world.relay(SETTINGS);
        world.awaitMostEnded(Point.all().map(point -> point.name("restart")).toList(), SOON);
        world.awaitCommitted(SOON);
        world.killAll();
    }

    private void takeOver() {
        var relay = heldEverywhere("takeover");
        world.relay(SETTINGS);
        relay.kill();
        world.faults().clear();
        world.awaitMostEnded(Point.all().map(point -> point.name("takeover")).toList(), SOON);
        world.awaitCommitted(SOON);
        world.killAll();
    }

    private void restartWithContinuations() {
        var names = new ArrayList<String>();
        for (var step : STEPS) {
            var name = handedOver(step, "restart");
            names.add(name);
            world.faults().add(Fault.on(step).segment(name).does(new Effect.Hang(false)));
            world.submit(name);
        }
        var relay = world.relay(neverCommitting(Map.of("RELAY_WINDOW", "3s")));
        await("a continuation of each")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(world.topics().byRequest(Topics.PENDING))
                        .containsKeys(names.toArray(String[]::new)));
        relay.kill();
        world.faults().clear();
        world.relay(SETTINGS);
    }

    /** A relay that has a request at every point, and one that is done with, and has committed none of it. */
    private RelayProcess heldEverywhere(String after) {
        var relay = world.relay(neverCommitting(SETTINGS));
        world.submit(emitted(after));
        world.awaitEnded(List.of(emitted(after)), SOON);
        hold(
                after,
                Point.all().filter(point -> point.held() != Operation.STATUS).toList());
        // Later, since one request asks for the states of all that wait, and is held for all of them.
        hold(
                after,
                Point.all().filter(point -> point.held() == Operation.STATUS).toList());
        return relay;
    }

    private void hold(String after, List<Point> points) {
        points.forEach(point -> {
            var name = point.name(after);
            world.faults().add(Fault.on(point.held()).segment(name).does(new Effect.Hang(point.performed())));
            world.submit(name);
        });
        await("every request to be held at its point")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(points.stream().filter(point -> !isHeld(point, point.name(after))))
                        .isEmpty());
    }

    private boolean isHeld(Point point, String name) {
        return world.log().entries(point.held()).stream()
                .anyMatch(entry ->
                        entry.subjects().contains(name) && !entry.faults().isEmpty());
    }

    private static Map<String, String> neverCommitting(Map<String, String> settings) {
        var all = new java.util.HashMap<>(settings);
        all.put("KAFKA_AUTO_COMMIT_INTERVAL_MS", "600000");
        return all;
    }

    @Test
    void aCrashBetweenTwoPagesRepeatsThemAll() {
        // Given
        world.killAll();
        var onePerPage = Map.of("RELAY_PAGE_SIZE", "4");
        var relay = world.relay(onePerPage);
        world.submit("between pages");

        // When
        await("some pages, not all")
                .atMost(SOON)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> pages("between pages") > 20);
        relay.kill();
        var before = world.topics().byRequest(Topics.READY).getOrDefault("between pages", List.of());
        world.relay(onePerPage);
        world.awaitEnded(List.of("between pages"), SOON);

        // Then
        assertThat(before)
                .as("the kill came before the last page")
                .hasSizeLessThan(Topics.data(before.getFirst()).getInteger("pageCount"));
        world.assertOneLifeEach(List.of("between pages"));
        world.assertRepeatsAreEqual();
        world.awaitCommitted(SOON);
    }

    private long pages(String request) {
        return world.topics().of(Topics.READY).stream()
                .filter(page -> Topics.header(page, "ce_correlationid").equals(java.util.Optional.of(request)))
                .count();
    }
}
