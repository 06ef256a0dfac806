package io.segmentrelay.event.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.segmentrelay.event.EndReason;
import io.segmentrelay.event.LifeStage;
import io.segmentrelay.event.Mark;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.Row;
import io.segmentrelay.event.Step;
import io.segmentrelay.event.Target;
import io.segmentrelay.event.Wish;
import io.segmentrelay.event.wire.CloudEvents;
import io.segmentrelay.event.wire.Receipt;

import static org.assertj.core.api.Assertions.assertThat;

class EventSchemaTest {

    private final EventCodec codec = Samples.codec();

    @ParameterizedTest
    @EnumSource
    void examplesKeepTheirOwnSchema(EventSchema schema) {
        // Given
        var examples = schema.document().path("examples");

        // Then
        assertThat(examples)
                .isNotEmpty()
                .allSatisfy(example -> assertThat(schema.validate(example)).isEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheRulesForSchemas(EventSchema schema) {
        // Given
        var draft = SchemaRegistry.withDialect(Dialects.getDraft202012())
                .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

        // Then
        assertThat(draft.validate(schema.document())).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void nameSaysWhereItIsServed(EventSchema schema) {
        assertThat(schema.document().path("$id").asText())
                .isEqualTo(schema.uri().toString());
        assertThat(schema.document().path("$schema").asText())
                .isEqualTo("https://json-schema.org/draft/2020-12/schema");
        assertThat(schema.uri().toString()).startsWith("urn:segment-relay:schema:");
        assertThat(schema.resource())
                .isEqualTo("/META-INF/resources/schemas/%s.json"
                        .formatted(schema.uri().toString().replaceFirst("^.*:", "")));
    }

    @ParameterizedTest
    @EnumSource
    void everyFieldIsDescribedAndNoneIsLetInUnnamed(EventSchema schema) {
        for (var object : objects(schema.document())) {
            assertThat(object.path("additionalProperties").isBoolean()).isTrue();
            assertThat(object.path("additionalProperties").asBoolean()).isFalse();
            assertThat(object.path("properties"))
                    .allSatisfy(field ->
                            assertThat(field.path("description").asText()).isNotBlank());
        }
    }

    static Stream<RelayEvent> emitted() {
        return Stream.of(
                Samples.pending(),
                Samples.page(1, 1, List.of()),
                Samples.page(2, 3, List.of(Samples.MEMBER, Samples.SEGMENT)),
                Samples.failed(),
                Samples.failed().leaving(List.of(Row.SEGMENT, Row.DEFINITION)),
                Samples.changed(),
                new RelayEvent.Ended(
                        Samples.KEY,
                        Samples.SEGMENT,
                        Samples.DEFINITION,
                        EndReason.RETIRED,
                        0,
                        Samples.SEGMENT,
                        Optional.empty()),
                new RelayEvent.Retired(Samples.KEY, Samples.SEGMENT, Samples.DEFINITION, Samples.NOW, Optional.empty()),
                new RelayEvent.Marked(
                        Samples.KEY,
                        new Mark(Mark.Kind.RETIRED, new Target.Segment(Samples.SEGMENT), Samples.NOW),
                        Optional.empty()),
                Samples.pending(new Wish.Members(new Target.Segment(Samples.SEGMENT)), Step.AWAIT_LIVE),
                Samples.pending(new Wish.Retirement(new Target.Request(Samples.KEY)), Step.RETIRE));
    }

    @ParameterizedTest
    @MethodSource("io.segmentrelay.event.codec.Samples#stages")
    void everyStageKeepsItsSchemaAndComesBack(LifeStage stage) {
        // Given
        var followed = Samples.followed(stage);

        // When
        var event = codec.encode(followed, "cause");

        // Then
        assertThat(EventSchema.FOLLOWED.validate(Samples.data(event))).isEmpty();
        assertThat(Samples.decoded(codec, event, Samples.NOW)).isEqualTo(new Decoded.Life(followed));
        assertThat(event.getExtension("partitionkey")).isEqualTo(followed.mailboxKey());
    }

    @ParameterizedTest
    @MethodSource("emitted")
    void whatIsEmittedKeepsTheSchemaThatItNames(RelayEvent emitted) {
        // When
        var event = codec.encode(emitted, "cause");

        // Then
        assertThat(Stream.of(EventSchema.values()).filter(s -> s.uri().equals(event.getDataSchema())))
                .singleElement()
                .satisfies(schema ->
                        assertThat(schema.validate(Samples.data(event))).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "segment-requested.json",
                "segment-requested-static.json",
                "segment-requested-traverse.json",
                "segment-requested-follow.json",
                "members-requested.json",
                "segment-retire-requested.json",
                "follow-ended-requested.json"
            })
    void samplesAreRequests(String sample) {
        // When
        var read = CloudEvents.structured(Samples.resource("/samples/" + sample));

        // Then
        assertThat(Samples.decoded(codec.decode(read, Receipt.at(Samples.NOW)))).isInstanceOf(Decoded.Request.class);
    }

    private static List<JsonNode> objects(JsonNode schema) {
        var objects = new ArrayList<JsonNode>();
        if (schema.path("properties").isObject()) {
            objects.add(schema);
            schema.path("properties").forEach(field -> objects.addAll(objects(field)));
        }
        return objects;
    }
}
