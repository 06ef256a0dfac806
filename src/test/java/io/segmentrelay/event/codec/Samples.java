package io.segmentrelay.event.codec;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;

import io.segmentrelay.event.Afterwards;
import io.segmentrelay.event.EndReason;
import io.segmentrelay.event.EventIds;
import io.segmentrelay.event.FailureCode;
import io.segmentrelay.event.Follow;
import io.segmentrelay.event.LifeStage;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.RequestKey;
import io.segmentrelay.event.Retirement;
import io.segmentrelay.event.Row;
import io.segmentrelay.event.SegmentFacts;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.SegmentSpec;
import io.segmentrelay.event.SegmentType;
import io.segmentrelay.event.Step;
import io.segmentrelay.event.Target;
import io.segmentrelay.event.Told;
import io.segmentrelay.event.Warning;
import io.segmentrelay.event.Wish;
import io.segmentrelay.event.wire.Checked;
import io.segmentrelay.event.wire.Receipt;
import io.segmentrelay.trace.TraceContext;

/** Events that several tests look at. */
public final class Samples {

    public static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

    static final UUID SEGMENT = UUID.fromString("3d0f5a52-9c1b-5f9e-8a77-0d5d2f0b7c11");

    static final UUID DEFINITION = UUID.fromString("4e1f6b63-0d2c-5a0f-9b88-1e6e3f1c8d22");

    static final UUID MEMBER = UUID.fromString("6f1c3c1e-5d0b-4a8f-9d55-3f1f6b0f7a10");

    static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    static final TraceContext TRACE = new TraceContext(TRACEPARENT, "vendor=opaque");

    static final RequestKey KEY = new RequestKey("/campaigns", "order-17");

    private static final JsonMapper JSON = new JsonMapper();

    private Samples() {}

    public static EventCodec codec() {
        return new EventCodec("/segment-relay", Duration.ofHours(2), LifeRules.DEFAULTS);
    }

    static SegmentRequest request() {
        var spec = new SegmentSpec(
                "County known",
                Optional.of("PROFILE(contact).FILTER(ISNOTNULL(address1_county))"),
                "contact",
                SegmentType.DYNAMIC,
                List.of(MEMBER),
                List.of(),
                Optional.of(new SegmentSpec.Refresh(true, Optional.of(Duration.ofMinutes(15)))),
                Optional.empty(),
                Optional.of(Duration.ofHours(2)));
        return new SegmentRequest(KEY, spec, NOW, NOW.plusSeconds(7_200), Optional.of(TRACE));
    }

    static RelayEvent.Pending pending() {
        return new RelayEvent.Pending(
                request(), Step.AWAIT_LIVE, DEFINITION, SEGMENT, NOW.plusSeconds(3), Optional.empty(), Set.of());
    }

    static RelayEvent.ReadyPage page(int page, int pageCount, List<UUID> members) {
        return new RelayEvent.ReadyPage(
                request(),
                SEGMENT,
                DEFINITION,
                SegmentFacts.of(request().spec()),
                "contactid",
                Optional.empty(),
                EventIds.snapshotId(SEGMENT, new byte[] {1, 2, 3}),
                members.size() * pageCount,
                page,
                pageCount,
                members,
                Set.of(Warning.MEMBERS_INCOMPLETE, Warning.LIVE_WITH_WARNINGS),
                NOW.plusSeconds(72));
    }

    static RelayEvent.ChangedPage changed() {
        return new RelayEvent.ChangedPage(
                request(),
                SEGMENT,
                DEFINITION,
                SegmentFacts.of(request().spec()),
                "contactid",
                1,
                DEFINITION,
                SEGMENT,
                7,
                1,
                1,
                List.of(MEMBER),
                List.of(SEGMENT),
                NOW.plusSeconds(72));
    }

    static RelayEvent.Pending pending(Wish wish, Step step) {
        var asked = lasting();
        var request = new SegmentRequest(
                KEY, wish, asked.afterwards(), NOW, NOW.plusSeconds(7_200), Optional.of(TRACE), Set.of());
        return new RelayEvent.Pending(
                request,
                step,
                DEFINITION,
                SEGMENT,
                NOW.plusSeconds(3),
                Optional.empty(),
                Set.of(),
                Optional.of(new SegmentFacts("Made by others", "lead", Optional.empty()))
                        .filter(facts -> wish instanceof Wish.Members),
                Optional.of(new Retirement(Row.SEGMENT, true)).filter(retirement -> step == Step.RETIRE),
                step == Step.ADD_MEMBERS ? 2_000 : 0);
    }

