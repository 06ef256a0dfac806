package io.segmentrelay.event.codec;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.segmentrelay.event.EventIds;
import io.segmentrelay.event.EventTypes;
import io.segmentrelay.event.FailureCode;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.Step;
import io.segmentrelay.event.wire.Checked;
import io.segmentrelay.event.wire.EventExtensions;
import io.segmentrelay.event.wire.Receipt;
import io.segmentrelay.trace.TraceContext;

import static io.segmentrelay.event.codec.Samples.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

class EventCodecTest {

    private static final String GOOD = "{\"displayName\":\"n\",\"query\":\"q\"}";

    private final EventCodec codec = Samples.codec();

    @Test
    void pageSaysWhatTheContractSaysInItsOrder() {
        // Given
        var page = Samples.page(2, 3, List.of(Samples.MEMBER));

        // When
        var event = codec.encode(page, "cause");

        // Then
        assertThat(event.getType()).isEqualTo("io.segmentrelay.segment.ready.v1");
        assertThat(event.getSource()).hasToString("/segment-relay");
        assertThat(event.getSubject()).isEqualTo(Samples.SEGMENT.toString());
        assertThat(event.getDataContentType()).isEqualTo("application/json");
        assertThat(event.getDataSchema()).hasToString("urn:segment-relay:schema:segment-ready.v1");
        assertThat(event.getTime()).isEqualTo(OffsetDateTime.parse("2026-11-24T10:01:12Z"));
        assertThat(event.getExtensionNames())
                .containsExactlyInAnyOrder(
                        "correlationid", "causationid", "partitionkey", "sequence", "traceparent", "tracestate");
        assertThat(event.getExtension("correlationid")).isEqualTo("order-17");
        assertThat(event.getExtension("causationid")).isEqualTo("cause");
        assertThat(event.getExtension("sequence")).isEqualTo("0000000002");
        assertThat(event.getExtension("traceparent")).isEqualTo(Samples.TRACEPARENT);
        assertThat(EventExtensions.of(event)).isEqualTo(Samples.SEGMENT.toString());
        assertThat(Samples.data(event)).hasToString("""
                {"requestId":"order-17","requestSource":"/campaigns","segmentId":"3d0f5a52-9c1b-5f9e-8a77-0d5d2f0b7c11",\
                "definitionId":"4e1f6b63-0d2c-5a0f-9b88-1e6e3f1c8d22","displayName":"County known","baseEntity":"contact",\
                "primaryKeyColumn":"contactid","snapshotId":"%s","memberCount":3,"page":2,"pageCount":3,\
                "members":["6f1c3c1e-5d0b-4a8f-9d55-3f1f6b0f7a10"],"warnings":["live-with-warnings","members-incomplete"],\
                "requestedAt":"2026-11-24T10:00:00Z","liveAt":"2026-11-24T10:01:12Z"}""".formatted(page.snapshotId()));
    }

    @Test
    void failureSaysWhatTheContractSaysInItsOrder() {
        // When
        var event = codec.encode(Samples.failed(), "cause");

        // Then
        assertThat(event.getType()).isEqualTo("io.segmentrelay.segment.failed.v1");
        assertThat(event.getDataSchema()).hasToString("urn:segment-relay:schema:segment-failed.v1");
        assertThat(event.getSubject()).isEqualTo(Samples.SEGMENT.toString());
        assertThat(EventExtensions.of(event)).isEqualTo(Samples.SEGMENT.toString());
        assertThat(Samples.data(event)).hasToString("""
                {"requestId":"order-17","requestSource":"/campaigns","code":"rejected-by-dynamics","step":"publish",\
                "message":"Dynamics refused the query","segmentId":"3d0f5a52-9c1b-5f9e-8a77-0d5d2f0b7c11",\
                "definitionId":"4e1f6b63-0d2c-5a0f-9b88-1e6e3f1c8d22",\
                "dynamics":{"status":400,"code":"0x80040203","message":"Unexpected token"}}""");
    }

    @Test
    void failureWithoutASegmentIsAboutTheRequest() {
        // Given
        var invalid = (Decoded.Invalid) Samples.decoded(codec, Samples.event(EventTypes.REQUESTED, "{}"), NOW);

        // When
        var event = codec.encode(invalid.failed(), "order-17");

        // Then
        assertThat(event.getSubject()).isEqualTo("order-17");
        assertThat(EventExtensions.of(event)).isEqualTo("order-17");
        assertThat(Samples.fields(Samples.data(event)))
                .containsExactly("requestId", "requestSource", "code", "step", "message");
    }

