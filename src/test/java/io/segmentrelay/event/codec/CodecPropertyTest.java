package io.segmentrelay.event.codec;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.provider.EventFormatProvider;
import io.cloudevents.http.HttpMessageFactory;
import io.cloudevents.jackson.JsonFormat;
import io.cloudevents.kafka.KafkaMessageFactory;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

import io.segmentrelay.event.Afterwards;
import io.segmentrelay.event.EventTypes;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.RequestKey;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.SegmentSpec;
import io.segmentrelay.event.SegmentType;
import io.segmentrelay.event.Step;
import io.segmentrelay.event.Warning;
import io.segmentrelay.event.Wish;
import io.segmentrelay.event.wire.Checked;
import io.segmentrelay.event.wire.CloudEvents;
import io.segmentrelay.event.wire.EventExtensions;
import io.segmentrelay.event.wire.OutsideText;

import static org.assertj.core.api.Assertions.assertThat;

class CodecPropertyTest {

    private static final Set<Warning> OF_THE_RECEIPT = Set.of(Warning.RECEIPT_TIME_UNKNOWN);

    private static final Instant LATER = Samples.NOW.plusSeconds(1_000);

    private final EventCodec codec = Samples.codec();

    @Property(tries = 300)
    void continuationSurvivesEveryTransport(@ForAll("pendings") RelayEvent.Pending pending) {
        // When
        var event = codec.encode(pending, "cause");

        // Then
        for (var arrived : List.of(event, overKafka(event), overHttp(event), structured(event))) {
            assertThat(Samples.decoded(codec, arrived, LATER)).isEqualTo(new Decoded.Continuation(pending));
        }
        assertThat(EventSchema.PENDING.validate(Samples.data(event))).isEmpty();
        assertThat(codec.encode(pending, "cause")).isEqualTo(event);
    }

    @Property(tries = 500)
    void namesAndQueriesComeThroughAsTheyWereWritten(@ForAll("texts") String name, @ForAll("texts") String query) {
        // Given
        var data =
                JsonNodeFactory.instance.objectNode().put("displayName", name).put("query", query);

        // When
        var decoded = Samples.decoded(codec, Samples.event(EventTypes.REQUESTED, data.toString()), LATER);

        // Then
        Statistics.collect(decoded.getClass().getSimpleName());
        Statistics.coverage(c -> c.check("Request").percentage(p -> p > 10));
        switch (decoded) {
            case Decoded.Request(var request) -> {
                assertThat(request.spec().displayName()).isEqualTo(name);
                assertThat(request.spec().query()).contains(query);
            }
            case Decoded.Invalid(var failed) ->
                assertThat(failed.message()).matches("(?:displayName|query) must be text of 1 to .*");
            default -> throw new AssertionError(decoded);
        }
    }

    @Provide
    Arbitrary<String> texts() {
        var good = text(1, 100)
                .map(text -> text.codePoints()
                        .filter(c -> !Character.isISOControl(c) && Character.getType(c) != Character.SURROGATE)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString());
        return Arbitraries.oneOf(good, good, text(0, 220));
    }

    @Property(tries = 300)
    void whatTheRelayWritesTheSdkReads(@ForAll("pendings") RelayEvent.Pending pending) {
        // Given
        var event = codec.encode(pending, "cause");
        var record = KafkaMessageFactory.createWriter("topic").writeBinary(event);
        var format = Objects.requireNonNull(EventFormatProvider.getInstance().resolveFormat(JsonFormat.CONTENT_TYPE));

        // When
        var overKafka = KafkaMessageFactory.createReader(record.headers(), record.value())
                .toEvent();
        var structured = format.deserialize(format.serialize(event));

        // Then
        assertThat(Samples.decoded(codec, overKafka, LATER)).isEqualTo(new Decoded.Continuation(pending));
        assertThat(Samples.decoded(codec, structured, LATER)).isEqualTo(new Decoded.Continuation(pending));
        assertThat(EventExtensions.of(overKafka)).isEqualTo(pending.segmentId().toString());
    }

    @Property(tries = 300)
    void continuationIsNotMuchLargerThanItsRequest(@ForAll("pendings") RelayEvent.Pending pending) {
        // Given: the request as somebody who saves every byte would write it
        var spec = pending.request().spec();
        var request = bytes(spec.displayName())
                + spec.query().map(CodecPropertyTest::bytes).orElse(0)
                + 34 * (spec.includedMembers().size() + spec.excludedMembers().size());

        // When
        var data =
                Objects.requireNonNull(codec.encode(pending, "cause").getData()).toBytes();

        // Then: bytes of text are counted without their escapes, which add as much to both
        var escapes = bytes(spec.query().orElse("")) * 5;
        var key = bytes(pending.key().id()) + bytes(pending.key().source());
        assertThat(data.length).isLessThan(request + key + escapes + 1_024);
    }

    @Property(tries = 300)
    void anyBytesAreAnsweredAndNeverThrown(@ForAll byte[] bytes) {
        assertThat(Samples.decoded(codec, Samples.event(EventTypes.REQUESTED, bytes), LATER))
                .isInstanceOf(Decoded.Invalid.class);
        assertThat(Samples.decode(codec, Samples.event(EventTypes.PENDING, bytes), LATER))
                .isInstanceOf(Checked.Bad.class);
        assertThat(CloudEvents.structured(bytes)).isInstanceOf(Checked.Bad.class);
        assertThat(CloudEvents.batch(bytes)).isNotNull();
    }

