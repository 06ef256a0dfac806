package io.segmentrelay.dynamics.members;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import io.segmentrelay.dynamics.MemberSet;
import io.segmentrelay.sketch.Reconciliation.Difference;
import io.segmentrelay.sketch.Sketch;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What one refresh of a large segment takes: its list read as it comes, the difference told and proven, the next sketch made.
 * {@code ./mvnw -Dtest=RefreshBench test} prints the time, and the smallest heap that is enough, in a process of its own.
 */
class RefreshBench {

    private static final int MEMBERS = 1_000_000;
    private static final int CHANGED = 1_000;
    private static final int CELLS = Sketch.cellsFor(CHANGED, 64 * 1024 * 3 / 4);
    private static final int PER_CHUNK = 200;
    private static final int RUNS = 5;
    private static final List<Integer> HEAPS = List.of(256, 128, 64, 48, 40, 32, 28, 24);

    @Test
    void measuresTimeAndHeap() throws IOException, InterruptedException {
        // When
        var smallest = Optional.<Integer>empty();
        for (var megabytes : HEAPS) {
            if (!isEnough(megabytes)) {
                break;
            }
            smallest = Optional.of(megabytes);
        }

        // Then
        assertThat(smallest).isPresent();
        System.out.printf(
                "One refresh of %,d members, %,d of them changed: a heap of %d MB is enough%n",
                MEMBERS, CHANGED, smallest.orElseThrow());
    }

    private static boolean isEnough(int megabytes) throws IOException, InterruptedException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process = new ProcessBuilder(
                        java,
                        "-Xmx%dm".formatted(megabytes),
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RefreshBench.class.getName())
                .redirectErrorStream(true)
                .start();
        try (var output = process.inputReader()) {
            output.lines().forEach(line -> System.out.printf("-Xmx%dm: %s%n", megabytes, line));
        }
        return process.waitFor() == 0;
    }

    /** One process of its own: as many refreshes as it takes until the machine is warm. */
    public static void main(String[] arguments) {
        var times = new long[RUNS];
        var earlier = list(0);
        for (var run = 1; run <= RUNS; run++) {
            var sketch = Sketch.of(earlier, CELLS).toBase64();
            var digest = earlier.digest();
            earlier = MemberSet.of(List.of()); // nothing of it is kept from one refresh to the next
            var begun = System.nanoTime();
            var later = list(run);
            var difference = Sketch.fromBase64(sketch, 64 * 1024).orElseThrow().reconcile(later, digest);
            var snapshot = later.digest();
            var next = Sketch.of(later, CELLS).toBase64();
            times[run - 1] = System.nanoTime() - begun;
            if (!(difference instanceof Difference told)
                    || told.size() != CHANGED
                    || snapshot.length + next.length() < 32) {
                throw new IllegalStateException("not told: " + difference);
            }
            earlier = later;
        }
        System.out.printf(
                "first %,d ms, median of %d %,d ms%n",
                Duration.ofNanos(times[0]).toMillis(),
                RUNS,
                Duration.ofNanos(Arrays.stream(times).sorted().toArray()[RUNS / 2])
                        .toMillis());
    }

    /** The segment as it is at a refresh, read from an answer that comes in pieces. */
    private static MemberSet list(int refresh) {
        var reader = new MembersAnswerReader();
        reader.feed(bytes("{\"StatusCode\":200,\"ResultText\":\"{\\\"members\\\":["));
        for (var from = 0; from < MEMBERS; from += PER_CHUNK) {
            var chunk = new StringBuilder();
            for (var i = from; i < from + PER_CHUNK; i++) {
                chunk.append(i == 0 ? "\\\"" : ",\\\"")
                        .append(member(i, refresh))
                        .append("\\\"");
            }
            reader.feed(bytes(chunk.toString()));
        }
        reader.feed(bytes("]}\"}"));
        return reader.finish().toMemberList().members();
    }

    /** Half of those that change have left at the next refresh, and as many others have joined. */
    private static UUID member(int number, int refresh) {
        var person = number < CHANGED / 2 ? number + (refresh + 1L) * MEMBERS : number;
        return new UUID(
                (mixed(person) & ~0xf000L) | 0x4000L, (mixed(~person) & 0x3fffffffffffffffL) | 0x8000000000000000L);
    }

    private static long mixed(long value) {
        var mixed = (value + 0x9E3779B97F4A7C15L) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 31)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 29);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