    static final Told TOLD = new Told(
            3,
            SEGMENT,
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            2,
            Optional.of(NOW.plusSeconds(72)),
            Optional.of("AgAAAGAAAAAAAAAAAAAAAAA="),
            5);

    /** A request that is followed and kept for a time, as a continuation has it. */
    static SegmentRequest lasting() {
        return new SegmentRequest(
                KEY,
                new Wish.Members(new Target.Segment(SEGMENT)),
                new Afterwards(
                        Optional.of(new Follow(NOW, NOW.plusSeconds(86_400), Follow.Deliver.CHANGES)),
                        Optional.of(Duration.ofDays(7))),
                NOW,
                NOW.plusSeconds(7_200),
                Optional.of(TRACE),
                Set.of());
    }

    static RelayEvent.Followed followed(LifeStage stage) {
        return new RelayEvent.Followed(
                lasting(),
                SEGMENT,
                DEFINITION,
                new SegmentFacts("County known", "contact", Optional.of(Duration.ofMinutes(15))),
                4,
                NOW.plusSeconds(80),
                Optional.of(NOW.plusSeconds(604_800)),
                stage);
    }

    static Stream<LifeStage> stages() {
        return Stream.of(
                new LifeStage.Beginning(NOW, Optional.of(NOW), Set.of(Warning.LIVE_WITH_WARNINGS)),
                new LifeStage.Following(TOLD),
                new LifeStage.Telling(TOLD, DEFINITION, true, NOW),
                new LifeStage.Ending(TOLD, EndReason.STOPPED),
                new LifeStage.Keeping(),
                new LifeStage.Retiring(new Retirement(Row.DEFINITION, true), Optional.of(TOLD)),
                new LifeStage.Retiring(new Retirement(Row.SEGMENT, false), Optional.empty()));
    }

    static RelayEvent.Failed failed() {
        return new RelayEvent.Failed(
                KEY,
                FailureCode.REJECTED_BY_DYNAMICS,
                Step.PUBLISH,
                "Dynamics refused the query",
                Optional.of(SEGMENT),
                Optional.of(DEFINITION),
                Optional.of(new RelayEvent.ServerError(
                        400, Optional.of("0x80040203"), Optional.of("Unexpected token"), Optional.empty())),
                Optional.of(TRACE));
    }

    static CloudEvent event(String type, String data) {
        return event(type, data.getBytes(StandardCharsets.UTF_8));
    }

    static CloudEvent event(String type, byte[] data) {
        return CloudEventBuilder.v1()
                .withId(KEY.id())
                .withSource(URI.create(KEY.source()))
                .withType(type)
                .withData("application/json", data)
                .build();
    }

    /** An event that was read, decoded as one that was handed over at this time. */
    public static Checked<DecodedEvent> decode(EventCodec codec, CloudEvent event, Instant handedOver) {
        return codec.decode(new Checked.Good<>(event), Receipt.at(handedOver));
    }

    /** What an event says, which is one for the relay. */
    public static Decoded decoded(EventCodec codec, CloudEvent event, Instant handedOver) {
        return decoded(decode(codec, event, handedOver));
    }

    /** What an event says, which is one for the relay. */
    public static Decoded decoded(Checked<DecodedEvent> event) {
        return switch (event) {
            case Checked.Good(var good) -> good.content();
            case Checked.Bad(var reason) -> throw new AssertionError("none for the relay: " + reason);
        };
    }

    static List<String> fields(JsonNode object) {
        var names = new ArrayList<String>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    public static JsonNode data(CloudEvent event) {
        return json(Objects.requireNonNull(event.getData()).toBytes());
    }

    static JsonNode json(byte[] bytes) {
        try {
            return JSON.readTree(bytes);
        } catch (IOException e) {
            throw new AssertionError("no JSON", e);
        }
    }

    static byte[] resource(String name) {
        try (var in = Samples.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(name, e);
        }
    }
}
