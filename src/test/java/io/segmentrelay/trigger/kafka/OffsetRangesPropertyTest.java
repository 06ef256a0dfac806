package io.segmentrelay.trigger.kafka;

import java.util.List;
import java.util.stream.LongStream;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

import static org.assertj.core.api.Assertions.assertThat;

class OffsetRangesPropertyTest {

    @Property(tries = 200)
    void whatIsWrittenIsRead(
            @ForAll @LongRange(max = Long.MAX_VALUE / 2) long position,
            @ForAll @Size(max = 200) List<@IntRange(min = 1, max = 1_000) Integer> lengths) {
        // Given
        var written = ranges(position, lengths);

        // When
        var text = written.text(position);
        var read = OffsetRanges.of(position, text);

        // Then
        assertThat(text.length()).isLessThan(3_000);
        var end = position + lengths.stream().mapToLong(Integer::longValue).sum() + 2;
        assertThat(LongStream.range(position, end).filter(read::contains))
                .containsExactlyElementsOf(LongStream.range(position, end)
                        .filter(written::contains)
                        .boxed()
                        .toList());
    }

    @Property(tries = 5)
    void whatDoesNotFitIsLeftOutFromItsEnd(
            @ForAll @Size(min = 5_000, max = 6_000) List<@IntRange(min = 1, max = 500) Integer> lengths) {
        // Given
        var written = ranges(0, lengths);

        // When
        var text = written.text(0);
        var read = OffsetRanges.of(0, text);

        // Then
        assertThat(text.length()).isBetween(2_900, 3_000);
        var end = lengths.stream().mapToLong(Integer::longValue).sum();
        assertThat(LongStream.range(0, end).filter(read::contains)).isNotEmpty().allMatch(written::contains);
    }

    /** In turn outside and inside. */
    private static OffsetRanges ranges(long position, List<Integer> lengths) {
        var ranges = new OffsetRanges();
        var at = position;
        for (var i = 0; i < lengths.size(); i++) {
            if (i % 2 == 1) {
                ranges.add(at, at + lengths.get(i));
            }
            at += lengths.get(i);
        }
        return ranges;
    }
}
