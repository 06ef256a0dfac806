package io.segmentrelay.it.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.ToLongFunction;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import io.segmentrelay.it.AotCache;
import io.segmentrelay.it.RelayProcess;
import io.segmentrelay.it.Training;
import io.segmentrelay.sandbox.Sandbox;
import io.segmentrelay.sandbox.SandboxOptions;
import io.segmentrelay.sandbox.dynamics.SimulatorSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * {@code ./mvnw -Pbench -Dbench=startup verify}, and {@code ./mvnw -Dnative -DskipTests.unit -Dit.test=StartupBench verify} for the native executable: from the start of the process to the first answer of {@code /q/health/started} and of
 * {@code /q/health/ready} (broker reached, token had), the CPU time and the memory that is resident then, and to the answer of the
 * first request, whose segment is live at once. With and without the cache take turns.
 */
@EnabledOnOs(OS.LINUX)
@Tag("bench")
@Tag("startup")
class StartupBench {

    private static final int RUNS = 5;

    private static final List<String> CACHED = AotCache.strictly(AotCache.CONTAINER);
    private static final List<String> PLAIN =
            CACHED.stream().filter(option -> !option.contains("AOT")).toList();

    private static Sandbox sandbox() {
        var atOnce = new SimulatorSettings().goLiveAfter(Duration.ZERO).computeAfter(Duration.ZERO);
        return Sandbox.start(SandboxOptions.defaults().withSimulator(atOnce));
    }

    @Test
    void measuresTheExecutable() {
        assumeTrue(RelayProcess.isNative(), "of the native executable, where that is built");
        try (var sandbox = sandbox()) {
            // Given
            start(sandbox.env(), List.of());
            var starts = new ArrayList<Start>();

            // When
            for (var run = 0; run < RUNS; run++) {
                starts.add(start(sandbox.env(), List.of()));
            }

            // Then
            System.out.printf(
                    "%nStart-up, median of %d, %d cores%n%s%n",
                    RUNS, Runtime.getRuntime().availableProcessors(), line("native", starts));
            assertThat(starts).hasSize(RUNS);
        }
    }

    @Test
    void measuresWithAndWithoutTheCache() {
        assumeFalse(RelayProcess.isNative(), "of the jar");
        try (var sandbox = sandbox()) {
            // Given
            AotCache.record(sandbox.env());
            start(sandbox.env(), PLAIN);
            start(sandbox.env(), CACHED);
            var plain = new ArrayList<Start>();
            var cached = new ArrayList<Start>();

            // When
            for (var run = 0; run < RUNS; run++) {
                plain.add(start(sandbox.env(), PLAIN));
                cached.add(start(sandbox.env(), CACHED));
            }

            // Then
            System.out.printf(
                    "%nStart-up, median of %d, JDK %s, %d cores%n%s%n%s%n",
                    RUNS,
                    System.getProperty("java.version"),
                    Runtime.getRuntime().availableProcessors(),
                    line("without AOT cache", plain),
                    line("with AOT cache", cached));
            assertThat(median(cached, Start::started)).isLessThan(median(plain, Start::started));
        }
    }

    /**
     * One start.
     *
     * @param started ms to the first answer of {@code /q/health/started}
     * @param ready ms to the first answer of {@code /q/health/ready}
     * @param cpu ms of CPU time, of all processors and in the kernel too, until then
     * @param resident KiB of memory that is resident then
     * @param handled ms to the answer of the first request
     */
    private record Start(long started, long ready, long cpu, long resident, long handled) {}

    private static Start start(Map<String, String> settings, List<String> options) {
        var begin = System.nanoTime();
        try (var relay = RelayProcess.isNative()
                ? RelayProcess.launch(settings)
                : RelayProcess.launchIn(AotCache.PACKAGE, settings, options)) {
            var started = until(relay, "started", begin);
            var ready = until(relay, "ready", begin);
            var cpu = cpu(relay.pid());
            var resident = resident(relay.pid());
            var id = "first-" + UUID.randomUUID();
            assertThat(Training.postBinary(relay, id, small(id))).isEqualTo(204);
            return new Start(started, ready, cpu, resident, since(begin));
        }
    }

    private static String small(String displayName) {
        return "{\"displayName\":\"%s\",\"query\":\"PROFILE(contact).FILTER(address1_county == 'No such')\"}"
                .formatted(displayName);
    }

    private static long until(RelayProcess relay, String kind, long begin) {
        await(kind)
                .atMost(Duration.ofSeconds(60))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .untilAsserted(
                        () -> assertThat(relay.health(kind)).as(relay::log).isEqualTo(200));
        return since(begin);
    }

    private static long since(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin).toMillis();
    }

    private static long cpu(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .orElseThrow()
                .toMillis();
    }

    private static long resident(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long median(List<Start> starts, ToLongFunction<Start> value) {
        var sorted = starts.stream().mapToLong(value).toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static String line(String kind, List<Start> starts) {
        return "%-18s started %5d ms, ready %5d ms, CPU %5d ms, resident %4d MiB, first request answered %5d ms"
                .formatted(
                        kind,
                        median(starts, Start::started),
                        median(starts, Start::ready),
                        median(starts, Start::cpu),
                        median(starts, Start::resident) / 1024,
                        median(starts, Start::handled));
    }
}
