package io.segmentrelay.trigger.kafka;

import java.util.Optional;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;

import io.segmentrelay.dynamics.limits.Reservation;
import io.segmentrelay.trigger.kafka.CommitMetadata.Reserved;

import static org.assertj.core.api.Assertions.assertThat;

class CommitMetadataPropertyTest {

    private static final long POSITION = 7;

    @Property(tries = 200)
    void whatIsReservedIsReadWithWhatIsHandedOver(
            @ForAll @IntRange(max = 100) int budget, @ForAll @IntRange(max = 100) int concurrency) {
        // Given
        var reserved = new Reserved("0af3c921", new Reservation(budget, concurrency));

        // When
        var read = CommitMetadata.of(POSITION, new CommitMetadata(ranges(9, 12), Optional.of(reserved)).text(POSITION));

        // Then
        assertThat(read.reserved()).contains(reserved);
        assertThat(read.handedOver().contains(8)).isFalse();
        assertThat(read.handedOver().contains(9)).isTrue();
        assertThat(read.handedOver().contains(12)).isFalse();
    }

    @Example
    void whereNothingIsSharedOnlyRangesAreWritten() {
        var read = CommitMetadata.of(POSITION, new CommitMetadata(ranges(9, 12), Optional.empty()).text(POSITION));
        assertThat(read.reserved()).isEmpty();
        assertThat(read.handedOver().contains(10)).isTrue();
        assertThat(new CommitMetadata(new OffsetRanges(), Optional.empty()).text(POSITION))
                .isEmpty();
    }

    @Example
    void aReservationThatCannotBeIsNone() {
        assertThat(CommitMetadata.of(POSITION, "2:0af3c921,101,0:").reserved()).isEmpty();
    }

    @Property(tries = 200)
    void whatAnotherWroteIsNothing(@ForAll @AlphaChars @StringLength(max = 50) String text) {
        assertThat(CommitMetadata.of(0, text))
                .satisfies(read -> assertThat(read.handedOver().text(0)).isEmpty())
                .satisfies(read -> assertThat(read.reserved()).isEmpty());
    }

    private static OffsetRanges ranges(long from, long to) {
        var ranges = new OffsetRanges();
        ranges.add(from, to);
        return ranges;
    }
}
