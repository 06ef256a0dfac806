package io.segmentrelay.event.codec;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.cloudevents.CloudEvent;
import io.cloudevents.kafka.KafkaMessageFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.segmentrelay.contract.AsyncApi;
import io.segmentrelay.contract.PublishedContract;
import io.segmentrelay.event.EndReason;
import io.segmentrelay.event.FailureCode;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.Row;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.Step;
import io.segmentrelay.query.QueryCheck;

import static org.assertj.core.api.Assertions.assertThat;

/** What is emitted is as it is published to be, in Kafka's headers and in its data; and nothing is published that is never emitted. */
class EmittedContractTest {

    private static final EventCodec CODEC = Samples.codec();

    static List<RelayEvent> emitted() {
        return Stream.concat(EventSchemaTest.emitted(), inFull()).toList();
    }

    @ParameterizedTest
    @MethodSource("emitted")
    void eachEventKeepsWhatIsPublishedOfIt(RelayEvent emitted) {
        // When
        var event = CODEC.encode(emitted, "cause");

        // Then
        assertThat(PublishedContract.ofKafka(
                        headers(event), Objects.requireNonNull(event.getData()).toBytes()))
                .isEmpty();
    }

    @Test
    void eachHeaderThatIsPublishedIsWritten() {
        // Given
        Map<String, Set<String>> written = emitted().stream()
                .map(each -> CODEC.encode(each, "cause"))
                .collect(Collectors.groupingBy(
                        CloudEvent::getType,
                        Collectors.flatMapping(
                                event -> headers(event).keySet().stream(), Collectors.toCollection(TreeSet::new))));

        // Then
        assertThat(written).hasSizeGreaterThanOrEqualTo(3);
        written.forEach((type, names) -> {
            var published =
                    new TreeSet<>(AsyncApi.headerNames(AsyncApi.onKafka(type).orElseThrow()));
            // Optional in the one form that all events share: a failure has no time of its own, and not each request is
            // traced.
            // And what the Kafka sink adds to the relay's own continuations is not the codec's.
            Stream.of(
                            "ce_time",
                            "ce_traceparent",
                            "ce_tracestate",
                            "traceparent",
                            "tracestate",
                            "ce_sequence",
                            "segment-relay-writer")
                    .filter(name -> !names.contains(name))
                    .forEach(published::remove);
            assertThat(names).as(type).isEqualTo(published);
        });
    }

    /** In full: with all that may be absent. */
    private static Stream<RelayEvent> inFull() {
        var findings = QueryCheck.findings("PROFILE(contact).FILTER(a = 1)", "contact");
        var request = Samples.request();
        var suspicious = new SegmentRequest(
                request.key(),
                request.wish(),
                request.afterwards(),
                request.requestedAt(),
                request.deadline(),
                request.trace(),
                request.warnings(),
                findings);
        var page = Samples.page(1, 1, List.of(Samples.MEMBER));
        var refused = new RelayEvent.ServerError(
                400, Optional.of("0x80040203"), Optional.of("Unexpected token"), Optional.of("an id"));
        var trace = Optional.of(Samples.TRACE);
        return Stream.of(
                new RelayEvent.ReadyPage(
                        suspicious,
                        page.segmentId(),
                        page.definitionId(),
                        page.facts(),
                        page.primaryKeyColumn(),
                        Optional.of(new RelayEvent.Replaces(2, Samples.MEMBER)),
                        page.snapshotId(),
                        page.memberCount(),
                        page.page(),
                        page.pageCount(),
                        page.members(),
                        page.warnings(),
                        page.liveAt()),
                new RelayEvent.ChangedPage(
                        request,
                        Samples.SEGMENT,
                        Samples.DEFINITION,
                        page.facts(),
                        "contactid",
                        1,
                        page.snapshotId(),
                        Samples.MEMBER,
                        2,
                        1,
                        1,
                        List.of(Samples.MEMBER),
                        List.of(Samples.SEGMENT),
                        Samples.NOW),
                new RelayEvent.Ended(
                        Samples.KEY, Samples.SEGMENT, Samples.DEFINITION, EndReason.RETIRED, 1, Samples.MEMBER, trace),
                new RelayEvent.Retired(Samples.KEY, Samples.SEGMENT, Samples.DEFINITION, Samples.NOW, trace),
                new RelayEvent.Failed(
                        Samples.KEY,
                        FailureCode.REJECTED_BY_DYNAMICS,
                        Step.PUBLISH,
                        "Dynamics refused the query",
                        Optional.of(Samples.SEGMENT),
                        Optional.of(Samples.DEFINITION),
                        Optional.of(refused),
                        List.of(Row.values()),
                        findings,
                        trace));
    }

    /** And the other way: what is published and never written would be a promise that nobody keeps. */
    @Test
    void eachFieldThatIsPublishedForOthersIsWritten() {
        // When
        var written = inFull().map(each -> CODEC.encode(each, "cause"))
                .collect(Collectors.toMap(
                        event -> Objects.requireNonNull(event.getDataSchema()).toString(),
                        event -> names("", Samples.data(event))));

        // Then
        assertThat(written.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        forOthers().map(EventSchema::uri).map(Object::toString).toList());
        forOthers()
                .forEach(schema -> assertThat(written.get(schema.uri().toString()))
                        .as(schema.resource())
                        .isEqualTo(published("", schema.document())));
    }

    /** Neither requests, nor what the relay tells itself. */
    private static Stream<EventSchema> forOthers() {
        return Stream.of(EventSchema.values())
                .filter(schema ->
                        Stream.of("requested", "pending", "followed", "marked").noneMatch(schema.resource()::contains));
    }

    private static Set<String> names(String at, JsonNode data) {
        var names = new TreeSet<String>();
        if (data.isArray()) {
            data.forEach(item -> names.addAll(names(at, item)));
        }
        data.properties().forEach(field -> {
            names.add(at + field.getKey());
            names.addAll(names(at + field.getKey() + ".", field.getValue()));
        });
        return names;
    }

    private static Set<String> published(String at, JsonNode schema) {
        var names = new TreeSet<String>();
        schema.path("properties").properties().forEach(field -> {
            names.add(at + field.getKey());
            names.addAll(published(at + field.getKey() + ".", field.getValue()));
        });
        if (schema.has("items")) {
            names.addAll(published(at, schema.path("items")));
        }
        return names;
    }

    private static Map<String, String> headers(CloudEvent event) {
        var headers = new HashMap<String, String>();
        KafkaMessageFactory.createWriter("topic")
                .writeBinary(event)
                .headers()
                .forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        return headers;
    }
}
