package io.segmentrelay.event.codec;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.segmentrelay.event.EventTypes;
import io.segmentrelay.event.Follow;
import io.segmentrelay.event.RequestKey;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.Step;
import io.segmentrelay.event.Target;
import io.segmentrelay.event.Wish;

import static org.assertj.core.api.Assertions.assertThat;

class LifeRequestRulesTest {

    private static final Instant NOW = Samples.NOW;

    private static final String SEGMENT = "{\"segmentId\":\"{%s}\"}".formatted(Samples.SEGMENT);

    private final EventCodec codec = Samples.codec();

    private static EventCodec codec(LifeRules.Home home, boolean retires) {
        return new EventCodec(
                "/segment-relay", Duration.ofHours(2), new LifeRules(home, Duration.ofDays(365), 64 * 1024, retires));
    }

    private static SegmentRequest request(EventCodec codec, String type, String data) {
        return ((Decoded.Request) Samples.decoded(codec, Samples.event(type, data), NOW)).request();
    }

    private static String message(EventCodec codec, String type, String data) {
        return ((Decoded.Invalid) Samples.decoded(codec, Samples.event(type, data), NOW))
                .failed()
                .message();
    }

    private static String segment(String more) {
        return "{\"displayName\":\"x\",\"query\":\"PROFILE(contact)\",%s}".formatted(more);
    }

    @ParameterizedTest
    @CsvSource({"P30D, 2592000", "PT5S, 5", "P365D, 31536000"})
    void untilCountsFromTheReceipt(String until, long seconds) {
        // When
        var request = request(
                codec,
                EventTypes.REQUESTED,
                segment("\"follow\":{\"until\":\"%s\"},\"keepFor\":\"P7D\"".formatted(until)));

        // Then
        assertThat(request.afterwards().follow())
                .contains(new Follow(NOW, NOW.plusSeconds(seconds), Follow.Deliver.CHANGES));
        assertThat(request.afterwards().keepFor()).contains(Duration.ofDays(7));
    }

