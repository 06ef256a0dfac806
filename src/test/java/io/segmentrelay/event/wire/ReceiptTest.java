package io.segmentrelay.event.wire;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

import io.cloudevents.core.builder.CloudEventBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.segmentrelay.event.EventTypes;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.Step;
import io.segmentrelay.event.Warning;
import io.segmentrelay.event.codec.Decoded;
import io.segmentrelay.event.codec.EventCodec;
import io.segmentrelay.event.codec.LifeRules;
import io.segmentrelay.event.codec.Samples;

import static org.assertj.core.api.Assertions.assertThat;

/** From when a deadline counts. */
class ReceiptTest {

    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

    private final EventCodec codec = new EventCodec("/relay", Duration.ofHours(2), LifeRules.DEFAULTS);

    private SegmentRequest request(long millis, String more) {
        var event = CloudEventBuilder.v1()
                .withId("1")
                .withSource(URI.create("/s"))
                .withType(EventTypes.REQUESTED)
                .withData(
                        "application/json",
                        "{\"displayName\":\"x\",\"query\":\"y\"%s}"
                                .formatted(more)
                                .getBytes(StandardCharsets.UTF_8))
                .build();
        return ((Decoded.Request)
                        Samples.decoded(codec.decode(new Checked.Good<>(event), Receipt.stamped(millis, NOW))))
                .request();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT1H", "PT3H", "P6D"})
    void aRecordsTimeStampCountsAlsoWhereItIsLate(Duration age) {
        // When
        var request = request(NOW.minus(age).toEpochMilli(), "");

        // Then
        assertThat(request.deadline()).isEqualTo(NOW.minus(age).plus(Duration.ofHours(2)));
        assertThat(request.warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                -1,
                0,
                1,
                1_790_000_000L,
                1_700_000_000_000L,
                1_790_000_000_000_000L,
                Long.MAX_VALUE,
                Long.MIN_VALUE
            })
    void oneThatCannotBeRightDoesNotMakeARequestDeadOnArrival(long millis) {
        // When
        var request = request(millis, "");

        // Then
        assertThat(request.deadline()).isEqualTo(NOW.plus(Duration.ofHours(2)));
        assertThat(request.requestedAt()).isEqualTo(NOW);
        assertThat(request.warnings()).containsExactly(Warning.RECEIPT_TIME_UNKNOWN);
    }

    @Test
    void aLongDeadlineCountsFromAnOldTimeStamp() {
        // When
        var request = request(NOW.minus(Duration.ofDays(20)).toEpochMilli(), ",\"readyWithin\":\"P30D\"");

        // Then
        assertThat(request.deadline()).isEqualTo(NOW.plus(Duration.ofDays(10)));
        assertThat(request.warnings()).isEmpty();
    }

    @Test
    void aClockThatIsALittleAheadIsNoReasonToWarn() {
        // When
        var request = request(NOW.plusSeconds(60).toEpochMilli(), "");

        // Then
        assertThat(request.deadline()).isEqualTo(NOW.plus(Duration.ofHours(2)));
        assertThat(request.warnings()).isEmpty();
    }

    @Test
    void theWarningAndTheDeadlineTravelWithTheContinuation() {
        // Given
        var request = request(0, "");
        var id = request.key().uuid();
        var pending =
                new RelayEvent.Pending(request, Step.AWAIT_LIVE, id, id, NOW, java.util.Optional.empty(), Set.of());

        // When
        var read = Samples.decoded(codec, codec.encode(pending, "cause"), NOW.plusSeconds(600));

        // Then
        assertThat(read).isEqualTo(new Decoded.Continuation(pending));
        assertThat(((Decoded.Continuation) read).pending().request().warnings())
                .containsExactly(Warning.RECEIPT_TIME_UNKNOWN);
    }
}
