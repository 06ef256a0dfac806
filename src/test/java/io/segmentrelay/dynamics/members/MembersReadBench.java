package io.segmentrelay.dynamics.members;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How fast a member list is read on one core, sorting left out: as servers write it, and in a spelling that is read character by character.
 * {@code ./mvnw -Dtest=MembersReadBench test} prints it.
 */
class MembersReadBench {

    private static final int MEMBERS = 1_000_000;
    private static final int CHUNK = 16 * 1024;
    private static final int RUNS = 9;

    @Test
    void measuresThroughput() {
        var usual = body("%s");
        var other = body("{%s}");

        // When
        var quick = megabytesPerSecond(usual);
        var slow = megabytesPerSecond(other);

        // Then
        System.out.printf(
                "A list of %,d members is read at %.0f MB/s, in braces at %.0f MB/s (medians of %d): %.1f to 1%n",
                MEMBERS, quick, slow, RUNS, quick / slow);
        assertThat(quick).isGreaterThan(slow);
    }

    private static double megabytesPerSecond(byte[] body) {
        var speeds = new double[RUNS];
        for (var run = 0; run < RUNS; run++) {
            var begun = System.nanoTime();
            var reader = new MembersAnswerReader();
            for (var from = 0; from < body.length; from += CHUNK) {
                reader.feed(Arrays.copyOfRange(body, from, Math.min(body.length, from + CHUNK)));
            }
            var read = reader.finish();
            speeds[run] = body.length * 1e3 / (System.nanoTime() - begun);
            assertThat(read.room()).isEqualTo(MembersAnswerReader.MAX_MEMBERS - MEMBERS);
        }
        Arrays.sort(speeds);
        return speeds[RUNS / 2];
    }

    private static byte[] body(String spelling) {
        var random = new Random(1);
        return Stream.generate(() -> new UUID(random.nextLong(), random.nextLong()))
                .limit(MEMBERS)
                .map(spelling::formatted)
                .collect(Collectors.joining(
                        "\\\",\\\"", "{\"StatusCode\":200,\"ResultText\":\"{\\\"members\\\":[\\\"", "\\\"]}\"}"))
                .getBytes(StandardCharsets.UTF_8);
    }
}
