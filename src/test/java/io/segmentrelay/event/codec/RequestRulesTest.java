package io.segmentrelay.event.codec;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

import io.cloudevents.core.builder.CloudEventBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.segmentrelay.event.EventTypes;
import io.segmentrelay.event.FailureCode;
import io.segmentrelay.event.RequestKey;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.SegmentSpec;
import io.segmentrelay.event.SegmentType;
import io.segmentrelay.event.Step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

class RequestRulesTest {

    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

    private static final UUID GUID = UUID.fromString("6f1c3c1e-5d0b-4a8f-9d55-3f1f6b0f7a10");

    private final EventCodec codec = new EventCodec("/segment-relay", Duration.ofHours(2), LifeRules.DEFAULTS);

    @Test
    void takesARequestWithNothingButWhatIsRequired() {
        // Given
        var data = "{\"displayName\":\"County known\",\"query\":\"PROFILE(contact)\"}";

        // When
        var request = request(data);

        // Then
        assertThat(request)
                .isEqualTo(new SegmentRequest(
                        new RequestKey("/campaigns", "order-17"),
                        new SegmentSpec(
                                "County known",
                                Optional.of("PROFILE(contact)"),
                                "contact",
                                SegmentType.DYNAMIC,
                                List.of(),
                                List.of(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty()),
                        NOW,
                        NOW.plus(Duration.ofHours(2)),
                        Optional.empty()));
    }

    @Test
    void takesARequestWithEverything() {
        // Given
        var data = """
                {"displayName":"Großstädte 🏙","query":"PROFILE(contact)\\n.FILTER(a == 'b\\"')","baseEntity":"lead","type":"dynamic",
                 "includedMembers":["6f1c3c1e-5d0b-4a8f-9d55-3f1f6b0f7a10","{6F1C3C1E5D0B4A8F9D553F1F6B0F7A10}"],
                 "excludedMembers":["9a00b7d2-0c1f-4d2b-8a43-0d6c2f5e9b21"],
                 "refresh":{"enabled":false,"intervalMinutes":15.0},
                 "owningBusinessUnitId":"b1f07f5c-3c52-4a1e-8a2e-54b2f1a7d932","readyWithin":"P1DT2H"}""";

        // When
        var spec = request(data).spec();

        // Then
        assertThat(spec)
                .isEqualTo(new SegmentSpec(
                        "Großstädte 🏙",
                        Optional.of("PROFILE(contact)\n.FILTER(a == 'b\"')"),
                        "lead",
                        SegmentType.DYNAMIC,
                        List.of(GUID),
                        List.of(UUID.fromString("9a00b7d2-0c1f-4d2b-8a43-0d6c2f5e9b21")),
                        Optional.of(new SegmentSpec.Refresh(false, Optional.of(Duration.ofMinutes(15)))),
                        Optional.of(UUID.fromString("b1f07f5c-3c52-4a1e-8a2e-54b2f1a7d932")),
                        Optional.of(Duration.ofHours(26))));
    }

    @Test
    void nullCountsAsAbsentWhereAFieldIsOptional() {
        // Given
        var data = with("""
                "baseEntity":null,"type":null,"includedMembers":null,"excludedMembers":null,
                "refresh":{"enabled":null,"intervalMinutes":null},"owningBusinessUnitId":null,"readyWithin":null""");

        // When
        var spec = request(data).spec();

        // Then
        assertThat(spec)
                .isEqualTo(new SegmentSpec(
                        "n",
                        Optional.of("q"),
                        "contact",
                        SegmentType.DYNAMIC,
                        List.of(),
                        List.of(),
                        Optional.of(new SegmentSpec.Refresh(true, Optional.empty())),
                        Optional.empty(),
                        Optional.empty()));
        assertThat(request(with("\"refresh\":null")).spec().refresh()).isEmpty();
    }

    @Test
    void aMemberMayBeOnBothLists() {
        // Given
        var data = with("\"includedMembers\":[\"%s\"],\"excludedMembers\":[\"{%s}\"]".formatted(GUID, GUID));

        // When
        var spec = request(data).spec();

        // Then: what that means is the server's to say
        assertThat(spec.includedMembers()).containsExactly(GUID);
        assertThat(spec.excludedMembers()).containsExactly(GUID);
    }

    @Test
    void deadlineCountsFromTheReceiptAndNotFromTheEventsTime() {
        // Given
        var longAgo = OffsetDateTime.parse("2020-01-01T00:00:00+02:00");
        var event = event(with("\"readyWithin\":\"PT30M\"")).withTime(longAgo).build();

        // When
        var decoded = Samples.decoded(codec, event, NOW);

        // Then
        assertThat(decoded).isInstanceOfSatisfying(Decoded.Request.class, request -> {
            assertThat(request.request().requestedAt()).isEqualTo(longAgo.toInstant());
            assertThat(request.request().deadline()).isEqualTo(NOW.plus(Duration.ofMinutes(30)));
        });
    }

    @ParameterizedTest
    @CsvSource({
        "PT2H,PT2H",
        "P1D,PT24H",
        "P1W,PT168H",
        "P1DT2H,PT26H",
        "P365D,PT8760H",
        "PT0.5S,PT0.5S",
        "'PT1,5H',PT1H30M",
        "P52WT24H,PT8760H",
        "PT1S,PT1S",
        "PT0.000000001S,PT0.000000001S",
        "P0DT1M,PT1M"
    })
    void takesDurationsOfFixedLength(String text, Duration expected) {
        // When
        var spec = request(with("\"readyWithin\":\"%s\"".formatted(text))).spec();

        // Then
        assertThat(spec.readyWithin()).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "P",
                "PT",
                "P1",
                "1H",
                "PT2",
                "P1Y",
                "P1M",
                "-PT1H",
                "PT-1H",
                "+PT1H",
                "pt1h",
                "PT0S",
                "P0D",
                "P366D",
                "P53W",
                "PT8760H1S",
                "P1DT",
                "PT1H ",
                "PT1H\\n",
                "PT9999999999H",
                "PT٢H",
                "PT1.H",
                "P1H",
                "2h"
            })
    void refusesOtherDurations(String text) {
        assertThat(problem(with("\"readyWithin\":\"%s\"".formatted(text))))
                .startsWith("readyWithin must be an ISO 8601 duration")
                .contains("P365D", "years and months")
                .doesNotContain(";");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "6f1c3c1e-5d0b-4a8f-9d55-3f1f6b0f7a10",
                "6F1C3C1E-5D0B-4A8F-9D55-3F1F6B0F7A10",
                "6f1c3c1e5d0b4a8f9d553f1f6b0f7a10",
                "{6f1c3c1e-5d0b-4a8f-9d55-3f1f6b0f7a10}",
                "(6F1C3C1E-5d0b-4a8f-9d55-3f1f6b0f7a10)",
                "{6f1c3c1e5d0b4a8f9d553f1f6b0f7a10}",
                "urn:uuid:6f1c3c1e-5d0b-4a8f-9d55-3f1f6b0f7a10",
                "URN:UUID:6F1C3C1E-5D0B-4A8F-9D55-3F1F6B0F7A10"
            })
    void takesGuidsInAnyUsualSpelling(String text) {
        // When
        var spec = request(with("\"includedMembers\":[\"%s\"],\"owningBusinessUnitId\":\"%s\"".formatted(text, text)))
                .spec();

        // Then
        assertThat(spec.includedMembers()).containsExactly(GUID);
        assertThat(spec.owningBusinessUnitId()).contains(GUID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "6f1c3c1e-5d0b-4a8f-9d55-3f1f6b0f7a1",
                "6f1c3c1e-5d0b-4a8f-9d55-3f1f6b0f7a100",
                "{6f1c3c1e-5d0b-4a8f-9d55-3f1f6b0f7a10)",
                "{6f1c3c1e-5d0b-4a8f-9d55-3f1f6b0f7a10",
                " 6f1c3c1e-5d0b-4a8f-9d55-3f1f6b0f7a10",
                "6f1c3c1e-5d0b-4a8f-9d55-3f1f6b0f7a10\\n",
                "6f1c3c1e5d0b-4a8f-9d55-3f1f6b0f7a10",
                "gf1c3c1e-5d0b-4a8f-9d55-3f1f6b0f7a10",
                "٦f1c3c1e-5d0b-4a8f-9d55-3f1f6b0f7a10"
            })
    void refusesOtherSpellings(String text) {
        assertThat(problem(with("\"excludedMembers\":[\"%s\"],\"owningBusinessUnitId\":\"%s\"".formatted(text, text))))
                .isEqualTo(
                        "excludedMembers[0] must be a GUID in any usual spelling: 32 hexadecimal digits with or without"
                                + " dashes, in braces, in parentheses or bare; owningBusinessUnitId must be a GUID in any usual"
                                + " spelling: 32 hexadecimal digits with or without dashes, in braces, in parentheses or bare");
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                argumentSet("no name", "{\"query\":\"q\"}", "displayName is missing: it must be text of 1 to 200"),
                argumentSet(
                        "null name", "{\"query\":\"q\",\"displayName\":null}", "displayName must be text of 1 to 200"),
                argumentSet("name is a number", "{\"query\":\"q\",\"displayName\":7}", "displayName must be text"),
                argumentSet("empty name", named(""), "displayName must be text"),
                argumentSet("blank name", named(" \\u00a0\\u2003"), "displayName must be text"),
                argumentSet("long name", named("🏙".repeat(201)), "displayName must be text"),
                argumentSet("line break in name", named("a\\nb"), "displayName must be text"),
                argumentSet("line break after name", named("a\\n"), "displayName must be text"),
                argumentSet("C1 control in name", named("a\\u0085b"), "displayName must be text"),
                argumentSet("lone surrogate in name", named("a\\ud83cb"), "displayName must be text"),
                argumentSet("no query", "{\"displayName\":\"n\"}", "query is missing: it must be text of 1 to 100,000"),
                argumentSet(
                        "null query", "{\"displayName\":\"n\",\"query\":null}", "query must be text of 1 to 100,000"),
                argumentSet(
                        "no query, type given",
                        "{\"displayName\":\"n\",\"type\":\"dynamic\"}",
                        "query is missing: it must"),
                argumentSet("empty query", queried(""), "query must be text"),
                argumentSet("blank query", queried(" \\n"), "query must be text"),
                argumentSet("long query", queried("q".repeat(100_001)), "query must be text"),
                argumentSet("lone surrogate in query", queried("\\udc00"), "query must be text"),
                argumentSet("query is an object", "{\"displayName\":\"n\",\"query\":{}}", "query must be text"),
                argumentSet("entity in capitals", with("\"baseEntity\":\"Contact\""), "baseEntity must be a table's"),
                argumentSet(
                        "entity too long", with("\"baseEntity\":\"" + "c".repeat(101) + "\""), "baseEntity must be"),
                argumentSet("entity with line break", with("\"baseEntity\":\"contact\\n\""), "baseEntity must be"),
                argumentSet(
                        "type in capitals", with("\"type\":\"Dynamic\""), "type must be either 'dynamic' or 'static'"),
                argumentSet("type is a number", with("\"type\":11"), "type must be either"),
                argumentSet(
                        "static without members",
                        "{\"displayName\":\"n\",\"type\":\"static\"}",
                        "includedMembers is missing: it must be a list of GUIDs, not empty for a static segment"),
                argumentSet(
                        "static with no member",
                        "{\"displayName\":\"n\",\"type\":\"static\",\"includedMembers\":[]}",
                        "includedMembers must be a list of GUIDs, not empty"),
                argumentSet(
                        "static with null members",
                        "{\"displayName\":\"n\",\"type\":\"static\",\"includedMembers\":null}",
                        "includedMembers must be a list of GUIDs, not empty"),
                argumentSet("members are text", with("\"includedMembers\":\"x\""), "includedMembers must be a list"),
                argumentSet("member is null", with("\"includedMembers\":[null]"), "includedMembers[0] must be a GUID"),
                argumentSet("refresh is true", with("\"refresh\":true"), "refresh must be an object with 'enabled'"),
                argumentSet(
                        "enabled is text", with("\"refresh\":{\"enabled\":\"yes\"}"), "refresh.enabled must be either"),
                argumentSet(
                        "interval 0",
                        with("\"refresh\":{\"intervalMinutes\":0}"),
                        "refresh.intervalMinutes must be a whole number from 1 to 525600"),
                argumentSet(
                        "interval too long",
                        with("\"refresh\":{\"intervalMinutes\":525601}"),
                        "refresh.intervalMinutes must"),
                argumentSet(
                        "interval broken",
                        with("\"refresh\":{\"intervalMinutes\":1.5}"),
                        "refresh.intervalMinutes must"),
                argumentSet(
                        "interval is text",
                        with("\"refresh\":{\"intervalMinutes\":\"15\"}"),
                        "refresh.intervalMinutes must"),
                argumentSet(
                        "interval endless",
                        with("\"refresh\":{\"intervalMinutes\":1e999999999}"),
                        "refresh.intervalMinutes must"),
                argumentSet(
                        "interval huge",
                        with("\"refresh\":{\"intervalMinutes\":" + "9".repeat(99) + "}"),
                        "refresh.intervalMinutes must"),
                argumentSet(
                        "unknown field",
                        with("\"displayname\":\"x\""),
                        "unknown field 'displayname': did you mean 'displayName'?"),
                argumentSet(
                        "unknown field, underscore",
                        with("\"base_entity\":1"),
                        "unknown field 'base_entity': did you mean 'baseEntity'?"),
                argumentSet("unknown field, nothing near", with("\"colour\":\"x\""), "unknown field 'colour'"),
                argumentSet(
                        "unknown field inside",
                        with("\"refresh\":{\"intervallMinutes\":5}"),
                        "unknown field 'refresh.intervallMinutes': did you mean 'refresh.intervalMinutes'?"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void refusesWhatBreaksARuleAndSaysWhatItMayBe(String data, String expected) {
        // When
        var message = problem(data);

        // Then: this one thing is said, and what was sent is not repeated
        assertThat(message).startsWith(expected).doesNotContain(";", "\n", "🏙", "6f1c3c1e", "6F1C3C1E");
    }

    @Test
    void namesEveryFieldAtFaultAtOnceInTheOrderOfTheSchema() {
        // Given
        var data = """
                {"x":1,"readyWithin":"soon","owningBusinessUnitId":"me","refresh":{"enabled":1,"intervalMinutes":0},
                 "excludedMembers":["a"],"includedMembers":["b","c"],"type":"other","baseEntity":"A","query":"","displayName":""}""";

        // When
        var message = problem(data);

        // Then
        assertThat(message.split("; "))
                .satisfiesExactly(
                        s -> assertThat(s).startsWith("displayName must be"),
                        s -> assertThat(s).startsWith("query must be"),
                        s -> assertThat(s).startsWith("baseEntity must be"),
                        s -> assertThat(s).startsWith("type must be"),
                        s -> assertThat(s).startsWith("includedMembers[0], includedMembers[1] must be"),
                        s -> assertThat(s).startsWith("excludedMembers[0] must be"),
                        s -> assertThat(s).startsWith("refresh.enabled must be"),
                        s -> assertThat(s).startsWith("refresh.intervalMinutes must be"),
                        s -> assertThat(s).startsWith("owningBusinessUnitId must be"),
                        s -> assertThat(s).startsWith("readyWithin must be"),
                        s -> assertThat(s).isEqualTo("unknown field 'x'"));
    }

    @Test
    void namesWhatOnlyTheRelayCanSeeBesideWhatTheSchemaSees() {
        // Given
        var data = """
                {"displayName":"","query":"q","readyWithin":"PT0S"}""";

        // When
        var message = problem(data);

        // Then
        assertThat(message.split("; "))
                .satisfiesExactly(
                        s -> assertThat(s).startsWith("displayName must be"),
                        s -> assertThat(s).startsWith("readyWithin must be"));
    }

    @Test
    void saysTheSameInEveryLocale() {
        // Given
        var data = with("\"type\":\"I\",\"includedMembers\":[" + "1,".repeat(20) + "1]");
        var before = problem(data);
        var locale = Locale.getDefault();

        // When
        var elsewhere = Stream.of("ar-EG-u-nu-arab", "tr-TR", "de-DE").map(tag -> {
            Locale.setDefault(Locale.forLanguageTag(tag));
            try {
                return problem(data);
            } finally {
                Locale.setDefault(locale);
            }
        });

        // Then
        assertThat(elsewhere).containsOnly(before);
    }

    @Test
    void staysShortWhateverTheNumberOfFaults() {
        // Given
        var data = new StringBuilder("{\"displayName\":1");
        for (var i = 0; i < 5_000; i++) {
            data.append(",\"nobody-knows-%d-%s\":1".formatted(i, "x".repeat(100)));
        }
        data.append(",\"includedMembers\":[").append("1,".repeat(5_000)).append("1]}");

        // When
        var message = problem(data.toString());

        // Then
        assertThat(message)
                .hasSizeLessThan(2_100)
                .startsWith("displayName must be")
                .contains("query is missing", "includedMembers[4] and 4996 more must be", "4990 more unknown fields");
    }

    private SegmentRequest request(String data) {
        var decoded = Samples.decoded(codec, event(data).build(), NOW);
        assertThat(decoded).isInstanceOf(Decoded.Request.class);
        return ((Decoded.Request) decoded).request();
    }

    private String problem(String data) {
        var decoded = Samples.decoded(codec, event(data).build(), NOW);
        var messages = new ArrayList<String>();
        assertThat(decoded).isInstanceOfSatisfying(Decoded.Invalid.class, invalid -> {
            assertThat(invalid.failed().key()).isEqualTo(new RequestKey("/campaigns", "order-17"));
            assertThat(invalid.failed().code()).isEqualTo(FailureCode.INVALID_REQUEST);
            assertThat(invalid.failed().step()).isEqualTo(Step.VALIDATE);
            messages.add(invalid.failed().message());
        });
        return messages.getFirst();
    }

    private static CloudEventBuilder event(String data) {
        return CloudEventBuilder.v1()
                .withId("order-17")
                .withSource(URI.create("/campaigns"))
                .withType(EventTypes.REQUESTED)
                .withData("application/json", data.getBytes(StandardCharsets.UTF_8));
    }

    private static String with(String fields) {
        return "{\"displayName\":\"n\",\"query\":\"q\",%s}".formatted(fields);
    }

    private static String named(String name) {
        return "{\"displayName\":\"%s\",\"query\":\"q\"}".formatted(name);
    }

    private static String queried(String query) {
        return "{\"displayName\":\"n\",\"query\":\"%s\"}".formatted(query);
    }
}