    @Test
    void whatTheServerSaidIsWrittenEvenIfItIsCutInsideACharacter() {
        // Given
        var error = new RelayEvent.ServerError(400, Optional.empty(), Optional.of("cut \ud83c"), Optional.empty());
        var failed = new RelayEvent.Failed(
                Samples.KEY,
                FailureCode.REJECTED_BY_DYNAMICS,
                Step.PUBLISH,
                "m",
                Optional.empty(),
                Optional.empty(),
                Optional.of(error),
                TraceContext.of(Optional.of("no trace context"), Optional.empty()));

        // When
        var event = codec.encode(failed, "cause");

        // Then
        assertThat(Samples.data(event).at("/dynamics/message").asText()).isEqualTo("cut \uFFFD");
        assertThat(event.getExtensionNames()).doesNotContain("traceparent");
    }

    @Test
    void repeatsAreEqualToTheByteAndOthersHaveOtherIds() {
        // Given
        var two = List.of(Samples.MEMBER, Samples.SEGMENT);
        var events = List.<RelayEvent>of(
                Samples.pending(),
                Samples.page(1, 2, two),
                Samples.page(2, 2, two),
                Samples.page(1, 4, two.subList(0, 1)),
                Samples.page(1, 2, two.subList(0, 1)),
                Samples.failed());

        // When
        var encoded = events.stream().map(e -> codec.encode(e, "cause")).toList();

        // Then
        assertThat(encoded)
                .isEqualTo(events.stream().map(e -> codec.encode(e, "cause")).toList());
        assertThat(encoded).extracting(CloudEvent::getId).doesNotHaveDuplicates();
        assertThat(encoded.stream().map(e -> UUID.fromString(e.getId()).version()))
                .containsOnly(5);
    }

    @Test
    void snapshotIdIsOfTheSegmentAndItsMembership() {
        // Given
        var digest = new byte[] {1, 2, 3};

        // When
        var id = EventIds.snapshotId(Samples.SEGMENT, digest);

        // Then
        assertThat(id)
                .isEqualTo(EventIds.snapshotId(Samples.SEGMENT, digest.clone()))
                .isNotEqualTo(EventIds.snapshotId(Samples.DEFINITION, digest))
                .isNotEqualTo(EventIds.snapshotId(Samples.SEGMENT, new byte[] {1, 2}));
    }

