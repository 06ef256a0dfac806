package io.segmentrelay.sketch;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.segmentrelay.sketch.Reconciliation.Difference;
import io.segmentrelay.sketch.Reconciliation.TooDifferent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SketchTest {

    private static final int MAX_BYTES = 64 * 1024;
    private static final List<UUID> PEOPLE = Ids.random(new SplittableRandom(42), 5_000);
    private static final UUID LOW = UUID.fromString("0c0a0000-0000-4000-8000-000000000001");
    private static final UUID HIGH = UUID.fromString("fc0a0000-0000-4000-8000-000000000001");

    private static Ids people(int from, int to) {
        return Ids.of(PEOPLE.subList(from, to));
    }

    static Stream<Arguments> edges() {
        var none = Ids.of(List.of());
        return Stream.of(
                Arguments.of(none, none, new Difference(List.of(), List.of())),
                Arguments.of(people(0, 900), people(0, 900), new Difference(List.of(), List.of())),
                Arguments.of(none, people(0, 40), new Difference(people(0, 40).sorted(), List.of())),
                Arguments.of(
                        people(0, 40),
                        none,
                        new Difference(List.of(), people(0, 40).sorted())),
                Arguments.of(
                        people(0, 30),
                        people(30, 60),
                        new Difference(people(30, 60).sorted(), people(0, 30).sorted())),
                Arguments.of(people(0, 2_500), people(2_500, 5_000), new TooDifferent()),
                Arguments.of(none, people(0, 5_000), new TooDifferent()),
                Arguments.of(people(0, 5_000), none, new TooDifferent()),
                // The nil GUID leaves no trace but in the check sum and the count.
                Arguments.of(
                        Ids.of(List.of(new UUID(0, 0))), none, new Difference(List.of(), List.of(new UUID(0, 0)))));
    }

    @ParameterizedTest
    @MethodSource("edges")
    void tellsTheDifferenceOrNone(Ids earlier, Ids later, Reconciliation expected) {
        // When
        var found = Sketch.of(earlier, Sketch.MIN_CELLS).reconcile(later, earlier.digest());

        // Then
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void isSortedAsTextIs() {
        // Given
        var earlier = people(0, 100);
        var later = Ids.of(
                Stream.concat(earlier.sorted().stream(), Stream.of(HIGH, LOW)).toList());

        // When
        var joined = Sketch.of(earlier, 96).reconcile(later, earlier.digest());
        var left = Sketch.of(later, 96).reconcile(earlier, later.digest());

        // Then
        assertThat(joined).isEqualTo(new Difference(List.of(LOW, HIGH), List.of()));
        assertThat(left).isEqualTo(new Difference(List.of(), List.of(LOW, HIGH)));
    }

    @Test
    void aThousandRefreshesInARowAreToldOneAfterTheOther() {
        // Given
        var random = new SplittableRandom(1);
        var now = people(0, 2_000);
        var told = 0;
        for (var refresh = 0; refresh < 1_000; refresh++) {
            var from = random.nextInt(PEOPLE.size() - 2_000);
            var next = Ids.of(Stream.concat(
                            now.sorted().stream().filter(id -> random.nextInt(100) != 0),
                            PEOPLE.subList(from, from + 20).stream())
                    .toList());

            // When
            var found = Sketch.of(now, Sketch.MIN_CELLS).reconcile(next, now.digest());

            // Then
            if (found instanceof Difference(var joined, var left)) {
                told++;
                assertThat(applied(now, joined, left)).isEqualTo(next);
            }
            now = next;
        }
        assertThat(told).isGreaterThan(900);
    }

    private static Ids applied(Ids before, List<UUID> joined, List<UUID> left) {
        assertThat(left).allMatch(before.sorted()::contains);
        assertThat(joined).noneMatch(before.sorted()::contains);
        return Ids.of(Stream.concat(before.sorted().stream().filter(id -> !left.contains(id)), joined.stream())
                .toList());
    }

    @Test
    void anotherDigestProvesNothing() {
        // Given
        var earlier = people(0, 100);
        var sketch = Sketch.of(earlier, 96);

        // When
        var wrong = sketch.reconcile(people(0, 99), people(0, 98).digest());
        var cut = sketch.reconcile(people(0, 99), Arrays.copyOf(earlier.digest(), 31));

        // Then
        assertThat(List.of(wrong, cut)).containsOnly(new TooDifferent());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 65536, 96",
        "-5, 65536, 96",
        "16, 65536, 96",
        "17, 65536, 104",
        "100, 65536, 600",
        "520, 65536, 3120",
        "100000, 65536, 3120",
        "2147483647, 65536, 3120",
        "2147483647, 2147483647, 3145728",
        "0, 1000, 44",
        "0, 89, 4",
    })
    void isSizedByWhatIsExpectedAndByWhatFits(int expected, int maxBytes, int cells) {
        // When
        var number = Sketch.cellsFor(expected, maxBytes);

        // Then
        assertThat(number).isEqualTo(cells);
        assertThat(Sketch.of(people(0, 5_000), number).toBytes().length).isLessThanOrEqualTo(maxBytes);
    }

    @Test
    void whatHoldsNoCellIsRefused() {
        // When / Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Sketch.cellsFor(0, 88))
                .withMessageContaining("88 bytes");
    }

    @Test
    void aSketchOfFewIsSmall() {
        // When
        var empty = Sketch.of(people(0, 0), 3_120).toBytes();
        var few = Sketch.of(people(0, 3), 3_120).toBytes();
        var many = Sketch.of(people(0, 5_000), 3_120).toBytes();

        // Then
        assertThat(empty).hasSize(5 + 390);
        assertThat(few).hasSize(5 + 390 + 12 * 21);
        assertThat(many.length).isBetween(60_000, MAX_BYTES);
    }

    static Stream<byte[]> strangers() {
        var right = Sketch.of(people(0, 4), 12).toBytes();
        var dense = Sketch.of(people(0, 500), 12).toBytes();
        return Stream.of(
                new byte[0],
                new byte[4],
                new byte[5],
                new byte[] {1, 0, 0, 0, 0},
                new byte[] {1, 0x7f, -1, -1, -1},
                new byte[] {2, 0, 0, 0x0c, 0x30},
                new byte[] {2, -1, -1, -1, -3},
                changed(right, 0, 1),
                changed(right, 0, 3),
                changed(right, 4, 13),
                changed(right, 4, 18),
                Arrays.copyOf(right, right.length - 1),
                Arrays.copyOf(right, right.length + 1),
                Arrays.copyOf(dense, dense.length - 1),
                Arrays.copyOf(dense, dense.length + 1),
                changed(dense, 0, 2));
    }

    private static byte[] changed(byte[] bytes, int at, int to) {
        var changed = bytes.clone();
        changed[at] = (byte) to;
        return changed;
    }

    @ParameterizedTest
    @MethodSource("strangers")
    void whatIsNotExactlyASketchIsNone(byte[] bytes) {
        // When / Then
        assertThat(Sketch.fromBytes(bytes, MAX_BYTES)).isEmpty();
    }

    @Test
    void whatClaimsMoreThanFitsIsNone() {
        // Given
        var empty = Sketch.of(people(0, 0), 3_120);
        var larger = Sketch.of(people(0, 0), 3_124);

        // When / Then
        assertThat(Sketch.fromBytes(empty.toBytes(), MAX_BYTES)).contains(empty);
        assertThat(Sketch.fromBytes(larger.toBytes(), MAX_BYTES)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "====", "AQAAAAw", "naïve", "AQ AAAAw="})
    void whatIsNoBase64IsNone(String text) {
        // When / Then
        assertThat(Sketch.fromBase64(text, MAX_BYTES)).isEmpty();
        assertThat(Sketch.fromBase64("A".repeat(MAX_BYTES * 2), MAX_BYTES)).isEmpty();
    }

    @Test
    void aForgedOneThatGoesRoundInCirclesEnds() {
        // Given: a cell that holds an id alone, whose other cells know nothing of it
        var cells = Cells.empty(96);
        cells.count(LOW.getMostSignificantBits(), LOW.getLeastSignificantBits(), 1);
        var where = cells.cells(LOW.getMostSignificantBits(), LOW.getLeastSignificantBits());
        for (var part = 1; part < Cells.PARTS; part++) {
            Arrays.fill(cells.bytes(), where[part] * Cells.WIDTH, (where[part] + 1) * Cells.WIDTH, (byte) 0);
        }

        // When
        var claim = Peeling.of(cells);

        // Then
        assertThat(claim).isEmpty();
    }

    @Test
    void saysNoId() {
        // Given
        var sketch = Sketch.of(Ids.of(List.of(LOW)), 96);

        // When
        var found = sketch.reconcile(Ids.of(List.of(HIGH)), Ids.of(List.of(LOW)).digest());

        // Then
        assertThat(sketch).hasToString("Sketch[cells=96]");
        assertThat(found).hasToString("Difference[joined=1, left=1]");
    }
}
