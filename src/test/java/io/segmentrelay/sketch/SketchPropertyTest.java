package io.segmentrelay.sketch;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

import io.segmentrelay.sketch.Reconciliation.Difference;
import io.segmentrelay.sketch.Reconciliation.TooDifferent;

import static org.assertj.core.api.Assertions.assertThat;

/** Whatever the sets, and whatever became of the sketch: the difference as it is, or none. */
class SketchPropertyTest {

    private static final int MAX_BYTES = 64 * 1024;

    /** An earlier and a later set. */
    private record Sets(Ids earlier, Ids later) {
        static Sets of(long seed, int stayed, int joined, int left) {
            var random = new SplittableRandom(seed);
            var all = Ids.random(random, stayed + joined + left);
            return new Sets(Ids.of(all.subList(0, stayed + left)), Ids.of(join(all, stayed, left)));
        }

        private static List<UUID> join(List<UUID> all, int stayed, int left) {
            var later = new ArrayList<>(all.subList(0, stayed));
            later.addAll(all.subList(stayed + left, all.size()));
            return later;
        }

        Difference truth() {
            return new Difference(without(later, earlier), without(earlier, later));
        }

        private static List<UUID> without(Ids these, Ids those) {
            var gone = new HashSet<>(those.sorted());
            return these.sorted().stream().filter(id -> !gone.contains(id)).toList();
        }
    }

    @Property(tries = 400)
    void aDifferenceUpToTenTimesTheSketchIsNeverWrong(
            @ForAll long seed,
            @ForAll @IntRange(max = 3_000) int stayed,
            @ForAll @IntRange(min = 3, max = 300) int cells,
            @ForAll @IntRange(max = 1_000) int tenths,
            @ForAll @IntRange(max = 100) int percentJoined) {
        // Given
        var changed = cells * tenths / 100;
        var joined = changed * percentJoined / 100;
        var sets = Sets.of(seed, stayed, joined, changed - joined);

        // When
        var found = Sketch.of(sets.earlier(), cells)
                .reconcile(sets.later(), sets.earlier().digest());

        // Then
        assertThat(found).isIn(sets.truth(), new TooDifferent());
        Statistics.collect(found instanceof Difference ? "told" : "not told");
        if (cells >= 96 && changed <= cells / 8) {
            assertThat(found).isInstanceOf(Difference.class);
        }
    }

    @Property(tries = 300)
    void aSketchThatWasDamagedIsNeverWrong(
            @ForAll long seed,
            @ForAll @IntRange(max = 60) int joined,
            @ForAll @IntRange(max = 60) int left,
            @ForAll @IntRange(min = 1, max = 20) int damages) {
        // Given
        var sets = Sets.of(seed, 500, joined, left);
        var bytes = Sketch.of(sets.earlier(), 240).toBytes();
        var random = new SplittableRandom(seed);
        for (var i = 0; i < damages; i++) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }

        // When
        var found = Sketch.fromBytes(bytes, MAX_BYTES)
                .map(sketch -> sketch.reconcile(sets.later(), sets.earlier().digest()));

        // Then
        assertThat(found.orElse(new TooDifferent())).isIn(sets.truth(), new TooDifferent());
    }

    @Property(tries = 300)
    void bytesOfAnybodyAreNeverWrong(@ForAll byte[] cells, @ForAll @IntRange(max = 40) int left) {
        // Given
        var sets = Sets.of(left, 50, 3, left);
        var number = 12;
        var bytes = new byte[5 + number * 21];
        bytes[0] = 1;
        bytes[4] = (byte) number;
        for (var i = 5; i < bytes.length; i++) {
            bytes[i] = cells.length == 0 ? 1 : cells[i % cells.length];
        }

        // When
        var found = Sketch.fromBytes(bytes, MAX_BYTES)
                .map(sketch -> sketch.reconcile(sets.later(), sets.earlier().digest()));

        // Then
        assertThat(found.orElse(new TooDifferent())).isIn(sets.truth(), new TooDifferent());
    }

    @Property(tries = 200)
    void theSketchOfAnotherSetIsNeverBelieved(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 50) int others,
            @ForAll @IntRange(max = 50) int changed) {
        // Given
        var sets = Sets.of(seed, 300, changed, changed);
        var another = new ArrayList<>(
                sets.earlier().sorted().subList(others, sets.earlier().size()));

        // When
        var found = Sketch.of(Ids.of(another), 600)
                .reconcile(sets.later(), sets.earlier().digest());

        // Then
        assertThat(found).isEqualTo(new TooDifferent());
    }

    @Property(tries = 200)
    void whatIsWrittenIsRead(
            @ForAll long seed,
            @ForAll @IntRange(max = 2_000) int size,
            @ForAll @IntRange(min = 3, max = 3_000) int cells) {
        // Given
        var sketch = Sketch.of(Ids.of(Ids.random(new SplittableRandom(seed), size)), cells);

        // When
        var bytes = sketch.toBytes();
        var text = sketch.toBase64();

        // Then
        assertThat(Sketch.fromBytes(bytes, MAX_BYTES)).contains(sketch);
        assertThat(Sketch.fromBase64(text, MAX_BYTES)).contains(sketch);
        assertThat(bytes.length).isLessThanOrEqualTo(5 + 21 * sketch.cells());
    }
}