    static Stream<Arguments> hostile() {
        var deep = "{\"a\":".repeat(100_000);
        return Stream.of(
                argumentSet("nothing", "", "data is missing: it must be a JSON object"),
                argumentSet("white space", " \n", "data is missing: it must be a JSON object"),
                argumentSet("broken", "{\"displayName\":", "data is no JSON: line 1, column 16"),
                argumentSet("not quoted", "{displayName:1}", "data is no JSON: line 1, column 2"),
                argumentSet("an array", "[" + GOOD + "]", "data must be a JSON object"),
                argumentSet("a string", "\"" + "x".repeat(1_000_000) + "\"", "data must be a JSON object"),
                argumentSet("null", "null", "data must be a JSON object"),
                argumentSet("NaN", "{\"displayName\":NaN}", "data is no JSON: line 1, column"),
                argumentSet("garbage behind", GOOD + "x", "data is no JSON: line 1, column"),
                argumentSet("a second object", GOOD + GOOD, "data is no JSON"),
                argumentSet(
                        "a field twice",
                        "{\"displayName\":\"a\",\"query\":\"q\",\"displayName\":\"b\"}",
                        "field 'displayName' is given twice"),
                argumentSet("a field twice, deeper", "{\"refresh\":{\"x\":1,\"x\":2}}", "field 'x' is given twice"),
                argumentSet("deep nesting", deep, "data is nested too deeply, or a name or a number in it is too long"),
                argumentSet("deep arrays", "{\"a\":" + "[".repeat(100_000), "data is nested too deeply"),
                argumentSet("long number", "{\"a\":" + "9".repeat(1_000_000) + "}", "data is nested too deeply, or a"),
                argumentSet("long name", "{\"" + "a".repeat(1_000_000) + "\":1}", "data is nested too deeply, or a"),
                argumentSet(
                        "long string", "{\"displayName\":\"" + "x".repeat(1_000_000) + "\"}", "displayName must be"),
                argumentSet(
                        "a name to break a log",
                        "{\"displayName\":\"n\",\"query\":\"q\",\"a\\r\\nb\":1}",
                        "unknown field 'a\uFFFD\uFFFDb'"));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void hostileDataAreRefusedWithAReason(String data, String expected) {
        // When
        var decoded = Samples.decoded(codec, Samples.event(EventTypes.REQUESTED, data), NOW);

        // Then
        assertThat(decoded)
                .isInstanceOfSatisfying(
                        Decoded.Invalid.class,
                        invalid -> assertThat(invalid.failed().message())
                                .startsWith(expected)
                                .hasSizeLessThan(2_100)
                                .doesNotContain("\n", "xxx"));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void hostileContinuationsAreForeign(String data, String expected) {
        assertThat(Samples.decode(codec, Samples.event(EventTypes.PENDING, data), NOW))
                .isInstanceOfSatisfying(
                        Checked.Bad.class,
                        foreign -> assertThat(foreign.reason())
                                .startsWith("The continuation cannot be read: ")
                                .hasSizeLessThan(2_200));
    }

    @Test
    void brokenUtf8IsRefused() {
        // Given
        var data = "{\"displayName\":\"ÿ\",\"query\":\"q\"}".getBytes(StandardCharsets.ISO_8859_1);

        // When
        var decoded = Samples.decoded(codec, Samples.event(EventTypes.REQUESTED, data), NOW);

        // Then
        assertThat(decoded)
                .isInstanceOfSatisfying(
                        Decoded.Invalid.class,
                        invalid -> assertThat(invalid.failed().message()).startsWith("data is no JSON"));
    }

    @Test
    void byteOrderMarkIsForgiven() {
        assertThat(Samples.decoded(codec, Samples.event(EventTypes.REQUESTED, '\uFEFF' + GOOD), NOW))
                .isInstanceOf(Decoded.Request.class);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "application/json",
                "application/json; charset=UTF-8",
                "APPLICATION/JSON",
                "text/json",
                "application/vnd.example.v1+json",
                ""
            })
    void takesJsonByWhateverName(@Nullable String contentType) {
        assertThat(decoded(contentType)).isInstanceOf(Decoded.Request.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/xml", "application/jsonl", "json", "application/octet-stream"})
    void refusesWhatIsNotJson(String contentType) {
        assertThat(decoded(contentType))
                .isInstanceOfSatisfying(
                        Decoded.Invalid.class,
                        invalid -> assertThat(invalid.failed().message())
                                .isEqualTo("datacontenttype must be application/json"));
    }

    private Decoded decoded(@Nullable String contentType) {
        var event = CloudEventBuilder.from(Samples.event(EventTypes.REQUESTED, GOOD));
        var typed = contentType == null ? event.withoutDataContentType() : event.withDataContentType(contentType);
        return Samples.decoded(codec, typed.build(), NOW);
    }

    @Test
    void whatATriggerHasToKnowIsDecodedWithIt() {
        // Given
        var event = Samples.event(EventTypes.REQUESTED, GOOD);

        // When
        var decoded = Samples.decode(codec, event, NOW);

        // Then
        assertThat(decoded.map(DecodedEvent::id)).isEqualTo(new Checked.Good<>(event.getId()));
        assertThat(decoded.map(DecodedEvent::type)).isEqualTo(new Checked.Good<>(EventTypes.REQUESTED));
    }

    @Test
    void whatIsNoEventIsRefusedForTheSameReason() {
        // Given
        var none = new Checked.Bad<CloudEvent>("This is no CloudEvent: it must be a JSON object");

        // Then
        assertThat(codec.decode(none, Receipt.at(NOW))).isEqualTo(new Checked.Bad<>(none.reason()));
    }

    @Test
    void missingDataAreSaidToBeMissing() {
        // Given
        var event = CloudEventBuilder.from(Samples.event(EventTypes.REQUESTED, GOOD))
                .withoutData()
                .build();

        // When
        var decoded = Samples.decoded(codec, event, NOW);

        // Then
        assertThat(decoded)
                .isInstanceOfSatisfying(
                        Decoded.Invalid.class,
                        invalid -> assertThat(invalid.failed().message())
                                .isEqualTo("data is missing: it must be a JSON object"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.segmentrelay.segment.ready.v1",
                "io.segmentrelay.segment.failed.v1",
                "x",
                "\n\ud800",
                "IO.SEGMENTRELAY"
            })
    void otherTypesAreForeign(String type) {
        assertThat(Samples.decode(codec, Samples.event(type, GOOD), NOW))
                .isInstanceOfSatisfying(
                        Checked.Bad.class,
                        foreign -> assertThat(foreign.reason())
                                .startsWith("The event's type is '")
                                .endsWith("': taken are " + String.join(", ", EventTypes.TAKEN))
                                .doesNotContain("\n"));
    }

    static Stream<Arguments> keys() {
        return Stream.of(
                argumentSet("no id", "", "/s", "The event's id is empty"),
                argumentSet("long id", "i".repeat(1_025), "/s", "The event's id is longer than 1024 characters"),
                argumentSet("line break", "a\r\nset-cookie: b", "/s", "The event's id has characters"),
                argumentSet("lone surrogate", "a\ud800", "/s", "The event's id has characters"),
                argumentSet("noncharacter", "a\uFFFF", "/s", "The event's id has characters"),
                argumentSet("no source", "1", "", "The event's source is empty"),
                argumentSet("long source", "1", "/" + "s".repeat(1_024), "The event's source is longer than 1024"));
    }

    @ParameterizedTest
    @MethodSource("keys")
    void eventsThatNoRequestCanBeNamedByAreForeign(String id, String source, String expected) {
        // Given
        var event = CloudEventBuilder.from(Samples.event(EventTypes.REQUESTED, GOOD))
                .withId(id)
                .withSource(URI.create(source))
                .build();

        // When
        var decoded = Samples.decode(codec, event, NOW);

        // Then
        assertThat(decoded)
                .isInstanceOfSatisfying(
                        Checked.Bad.class,
                        foreign -> assertThat(foreign.reason())
                                .startsWith(expected)
                                .hasSizeLessThan(100));
    }

    @Test
    void timesThatNobodyCanWriteAreTakenForNone() {
        // Given
        var event = CloudEventBuilder.from(Samples.event(EventTypes.REQUESTED, GOOD))
                .withTime(OffsetDateTime.MAX)
                .withExtension("traceparent", "00-\r\n")
                .build();

        // When
        var decoded = Samples.decoded(codec, event, NOW);

        // Then
        assertThat(decoded).isInstanceOfSatisfying(Decoded.Request.class, request -> {
            assertThat(request.request().requestedAt()).isEqualTo(NOW);
            assertThat(request.request().trace()).isEmpty();
        });
    }

    static Stream<Arguments> damage() {
        return Stream.of(
                argumentSet("no step", "/step", "\"validate\"", "step must be"),
                argumentSet("no liveAt", "/step", "\"fetch-members\"", "liveAt is missing"),
                argumentSet("no time", "/deadline", "\"tomorrow\"", "a time or a duration"),
                argumentSet(
                        "time out of range", "/stepSince", "\"+1000000001-01-01T00:00:00Z\"", "a time or a duration"),
                argumentSet("no GUID", "/segmentId", "\"1\"", "segmentId must be"),
                argumentSet("no base64", "/segment/includedMembers", "\"AA=A\"", "segment.includedMembers must be"),
                argumentSet("half a GUID", "/segment/includedMembers", "\"AAAA\"", "a member list in it is damaged"),
                argumentSet("no interval", "/segment/refresh/interval", "\"Pour\"", "a time or a duration"),
                argumentSet(
                        "no time passes",
                        "/segment/refresh/interval",
                        "\"PT0S\"",
                        "a time or a duration in it is none"),
                argumentSet("endless", "/segment/readyWithin", "\"PT9999999999999999999H\"", "a time or a duration"),
                argumentSet("no members", "/segment/type", "\"static\"", null),
                argumentSet("id to break a header", "/requestId", "\"a\\n\"", "requestId or requestSource has"),
                argumentSet("warning", "/warnings", "[\"bad\"]", "warnings[0] must be"),
                argumentSet("null", "/traceparent", "null", "traceparent must be"));
    }

    @ParameterizedTest
    @MethodSource("damage")
    void damagedContinuationsAreForeignWithAReason(String pointer, String value, @Nullable String expected) {
        // Given
        var data = Samples.data(codec.encode(Samples.pending(), "cause"));
        var cut = pointer.lastIndexOf('/');
        ((ObjectNode) data.at(pointer.substring(0, cut)))
                .set(pointer.substring(cut + 1), Samples.json(value.getBytes(StandardCharsets.UTF_8)));

        // When
        var decoded = Samples.decode(codec, Samples.event(EventTypes.PENDING, data.toString()), NOW);

        // Then
        if (expected == null) {
            assertThat(Samples.decoded(decoded)).isInstanceOf(Decoded.Continuation.class);
        } else {
            assertThat(decoded)
                    .isInstanceOfSatisfying(
                            Checked.Bad.class,
                            foreign -> assertThat(foreign.reason())
                                    .startsWith("The continuation cannot be read: " + expected));
        }
    }
}
