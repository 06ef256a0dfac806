package io.segmentrelay.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import io.segmentrelay.sandbox.Sandbox;
import io.segmentrelay.sandbox.SandboxOptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * {@code ./mvnw -Pbench verify}: from the start of the process to the first answer of {@code /q/health/started} and of
 * {@code /q/health/ready} (broker reached, token had), and the memory that is resident then. The two kinds take turns.
 */
@EnabledOnOs(OS.LINUX)
class StartupBench {

    private static final int RUNS = 5;

    private static final List<String> CACHED = AotCache.strictly(AotCache.CONTAINER);
    private static final List<String> PLAIN =
            CACHED.stream().filter(option -> !option.contains("AOT")).toList();

    @Test
    void measuresWithAndWithoutTheCache() {
        try (var sandbox = Sandbox.start(SandboxOptions.defaults())) {
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
     * @param resident KiB of memory that is resident then
     */
    private record Start(long started, long ready, long resident) {}

    private static Start start(Map<String, String> settings, List<String> options) {
        var begin = System.nanoTime();
        try (var relay = RelayProcess.launchIn(AotCache.PACKAGE, settings, options)) {
            var started = until(relay, "started", begin);
            var ready = until(relay, "ready", begin);
            return new Start(started, ready, resident(relay.pid()));
        }
    }

    private static long until(RelayProcess relay, String kind, long begin) {
        await(kind)
                .atMost(Duration.ofSeconds(60))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .untilAsserted(
                        () -> assertThat(relay.health(kind)).as(relay::log).isEqualTo(200));
        return Duration.ofNanos(System.nanoTime() - begin).toMillis();
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
        return "%-18s started %5d ms, ready %5d ms, resident %4d MiB"
                .formatted(
                        kind,
                        median(starts, Start::started),
                        median(starts, Start::ready),
                        median(starts, Start::resident) / 1024);
    }
}
