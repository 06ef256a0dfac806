package io.segmentrelay.it;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.segmentrelay.event.Step;
import io.segmentrelay.sandbox.SandboxOptions;
import io.segmentrelay.sandbox.dynamics.Operation;
import io.segmentrelay.sandbox.dynamics.RequestLog;
import io.segmentrelay.sandbox.dynamics.SimulatorSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Replicas join, leave and die while segments are waited for: one task each, however often the partitions move. */
class RebalanceIT {

    private static final Scale SCALE = Scale.current();

    /** So short that a segment is asked for fifty times: what the moves add is little beside that, a doubling is not. */
    private static final Duration POLL = SCALE.rebalancing().dividedBy(50);

    /** Polls by which it is measured how long one takes in truth: the pause, and the time until the answer is worked off. */
    private static final int QUIET_POLLS = 12;

    /** For time alone: twelve polls are measured to a tenth, and samples are no clock. */
    private static final double SLACK = 1.2;

    /**
     * A segment that has moved is asked for within 200 ms, and so are all others of its replica with it: one call more on
     * either side of a move, or two where the records of its partitions come one after the other.
     */
    private static final int CALLS_OF_A_MOVE = 3;

    private static final Map<String, String> SETTINGS = Map.of(
            "RELAY_POLL_INTERVAL",
            POLL.toMillis() + "ms",
            "RELAY_POLL_MAX_INTERVAL",
            POLL.toMillis() + "ms",
            "RELAY_DYNAMICS_REQUESTS_PER_5_MINUTES",
            "1000000",
            "KAFKA_SESSION_TIMEOUT_MS",
            "4000",
            "KAFKA_HEARTBEAT_INTERVAL_MS",
            "500");

    @Test
    void segmentsHaveOneTaskEachWhileReplicasComeAndGo() {
        // Given
        var count = SCALE.rebalanced();
        var never = new SimulatorSettings().goLiveAfter(Duration.ofHours(1)).requestsPer5Minutes(1_000_000);
        try (var world = new World(SandboxOptions.defaults().withSimulator(never), 6);
                var watched = new WatchedReplicas()) {
            var names = IntStream.range(0, count).mapToObj(i -> "moved " + i).toList();
            handOverAll(world, names);
            var host = watched.joins(world.launch(SETTINGS));
            awaitWaiting(host, count);
            var poll = quietPoll(world, count);
            watched.start();
            watched.awaitSamples(2);
            var before = world.log().all().size();
            var toAskBefore = watched.secondsToAsk();
            var start = Instant.now();

            // When
            var guests = 0;
            while (guests < 2 || Duration.between(start, Instant.now()).compareTo(SCALE.rebalancing()) < 0) {
                var guest = watched.joins(world.launch(SETTINGS));
                await("its share of the partitions").atMost(SCALE.patience()).until(() -> inFlight(guest) > 0);
                watched.awaitSamples(5);
                if (guests % 2 == 0) {
                    guest.terminate();
                } else {
                    guest.kill();
                }
                watched.left(guest);
                guests++;
            }
            await("all to be back").atMost(SCALE.patience()).until(() -> inFlight(host) >= count);
            watched.awaitSamples(5);
            var took = Duration.between(start, Instant.now());
            watched.stop();
            var calls = world.log().all();
            calls = calls.subList(before, calls.size());

            // Then
            var moves = 2 * guests;
            var statuses = calls.stream()
                    .filter(call -> call.operation() == Operation.STATUS)
                    .toList();
            var asked = askedBySegment(statuses);
            var average = asked.values().stream().mapToInt(Integer::intValue).sum() / (double) count;
            var most = asked.values().stream().mapToInt(Integer::intValue).max().orElse(0);
            var fairlyAsked = took.toMillis() / 1e3 / poll;
            var fairCalls = (watched.secondsToAsk() - toAskBefore) / poll;
            System.out.printf(
                    "%d moves in %s, a poll every %.3f s: %d status calls (fair: %.0f); a segment was asked for %.1f times on average, at most %d (fair: %.0f); %.0f waited for at once%n",
                    moves, took, poll, statuses.size(), fairCalls, average, most, fairlyAsked, watched.mostWaiting());

            assertThat(statuses.size()).as("status calls").isLessThanOrEqualTo((int)
                    (SLACK * fairCalls + CALLS_OF_A_MOVE * moves));
            assertThat(asked).hasSize(count);
            assertThat(average)
                    .as("how often a segment was asked for on average")
                    .isLessThanOrEqualTo(SLACK * fairlyAsked + CALLS_OF_A_MOVE * moves);
            assertThat(most).as("how often one was asked for at most").isLessThanOrEqualTo((int)
                    (SLACK * fairlyAsked + 2 * CALLS_OF_A_MOVE * moves));
            assertThat(watched.mostWaiting())
                    .as("segments waited for at once, over all replicas")
                    .isLessThanOrEqualTo(count);
            // A continuation goes on where it is: no create, no publish, no look at a single row.
            assertThat(calls)
                    .as("other calls than for the states of many")
                    .allMatch(call -> call.operation() == Operation.TOKEN || isForMany(call));

            // When
            never.goLiveAfter(Duration.ZERO);
            world.awaitEnded(names, SCALE.patience());

            // Then
            world.assertOneLifeEach(names);
            world.assertRepeatsAreEqual();
            world.awaitCommitted(SCALE.patience());
        }
    }

