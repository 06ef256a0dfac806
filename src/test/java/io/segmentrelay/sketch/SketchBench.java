package io.segmentrelay.sketch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.SplittableRandom;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.segmentrelay.dynamics.MemberSet;
import io.segmentrelay.sketch.Reconciliation.Difference;

import static org.assertj.core.api.Assertions.assertThat;

/** How large sketches are, and how many refreshes they tell. Prints a table: {@code ./mvnw -Dtest=SketchBench test}. */
class SketchBench {

    private static final int MAX_BYTES = 64 * 1024;

    @ParameterizedTest
    @CsvSource({
        // members, changed of a thousand at each refresh, refreshes
        "10000, 1, 50",
        "10000, 10, 50",
        "10000, 100, 50",
        "100000, 1, 20",
        "100000, 10, 20",
        "100000, 100, 10",
        "1000000, 1, 3",
        "1000000, 10, 3",
    })
    void measures(int size, int perMille, int refreshes) {
        // Given
        var random = new SplittableRandom(size + perMille);
        var changing = Math.ceilDiv(size * perMille / 1_000, 2);
        var earlier = MemberSet.of(Ids.random(random, size));
        var cells = Sketch.cellsFor(2 * changing, MAX_BYTES);
        var told = 0;
        var bytes = 0L;
        var nanos = 0L;
        for (var refresh = 0; refresh < refreshes; refresh++) {
            var later = next(earlier, changing, random);
            var sketch = Sketch.of(earlier, cells);
            bytes += sketch.toBase64().length();

            // When
            var begun = System.nanoTime();
            var found = sketch.reconcile(later, earlier.digest());
            nanos += System.nanoTime() - begun;

            // Then
            if (found instanceof Difference difference) {
                told++;
                assertThat(difference.size()).isEqualTo(2 * changing);
            }
            earlier = later;
        }
        System.out.printf(
                "%,9d members, %4.1f %% changed: %,6d cells, %,7d bytes of base64, %3d %% told, %,5d ms a refresh%n",
                size,
                perMille / 10d,
                cells,
                bytes / refreshes,
                100 * told / refreshes,
                Duration.ofNanos(nanos).toMillis() / refreshes);
    }

    /** The first of a random part leave, as many strangers join. */
    private static MemberSet next(MemberSet earlier, int changing, SplittableRandom random) {
        var from = random.nextInt(earlier.size() - changing + 1);
        var members = new ArrayList<>(earlier.slice(0, from));
        members.addAll(earlier.slice(from + changing, earlier.size()));
        members.addAll(Ids.random(random, changing));
        return MemberSet.of(members);
    }
}
