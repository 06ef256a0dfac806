package io.segmentrelay.event.codec;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.segmentrelay.event.SegmentSpec;
import io.segmentrelay.event.SegmentType;
import io.segmentrelay.event.wire.Checked;

/** Reads the data of {@code io.segmentrelay.segment.requested.v1}. */
final class RequestReader {

    private static final Duration LONGEST = Duration.ofDays(365);

    private static final String DEFAULT_ENTITY = "contact";

    private static final String DEFAULT_TYPE = "dynamic";

    private RequestReader() {}

    /** The segment that is asked for, or everything that is wrong with how it is asked for. */
    static Checked<SegmentSpec> read(ObjectNode data) {
        var findings = SchemaFindings.of(EventSchema.REQUESTED, data);
        checkDuration(data, findings);
        return findings.isEmpty() ? new Checked.Good<>(spec(data)) : new Checked.Bad<>(findings.message());
    }

    /** The form is the schema's business, the length is not: a schema cannot add. */
    private static void checkDuration(ObjectNode data, SchemaFindings findings) {
        text(data, "readyWithin")
                .flatMap(IsoDuration::parse)
                .filter(length -> !length.isPositive() || length.compareTo(LONGEST) > 0)
                .ifPresent(length -> findings.addWrong("readyWithin"));
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
