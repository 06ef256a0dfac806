package io.segmentrelay.event.codec;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.segmentrelay.event.Afterwards;
import io.segmentrelay.event.EventTypes;
import io.segmentrelay.event.Follow;
import io.segmentrelay.event.RequestKey;
import io.segmentrelay.event.SegmentSpec;
import io.segmentrelay.event.SegmentType;
import io.segmentrelay.event.Target;
import io.segmentrelay.event.Wish;
import io.segmentrelay.event.wire.Checked;
import io.segmentrelay.event.wire.Receipt;
import io.segmentrelay.event.wire.Timestamps;

/**
 * Reads the data of what others ask of the relay.
 *
 * @param rules what a request may ask for beyond {@code ready}
 * @param readyWithin how long a request may take that does not say so itself
 * @param receipt when the relay got it
 */
record RequestReader(LifeRules rules, Duration readyWithin, Receipt receipt) {

    private static final Duration LONGEST = Duration.ofDays(365);

    private static final Duration LONGEST_KEPT = Duration.ofDays(3_650);

    private static final String DEFAULT_ENTITY = "contact";

    private static final String DEFAULT_TYPE = "dynamic";

    /**
     * What is asked for.
     *
     * @param within how long the request may take
     */
    record Asked(Wish wish, Afterwards afterwards, Duration within) {}

    /**
     * What is asked for, or everything that is wrong with how it is asked for.
     *
     * @param type the CloudEvent's {@code type}, one of {@link EventTypes#REQUESTS}
     */
    Checked<Asked> read(String type, ObjectNode data) {
        var findings = SchemaFindings.of(schema(type), data);
        checkLength(data, "readyWithin", LONGEST, findings);
        if (type.equals(EventTypes.REQUESTED)) {
            checkKeepFor(data, findings);
        } else {
            checkTarget(data, findings);
        }
        if (type.equals(EventTypes.REQUESTED) || type.equals(EventTypes.MEMBERS_REQUESTED)) {
            checkFollow(data, findings);
        }
        if (type.equals(EventTypes.FOLLOW_ENDED_REQUESTED)) {
            rules.noEndOfFollow().ifPresent(reason -> findings.addGeneral("this event is not taken here: " + reason));
        }
        return findings.isEmpty() ? new Checked.Good<>(asked(type, data)) : new Checked.Bad<>(findings.message());
    }

    private static EventSchema schema(String type) {
        return switch (type) {
            case EventTypes.REQUESTED -> EventSchema.REQUESTED;
            case EventTypes.MEMBERS_REQUESTED -> EventSchema.MEMBERS_REQUESTED;
            case EventTypes.RETIRE_REQUESTED -> EventSchema.RETIRE_REQUESTED;
            case EventTypes.FOLLOW_ENDED_REQUESTED -> EventSchema.FOLLOW_ENDED_REQUESTED;
            default -> throw new IllegalArgumentException("no request's type: " + type);
        };
    }

    /** The form is the schema's business, the length is not: a schema cannot add. */
    private static void checkLength(ObjectNode data, String name, Duration longest, SchemaFindings findings) {
        text(data, name)
                .flatMap(IsoDuration::parse)
                .filter(length -> !length.isPositive() || length.compareTo(longest) > 0)
                .ifPresent(length -> findings.addWrong(name));
    }

    private void checkKeepFor(ObjectNode data, SchemaFindings findings) {
        checkLength(data, "keepFor", LONGEST_KEPT, findings);
        if (field(data, "keepFor").isPresent()) {
            rules.noKeepFor().ifPresent(reason -> findings.addRefused("keepFor", reason));
        }
    }

    private void checkFollow(ObjectNode data, SchemaFindings findings) {
        var follow = field(data, "follow");
        if (follow.isEmpty()) {
            return;
        }
        if (rules.noFollow().isPresent()) {
            findings.addRefused("follow", rules.noFollow().orElseThrow());
            return;
        }
        var received = received(within(data));
        text(follow.get(), "until")
                .filter(until -> until(until, received)
                        .filter(end -> end.isAfter(received) && !end.isAfter(received.plus(rules.maxUntil())))
                        .isEmpty())
                .ifPresent(until -> findings.addWrong("follow", "until"));
    }

