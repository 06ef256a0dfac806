package io.segmentrelay.it.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.segmentrelay.it.bench.BenchWorld.Contender;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Segments a second and CPU for each, at a server whose calls take 5 ms and whose segments are live at once, the usual design's best case.
 * The first ones cold, the last ones warm; {@code ./mvnw -Pbench -Dbench=throughput verify}.
 */
@Tag("bench")
@Tag("throughput")
class ThroughputBench {

    private static final int COLD = Bench.size(1_000, 20);
    private static final int WARMING = Bench.size(3_000, 10);
    private static final int WARM = Bench.size(2_000, 20);

    /** Of one process: ms to its first answer, segments a second and ms of CPU for each. */
    private record Run(double first, double cold, double coldCpu, double warm, double warmCpu, double allCpu) {}

    @Test
    void besideTheUsualDesign() {
        // Given
        var relay = new ArrayList<Run>();
        var batched = new ArrayList<Run>();
        var cached = new ArrayList<Run>();
        var usual = new ArrayList<Run>();

        if (Bench.isMeasuring()) {
            BenchWorld.recordCache();
        }

        // When
        for (var run = 0; run < Bench.runs(); run++) {
            relay.add(measured(world -> world.relay(Map.of())));
            usual.add(measured(world -> world.usual("-Xmx256m")));
            if (Bench.isMeasuring()) {
                cached.add(measured(BenchWorld::cachedRelay));
                batched.add(measured(world -> world.relay(Map.of("RELAY_DYNAMICS_BATCH", "segment"))));
            }
        }

        // Then
        Bench.print(
                "Throughput",
                Bench.runs(),
                List.of(
                        Bench.text(
                                "warm: %.1f times the segments a second, CPU for each %.2f : 1",
                                Bench.median(relay, Run::warm) / Bench.median(usual, Run::warm),
                                Bench.median(relay, Run::warmCpu) / Bench.median(usual, Run::warmCpu)),
                        "                         |  cold: first answer, segments/s, CPU each |  warm: segments/s, CPU each | CPU each, with the start",
                        line("relay", relay),
                        line("relay, AOT cache", cached),
                        line("relay, batch=segment", batched),
                        line("usual design", usual)));
        assertThat(relay).hasSameSizeAs(usual);
    }

    private static Run measured(Function<BenchWorld, Contender> start) {
        try (var world = new BenchWorld(BenchWorld.quick(Duration.ofMillis(5)))) {
            var contender = start.apply(world);
            var begin = System.nanoTime();
            var cold = phase(world, contender, "cold", COLD);
            var first = (world.arrivals().getFirst().nanos() - begin) / 1e6;
            phase(world, contender, "warming", WARMING);
            var warm = phase(world, contender, "warm", WARM);
            return new Run(
                    first,
                    cold.perSecond(),
                    cold.cpu(),
                    warm.perSecond(),
                    warm.cpu(),
                    Bench.millis(contender.cpu()) / (COLD + WARMING + WARM));
        }
    }

    private record Phase(double perSecond, double cpu) {}

    private static Phase phase(BenchWorld world, Contender contender, String name, int count) {
        var before = world.arrivals().size();
        var cpu = contender.cpu();
        var begin = System.nanoTime();
        IntStream.range(0, count).forEach(i -> world.submit(name + " " + i));
        world.awaitArrivals(before + count, contender);
        var took = (world.arrivals().get(before + count - 1).nanos() - begin) / 1e9;
        return new Phase(count / took, Bench.millis(contender.cpu().minus(cpu)) / count);
    }

    private static String line(String name, List<Run> runs) {
        return Bench.text(
                "%-24s | %8.0f ms %10.0f %10.2f ms | %12.0f %10.2f ms | %10.2f ms",
                name,
                Bench.median(runs, Run::first),
                Bench.median(runs, Run::cold),
                Bench.median(runs, Run::coldCpu),
                Bench.median(runs, Run::warm),
                Bench.median(runs, Run::warmCpu),
                Bench.median(runs, Run::allCpu));
    }
}