    @Property(tries = 300)
    void oneChangedByteNeverThrows(
            @ForAll("pendings") RelayEvent.Pending pending, @ForAll int position, @ForAll byte value) {
        // Given
        var event = codec.encode(pending, "cause");
        var data = Objects.requireNonNull(event.getData()).toBytes().clone();
        data[Math.floorMod(position, data.length)] = value;
        var json = format(event);
        json[Math.floorMod(position, json.length)] = value;

        // When
        var decoded = Samples.decode(codec, Samples.event(EventTypes.PENDING, data), LATER);
        var asRequest = Samples.decoded(codec, Samples.event(EventTypes.REQUESTED, data), LATER);
        var read = CloudEvents.structured(json);

        // Then
        if (decoded instanceof Checked.Good<DecodedEvent>) {
            assertThat(Samples.decoded(decoded)).isInstanceOf(Decoded.Continuation.class);
        }
        assertThat(asRequest).isInstanceOf(Decoded.Invalid.class);
        assertThat(read).isNotNull();
    }

    @Provide
    Arbitrary<RelayEvent.Pending> pendings() {
        var instants = Arbitraries.longs()
                .between(0, 4_000_000_000L)
                .flatMap(s -> Arbitraries.integers().between(0, 999_999_999).map(n -> Instant.ofEpochSecond(s, n)));
        var steps = Arbitraries.of(Step.CREATE_DEFINITION, Step.CREATE_SEGMENT, Step.PUBLISH, Step.AWAIT_LIVE);
        return Combinators.combine(orders(), steps, guids(), guids(), instants, instants.optional(), warnings())
                .as(RelayEvent.Pending::new);
    }

    private static Arbitrary<SegmentRequest> orders() {
        var keys = Combinators.combine(
                        Arbitraries.strings()
                                .alpha()
                                .ofMinLength(1)
                                .ofMaxLength(100)
                                .map("/"::concat),
                        Arbitraries.strings().ofMinLength(1).ofMaxLength(100).filter(OutsideText::fitAttribute))
                .as(RequestKey::new);
        return Combinators.combine(
                        keys,
                        specs(),
                        Arbitraries.just(Samples.TRACE).optional(),
                        Arbitraries.of(OF_THE_RECEIPT).set())
                .as((key, spec, trace, warnings) -> new SegmentRequest(
                        key, new Wish.NewSegment(spec), Afterwards.NOTHING, Samples.NOW, LATER, trace, warnings));
    }

    private static Arbitrary<SegmentSpec> specs() {
        var names = text(1, 60).filter(name -> OutsideText.fitAttribute(name) && !name.isBlank());
        var queries = text(1, 300).filter(query -> query.equals(OutsideText.wellFormed(query)));
        var durations = Arbitraries.longs().between(1, 31_536_000_000L).map(Duration::ofMillis);
        var refreshes = Combinators.combine(Arbitraries.of(true, false), durations.optional())
                .as(SegmentSpec.Refresh::new);
        var lists = guids().list().ofMinSize(1).ofMaxSize(20);
        return Combinators.combine(
                        names,
                        queries,
                        Arbitraries.of(SegmentType.class),
                        lists,
                        lists,
                        refreshes.optional(),
                        guids().optional(),
                        durations.optional())
                .as((name, query, type, in, out, refresh, unit, within) ->
                        new SegmentSpec(name, Optional.of(query), "contact", type, in, out, refresh, unit, within));
    }

    private static Arbitrary<String> text(int min, int max) {
        return Arbitraries.oneOf(
                        Arbitraries.chars().all().map(String::valueOf),
                        Arbitraries.chars().ascii().map(String::valueOf),
                        Arbitraries.integers().between(0x10000, 0x10FFFD).map(Character::toString))
                .list()
                .ofMinSize(min)
                .ofMaxSize(max)
                .map(parts -> String.join("", parts));
    }

    private static Arbitrary<UUID> guids() {
        return Combinators.combine(Arbitraries.longs(), Arbitraries.longs()).as(UUID::new);
    }

    /** Of the segment: those of the receipt are the request's, and what looks wrong in its query is found anew each time. */
    private static Arbitrary<Set<Warning>> warnings() {
        var ofTheSegment = EnumSet.complementOf(EnumSet.copyOf(OF_THE_RECEIPT));
        ofTheSegment.remove(Warning.QUERY_SUSPICIOUS);
        return Arbitraries.of(ofTheSegment).set();
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static CloudEvent overKafka(CloudEvent event) {
        var record = KafkaMessageFactory.createWriter("topic").writeBinary(event);
        var headers = new ArrayList<Map.Entry<String, byte[]>>();
        record.headers().forEach(h -> headers.add(Map.entry(h.key(), h.value())));
        return event(CloudEvents.kafka(headers, record.value()));
    }

    private static CloudEvent overHttp(CloudEvent event) {
        var headers = new HashMap<String, String>();
        var body = new ArrayList<byte[]>();
        HttpMessageFactory.createWriter((name, value) -> headers.put(name, CloudEvents.httpHeader(value)), body::add)
                .writeBinary(event);
        return event(CloudEvents.http(headers.entrySet(), body.getFirst()));
    }

    private static CloudEvent structured(CloudEvent event) {
        return event(CloudEvents.structured(format(event)));
    }

    private static byte[] format(CloudEvent event) {
        return new JsonFormat().serialize(event);
    }

    private static CloudEvent event(Checked<CloudEvent> read) {
        assertThat(read).isInstanceOf(Checked.Good.class);
        return ((Checked.Good<CloudEvent>) read).value();
    }
}