    private static void checkTarget(ObjectNode data, SchemaFindings findings) {
        var byId = field(data, "segmentId").isPresent();
        if (byId == field(data, "request").isPresent()) {
            findings.addGeneral(
                    byId
                            ? "segmentId and request are both given: say which segment by one of them"
                            : "segmentId or request is missing: say which segment by its id, or by the 'source' and 'id' of its request");
        }
    }

    private Asked asked(String type, ObjectNode data) {
        var within = within(data);
        var received = received(within);
        var afterwards = new Afterwards(
                field(data, "follow").map(follow -> follow(follow, received)),
                text(data, "keepFor").flatMap(IsoDuration::parse));
        var wish =
                switch (type) {
                    case EventTypes.REQUESTED -> new Wish.NewSegment(spec(data));
                    case EventTypes.MEMBERS_REQUESTED -> new Wish.Members(target(data));
                    case EventTypes.RETIRE_REQUESTED -> new Wish.Retirement(target(data));
                    default -> new Wish.EndOfFollow(target(data), received);
                };
        return new Asked(wish, afterwards, within);
    }

    private Duration within(ObjectNode data) {
        return text(data, "readyWithin")
                .flatMap(IsoDuration::parse)
                .filter(Duration::isPositive)
                .orElse(readyWithin);
    }

    private Instant received(Duration within) {
        return receipt.countsFrom(within).orElse(receipt.readAt());
    }

    private static Follow follow(JsonNode follow, Instant received) {
        return new Follow(
                received,
                until(follow.path("until").asText(), received).orElseThrow(),
                text(follow, "deliver").map(Follow.Deliver::of).orElse(Follow.Deliver.CHANGES));
    }

    /** Empty where it is no time that there is. */
    private static Optional<Instant> until(String text, Instant received) {
        return IsoDuration.parse(text).map(received::plus).or(() -> {
            try {
                return Optional.of(Timestamps.parse(text).toInstant());
            } catch (DateTimeException e) {
                return Optional.empty();
            }
        });
    }

    private static Target target(ObjectNode data) {
        return text(data, "segmentId")
                .<Target>map(id -> new Target.Segment(Guids.parse(id)))
                .orElseGet(() -> new Target.Request(new RequestKey(
                        data.path("request").path("source").asText(),
                        data.path("request").path("id").asText())));
    }

    private static SegmentSpec spec(ObjectNode data) {
        return new SegmentSpec(
                data.path("displayName").asText(),
                text(data, "query"),
                text(data, "baseEntity").orElse(DEFAULT_ENTITY),
                SegmentType.of(text(data, "type").orElse(DEFAULT_TYPE)),
                members(data, "includedMembers"),
                members(data, "excludedMembers"),
                field(data, "refresh").map(RequestReader::refresh),
                text(data, "owningBusinessUnitId").map(Guids::parse),
                text(data, "readyWithin").flatMap(IsoDuration::parse));
    }

    private static SegmentSpec.Refresh refresh(JsonNode refresh) {
        return new SegmentSpec.Refresh(
                refresh.path("enabled").asBoolean(true),
                field(refresh, "intervalMinutes").map(JsonNode::intValue).map(Duration::ofMinutes));
    }

    /** Without repeats, in the order given. */
    private static List<UUID> members(ObjectNode data, String name) {
        var members = new LinkedHashSet<UUID>();
        data.path(name).forEach(member -> members.add(Guids.parse(member.asText())));
        return List.copyOf(members);
    }

    private static Optional<String> text(JsonNode object, String name) {
        return field(object, name).filter(JsonNode::isTextual).map(JsonNode::textValue);
    }

    /** A field's value; null is as good as absent. */
    private static Optional<JsonNode> field(JsonNode object, String name) {
        return Optional.ofNullable(object.get(name)).filter(value -> !value.isNull());
    }
}
