package io.segmentrelay.event.codec;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.segmentrelay.event.Afterwards;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.RequestKey;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.SegmentSpec;
import io.segmentrelay.event.SegmentType;
import io.segmentrelay.event.Step;
import io.segmentrelay.event.Warning;
import io.segmentrelay.event.Wish;
import io.segmentrelay.event.wire.Checked;
import io.segmentrelay.event.wire.OutsideText;

/**
 * Reads the data of {@code io.segmentrelay.segment.pending.v1}. The topic is the relay's own, but others may write to
 * it: everything is checked again, and what was damaged is refused with a reason.
 */
final class PendingReader {

    private PendingReader() {}

    /** The continuation, or why it cannot be read. */
    static Checked<RelayEvent.Pending> read(ObjectNode data) {
        var findings = SchemaFindings.of(EventSchema.PENDING, data);
        if (!findings.isEmpty()) {
            return new Checked.Bad<>(findings.message());
        }
        try {
            return check(pending(data));
        } catch (DateTimeException e) {
            return new Checked.Bad<>("a time or a duration in it is none");
        } catch (Damaged e) {
            return new Checked.Bad<>("a member list in it is damaged");
        }
    }

    private static Checked<RelayEvent.Pending> check(RelayEvent.Pending pending) {
        var key = pending.key();
        var spec = pending.request().spec();
        if (!OutsideText.fitAttribute(key.id()) || !OutsideText.fitAttribute(key.source())) {
            return new Checked.Bad<>("requestId or requestSource has characters that no CloudEvent has");
        }
        if (spec.type() == SegmentType.DYNAMIC
                ? spec.query().isEmpty()
                : spec.includedMembers().isEmpty()) {
            return new Checked.Bad<>("a dynamic segment needs a query, a static one members");
        }
        if (pending.step() == Step.FETCH_MEMBERS && pending.liveAt().isEmpty()) {
            return new Checked.Bad<>("liveAt is missing: it is known from fetch-members on");
        }
        if (spec.refresh().flatMap(SegmentSpec.Refresh::interval).stream().anyMatch(i -> !i.isPositive())
                || spec.readyWithin().stream().anyMatch(r -> !r.isPositive())) {
            return new Checked.Bad<>("a duration in it is not longer than zero");
        }
        return new Checked.Good<>(pending);
    }

    private static RelayEvent.Pending pending(ObjectNode data) throws Damaged {
        var warnings = warnings(data.path("warnings"));
        var ofReceipt = EnumSet.of(Warning.RECEIPT_TIME_UNKNOWN);
        ofReceipt.retainAll(warnings);
        warnings.removeAll(ofReceipt);
        var request = new SegmentRequest(
                new RequestKey(string(data, "requestSource"), string(data, "requestId")),
                new Wish.NewSegment(spec(data.path("segment"))),
                Afterwards.NOTHING,
                instant(data, "requestedAt"),
                instant(data, "deadline"),
                text(data, "traceparent"),
                ofReceipt);
        return new RelayEvent.Pending(
                request,
                Step.of(string(data, "step")),
                UUID.fromString(string(data, "definitionId")),
                UUID.fromString(string(data, "segmentId")),
                instant(data, "stepSince"),
                text(data, "liveAt").map(Instant::parse),
                warnings);
    }

    private static SegmentSpec spec(JsonNode segment) throws Damaged {
        return new SegmentSpec(
                string(segment, "displayName"),
                text(segment, "query"),
                string(segment, "baseEntity"),
                SegmentType.of(string(segment, "type")),
                members(segment, "includedMembers"),
                members(segment, "excludedMembers"),
                Optional.ofNullable(segment.get("refresh")).map(PendingReader::refresh),
                text(segment, "owningBusinessUnitId").map(UUID::fromString),
                text(segment, "readyWithin").map(Duration::parse));
    }

    private static SegmentSpec.Refresh refresh(JsonNode refresh) {
        return new SegmentSpec.Refresh(
                refresh.path("enabled").booleanValue(),
                text(refresh, "interval").map(Duration::parse));
    }

    private static Set<Warning> warnings(JsonNode labels) {
        var warnings = EnumSet.noneOf(Warning.class);
        labels.forEach(label -> warnings.add(Warning.of(label.textValue())));
        return warnings;
    }

    private static List<UUID> members(JsonNode segment, String name) throws Damaged {
        return Guids.unpack(segment.path(name).asText()).orElseThrow(Damaged::new);
    }

    private static Instant instant(JsonNode data, String name) {
        return Instant.parse(string(data, name));
    }

    private static String string(JsonNode data, String name) {
        return data.path(name).asText();
    }

    private static Optional<String> text(JsonNode data, String name) {
        return Optional.ofNullable(data.get(name)).map(JsonNode::textValue);
    }

    /** A packed list that is none. */
    private static final class Damaged extends Exception {
        private static final long serialVersionUID = 1L;
    }
}
