package io.segmentrelay.event.codec;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import io.cloudevents.CloudEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.segmentrelay.event.EventTypes;
import io.segmentrelay.event.FailureCode;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.query.QueryFinding;
import io.segmentrelay.query.QueryMode;

import static org.assertj.core.api.Assertions.assertThat;

/** What is done about a query that looks wrong, from the request to the answer. */
class QueryRuleTest {

    private static final String WRONG = request("PROFILE(contact).FILTER(name == \\\"planted\\\")");
    private static final String UNKNOWN = request("PROFILE(contact).FILTER(SOUNDSLIKE(name, 'planted'))");
    private static final String GOOD = request("PROFILE(contact).FILTER(name == 'planted')");

    private static String request(String query) {
        return "{\"displayName\": \"x\", \"query\": \"%s\"}".formatted(query);
    }

    private static EventCodec codec(QueryMode mode) {
        return new EventCodec("/segment-relay", Duration.ofHours(2), LifeRules.DEFAULTS).checking(mode);
    }

    private static Decoded decoded(QueryMode mode, String data) {
        return Samples.decoded(codec(mode), Samples.event(EventTypes.REQUESTED, data), Samples.NOW);
    }

    private static SegmentRequest accepted(QueryMode mode, String data) {
        return decoded(mode, data) instanceof Decoded.Request(var request)
                ? request
                : org.assertj.core.api.Assertions.fail("not accepted");
    }

    @ParameterizedTest
    @EnumSource
    void findsNothingInAQueryAsItShouldBe(QueryMode mode) {
        assertThat(accepted(mode, GOOD).queryFindings()).isEmpty();
    }

    @Test
    void doesNotLookWhereItIsOff() {
        assertThat(accepted(QueryMode.OFF, WRONG).queryFindings()).isEmpty();
    }

    @Test
    void tellsWhatIsWrongAndGoesOn() {
        assertThat(accepted(QueryMode.WARN, WRONG).queryFindings())
                .extracting(QueryFinding::position)
                .containsExactly(33);
    }

    @Test
    void refusesWhatIsCertainlyWrong() {
        // When
        var decoded = decoded(QueryMode.REJECT, WRONG);

        // Then
        assertThat(decoded).isInstanceOfSatisfying(Decoded.Invalid.class, invalid -> {
            assertThat(invalid.failed().code()).isEqualTo(FailureCode.INVALID_REQUEST);
            assertThat(invalid.failed().message())
                    .contains("query, at position 33: Double quotes", "single quotes")
                    .doesNotContain("planted");
            assertThat(Samples.data(codec(QueryMode.REJECT).encode(invalid.failed(), "cause"))
                            .at("/queryFindings/0/position")
                            .asInt())
                    .isEqualTo(33);
        });
    }

    @Test
    void refusesNothingThatMayBeKnownElsewhere() {
        assertThat(accepted(QueryMode.REJECT, UNKNOWN).queryFindings()).hasSize(1);
    }

    @Test
    void looksAgainAtAContinuation() {
        // Given
        var codec = codec(QueryMode.WARN);
        var request = accepted(QueryMode.WARN, UNKNOWN);
        var pending = new RelayEvent.Pending(
                request,
                Samples.pending().step(),
                Samples.DEFINITION,
                Samples.SEGMENT,
                Samples.NOW,
                java.util.Optional.empty(),
                Set.of());

        // When
        var event = codec.encode(pending, "cause");
        var again = Samples.decoded(codec, event, Samples.NOW);

        // Then
        assertThat(EventSchema.PENDING.validate(Samples.data(event))).isEmpty();
        assertThat(again).isEqualTo(new Decoded.Continuation(pending));
        assertThat(Samples.decoded(codec(QueryMode.OFF), event, Samples.NOW))
                .isInstanceOfSatisfying(
                        Decoded.Continuation.class,
                        continuation -> assertThat(
                                        continuation.pending().request().queryFindings())
                                .isEmpty());
    }

    @Test
    void aFailureHasWarningAndFindings() {
        // Given
        var findings = accepted(QueryMode.WARN, WRONG).queryFindings();

        // When
        CloudEvent event = codec(QueryMode.WARN).encode(Samples.failed().finding(findings), "cause");

        // Then
        var data = Samples.data(event);
        assertThat(EventSchema.FAILED.validate(data)).isEmpty();
        assertThat(data.path("warnings").toString()).isEqualTo("[\"query-suspicious\"]");
        assertThat(data.at("/queryFindings/0/message").asText()).startsWith("Double quotes");
        assertThat(data.at("/queryFindings/0/suggestion").asText()).contains("single quotes");
        assertThat(data.at("/dynamics/message").asText()).as("beside it").isEqualTo("Unexpected token");
    }

    @Test
    void neitherIsThereWhereNothingLooksWrong() {
        // When
        var failed = Samples.data(codec(QueryMode.WARN).encode(Samples.failed(), "cause"));
        var ready = Samples.data(codec(QueryMode.WARN).encode(Samples.page(1, 1, List.of()), "cause"));

        // Then
        assertThat(failed.has("warnings")).isFalse();
        assertThat(failed.has("queryFindings")).isFalse();
        assertThat(ready.path("warnings").toString()).doesNotContain("query");
        assertThat(ready.has("queryFindings")).isFalse();
    }
}
