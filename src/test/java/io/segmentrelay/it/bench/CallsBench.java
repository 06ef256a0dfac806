package io.segmentrelay.it.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.segmentrelay.it.bench.BenchWorld.Contender;
import io.segmentrelay.sandbox.dynamics.Operation;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calls for each of many segments that go live after a minute, and how late that is seen; {@code ./mvnw -Pbench -Dbench=calls verify}. What the
 * usual design does for each does not depend on their number: it is measured with a few, as a thousand would take it 5 hours.
 */
@Tag("bench")
@Tag("calls")
class CallsBench {

    private static final Duration GOES_LIVE = Bench.size(Duration.ofSeconds(60), Duration.ofSeconds(1));
    private static final List<Integer> SEGMENTS = Bench.size(List.of(1_000, 10_000), List.of(20));
    private static final int FEW = BenchWorld.PARTITIONS;

    /** Calls for each segment, its status apart, and ms from live to answered. */
    private record Run(int segments, double calls, double status, double late) {}

    @Test
    void besideTheUsualDesign() {
        // When
        var usual = measured(FEW, world -> world.usual("-Xmx256m"));
        var relay = new ArrayList<Run>();
        SEGMENTS.forEach(count -> relay.add(measured(count, world -> world.relay(Map.of()))));
        var batched = new ArrayList<Run>();
        if (Bench.isMeasuring()) {
            batched.add(measured(SEGMENTS.getFirst(), world -> world.relay(Map.of("RELAY_DYNAMICS_BATCH", "segment"))));
        }

        // Then
        var lines = new ArrayList<String>();
        lines.add(Bench.text(
                "status calls for each of %d: 1 : %.0f",
                relay.getFirst().segments(), usual.status() / relay.getFirst().status()));
        lines.add(
                "                         |   segments | calls each, status apart | status calls each | live to answered, median");
        relay.forEach(run -> lines.add(line("relay", run)));
        batched.forEach(run -> lines.add(line("relay, batch=segment", run)));
        lines.add(line("usual design", usual));
        Bench.print("Calls", 1, lines);
        assertThat(relay).allSatisfy(run -> assertThat(run.calls()).isEqualTo(4));
        assertThat(batched).allSatisfy(run -> assertThat(run.calls()).isEqualTo(2));
    }

    private static Run measured(int count, Function<BenchWorld, Contender> start) {
        var simulator = BenchWorld.quick(Duration.ZERO).goLiveAfter(GOES_LIVE);
        try (var world = new BenchWorld(simulator)) {
            var contender = start.apply(world);
            IntStream.range(0, count).forEach(i -> world.submit("calls " + i));
            world.awaitArrivals(count, contender);
            var log = world.dynamics().log();
            var status = log.entries(Operation.STATUS).size();
            var all = log.all().size() - log.entries(Operation.TOKEN).size();
            return new Run(count, (all - status) / (double) count, status / (double) count, late(world));
        }
    }

    /** By the broker's and the simulator's clock, which are one; each segment by its publish. */
    private static double late(BenchWorld world) {
        var publishes = Stream.of(Operation.PUBLISH, Operation.BATCH)
                .flatMap(operation -> world.dynamics().log().entries(operation).stream())
                .mapToLong(call -> call.start().toEpochMilli())
                .sorted()
                .toArray();
        // In their order: who is published first is live first, and answered in the same poll or an earlier one.
        var answers = world.arrivals().stream()
                .mapToLong(BenchWorld.Arrival::writtenMillis)
                .sorted()
                .toArray();
        var late = IntStream.range(0, publishes.length)
                .mapToLong(i -> answers[i] - publishes[i] - GOES_LIVE.toMillis())
                .toArray();
        Arrays.sort(late);
        return late[late.length / 2];
    }

    private static String line(String name, Run run) {
        return Bench.text(
                "%-24s | %10d | %24.2f | %17.3f | %12.0f ms",
                name, run.segments(), run.calls(), run.status(), run.late());
    }
}