    @Test
    void untilMayBeATime() {
        // Given
        var until = NOW.plusSeconds(3_600);

        // When
        var request = request(
                codec,
                EventTypes.MEMBERS_REQUESTED,
                "{\"segmentId\":\"%s\",\"follow\":{\"until\":\"%s\",\"deliver\":\"snapshots\"}}"
                        .formatted(Samples.SEGMENT, until));

        // Then
        assertThat(request.wish()).isEqualTo(new Wish.Members(new Target.Segment(Samples.SEGMENT)));
        assertThat(request.afterwards().follow()).contains(new Follow(NOW, until, Follow.Deliver.SNAPSHOTS));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"PT0S\"",
                "\"P366D\"",
                "\"P1M\"",
                "\"soon\"",
                "\"2020-01-01T00:00:00Z\"",
                "\"2999-01-01T00:00:00Z\"",
                "\"2027-02-30T00:00:00Z\"",
                "7",
                "null"
            })
    void otherTimesAreRefusedByName(String until) {
        assertThat(message(codec, EventTypes.REQUESTED, segment("\"follow\":{\"until\":%s}".formatted(until))))
                .startsWith("follow.until must be an ISO 8601 duration");
    }

    @Test
    void whatIsMissingOrUnknownIsNamed() {
        assertThat(message(codec, EventTypes.REQUESTED, segment("\"follow\":{}")))
                .startsWith("follow.until is missing");
        assertThat(message(codec, EventTypes.REQUESTED, segment("\"follow\":{\"untill\":\"P1D\"}")))
                .contains("unknown field 'follow.untill': did you mean 'follow.until'?");
        assertThat(message(codec, EventTypes.REQUESTED, segment("\"keepFor\":\"P3651D\"")))
                .startsWith("keepFor must be")
                .contains("P3650D");
        assertThat(message(codec, EventTypes.RETIRE_REQUESTED, "{\"segmentID\":\"x\"}"))
                .contains("segmentId or request is missing", "did you mean 'segmentId'?");
        assertThat(message(codec, EventTypes.RETIRE_REQUESTED, "{\"segmentId\":\"x\"}"))
                .startsWith("segmentId must be a GUID");
        assertThat(message(codec, EventTypes.MEMBERS_REQUESTED, "{\"request\":{\"source\":\"/a\"}}"))
                .contains("request.id is missing");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {EventTypes.MEMBERS_REQUESTED, EventTypes.RETIRE_REQUESTED, EventTypes.FOLLOW_ENDED_REQUESTED})
    void namesTheSegmentInExactlyOneWay(String type) {
        // Given
        var both = "{\"segmentId\":\"%s\",\"request\":{\"source\":\"/a\",\"id\":\"b\"}}".formatted(Samples.SEGMENT);

        // Then
        assertThat(message(codec, type, "{}"))
                .isEqualTo(
                        "segmentId or request is missing: say which segment by its id, or by the 'source' and 'id' of its request");
        assertThat(message(codec, type, both))
                .isEqualTo("segmentId and request are both given: say which segment by one of them");
        assertThat(request(codec, type, "{\"segmentId\":null,\"request\":{\"source\":\"/a\",\"id\":\"b\"}}")
                        .wish())
                .isIn(
                        new Wish.Members(new Target.Request(new RequestKey("/a", "b"))),
                        new Wish.Retirement(new Target.Request(new RequestKey("/a", "b"))),
                        new Wish.EndOfFollow(new Target.Request(new RequestKey("/a", "b")), NOW));
    }

    @Test
    void saysWhatIsNotTakenOnKnative() {
        // Given
        var knative = codec(LifeRules.Home.HTTP, true);

        // Then
        assertThat(message(
                        knative, EventTypes.REQUESTED, segment("\"follow\":{\"until\":\"P1D\"},\"keepFor\":\"P1D\"")))
                .contains("follow is not taken here", "keepFor is not taken here", "Knative");
        assertThat(message(knative, EventTypes.FOLLOW_ENDED_REQUESTED, SEGMENT)).contains("not taken here");
        assertThat(request(knative, EventTypes.RETIRE_REQUESTED, SEGMENT).wish())
                .isInstanceOf(Wish.Retirement.class);
    }

    @Test
    void saysWhatIsNotTakenOnSqsOrWithoutRetirement() {
        assertThat(message(codec(LifeRules.Home.SQS, true), EventTypes.FOLLOW_ENDED_REQUESTED, SEGMENT))
                .contains("until");
        assertThat(message(codec(LifeRules.Home.KAFKA, false), EventTypes.REQUESTED, segment("\"keepFor\":\"P1D\"")))
                .contains("relay.retire");
        assertThat(request(codec(LifeRules.Home.SQS, true), EventTypes.REQUESTED, segment("\"keepFor\":\"P1D\""))
                        .afterwards()
                        .keepFor())
                .isPresent();
    }

    @Test
    void aRequestOfTheFirstVersionHasNothingToComeAfterwards() {
        assertThat(request(codec, EventTypes.REQUESTED, segment("\"type\":\"dynamic\""))
                        .afterwards()
                        .isSomething())
                .isFalse();
    }

    @Test
    void continuationsOfEveryWishComeBack() {
        for (var pending : java.util.List.of(
                Samples.pending(new Wish.Members(new Target.Segment(Samples.SEGMENT)), Step.AWAIT_LIVE),
                Samples.pending(new Wish.Retirement(new Target.Request(Samples.KEY)), Step.RETIRE),
                Samples.pending())) {
            assertThat(Samples.decoded(codec, codec.encode(pending, "cause"), NOW))
                    .isEqualTo(new Decoded.Continuation(pending));
        }
    }

    @Test
    void aContinuationOfTheFirstVersionIsUnderstood() {
        // Given
        var old = """
                {"requestId":"order-17","requestSource":"/campaigns","requestedAt":"2026-11-24T10:00:00Z",
                 "deadline":"2026-11-24T12:00:00Z","step":"await-live",
                 "definitionId":"3d0f5a52-9c1b-5f9e-8a77-0d5d2f0b7c11","segmentId":"3d0f5a52-9c1b-5f9e-8a77-0d5d2f0b7c11",
                 "stepSince":"2026-11-24T10:00:03Z","warnings":[],
                 "segment":{"displayName":"County known","query":"PROFILE(contact)","baseEntity":"contact","type":"dynamic"}}""";

        // When
        var decoded = (Decoded.Continuation) Samples.decoded(codec, Samples.event(EventTypes.PENDING, old), NOW);

        // Then
        assertThat(decoded.pending().request().spec().displayName()).isEqualTo("County known");
        assertThat(decoded.pending().request().afterwards().isSomething()).isFalse();
        assertThat(decoded.pending().found()).isEqualTo(Optional.empty());
    }
}