    /** Each is published, waits to go live, and is a continuation: a record of a request would begin again where it moves. */
    private static void handOverAll(World world, List<String> names) {
        var relay = world.relay(SETTINGS);
        names.forEach(name -> world.topics().request(name, World.small(name)));
        awaitWaiting(relay, names.size());
        relay.terminate();
        await("all to be handed over").atMost(SCALE.patience()).untilAsserted(() -> {
            assertThat(world.topics().of(Topics.PENDING))
                    .hasSize(names.size())
                    .allMatch(record -> Topics.data(record).getString("step").equals(Step.AWAIT_LIVE.label()));
            assertThat(world.topics().lag(Topics.REQUESTS)).isZero();
        });
    }

    /** How often one replica asks for all, in seconds: not more often than it is set to, with one call for each 200. */
    private static double quietPoll(World world, int count) {
        var calls = QUIET_POLLS * Math.ceilDiv(count, WatchedReplicas.AT_ONCE);
        var before = world.log().count(Operation.STATUS);
        var start = System.nanoTime();
        await("polls while nobody comes or goes")
                .atMost(SCALE.patience())
                .pollInterval(Duration.ofMillis(20))
                .until(() -> world.log().count(Operation.STATUS) >= before + calls);
        var poll = (System.nanoTime() - start) / 1e9 / QUIET_POLLS;
        assertThat(poll)
                .as("seconds between two calls for the same segments")
                .isGreaterThan(0.9 * POLL.toMillis() / 1e3);
        return poll;
    }

    private static void awaitWaiting(RelayProcess relay, int count) {
        await("all to wait").atMost(SCALE.patience()).until(() -> WatchedReplicas.waiting(relay) >= count);
    }

    private static double inFlight(RelayProcess relay) {
        return WatchedReplicas.inFlight(relay);
    }

    private static boolean isForMany(RequestLog.Entry call) {
        return call.operation() == Operation.STATUS && !call.path().endsWith(")");
    }

    private static Map<String, Integer> askedBySegment(List<RequestLog.Entry> statuses) {
        var asked = new HashMap<String, Integer>();
        statuses.stream()
                .flatMap(call -> call.subjects().stream())
                .filter(subject -> subject.startsWith("moved "))
                .forEach(subject -> asked.merge(subject, 1, Integer::sum));
        return asked;
    }
}
