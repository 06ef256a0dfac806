package io.segmentrelay.event.codec;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.SegmentSpec;
import io.segmentrelay.event.SegmentType;
import io.segmentrelay.event.Step;
import io.segmentrelay.event.Wish;
import io.segmentrelay.event.wire.Checked;

import static io.segmentrelay.event.codec.ContinuationFields.id;
import static io.segmentrelay.event.codec.ContinuationFields.instant;
import static io.segmentrelay.event.codec.ContinuationFields.string;
import static io.segmentrelay.event.codec.ContinuationFields.text;

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
        return ContinuationFields.misfit(pending.key())
                .or(() -> misfit(pending))
                .<Checked<RelayEvent.Pending>>map(Checked.Bad::new)
                .orElseGet(() -> new Checked.Good<>(pending));
    }

    /** What a schema cannot see. */
    private static Optional<String> misfit(RelayEvent.Pending pending) {
        var step = pending.step();
        if (step == Step.FETCH_MEMBERS && pending.liveAt().isEmpty()) {
            return Optional.of("liveAt is missing: it is known from fetch-members on");
        }
        return switch (pending.request().wish()) {
            case Wish.NewSegment(var spec) -> misfit(step, spec);
            case Wish.Members members ->
                Optional.of("found is missing: it is known after find-segment")
                        .filter(missing ->
                                step != Step.FIND_SEGMENT && pending.found().isEmpty())
                        .or(() -> Optional.of("a request for members has no such step")
                                .filter(wrong -> step != Step.FIND_SEGMENT
                                        && step != Step.AWAIT_LIVE
                                        && step != Step.FETCH_MEMBERS));
            case Wish.Retirement retirement ->
                Optional.of("a retirement has no such step, or retirement is missing")
                        .filter(wrong -> step != Step.FIND_SEGMENT
                                && (step != Step.RETIRE || pending.retirement().isEmpty()));
            case Wish.EndOfFollow end -> Optional.of("the end of a follow has no continuation");
        };
    }

    private static Optional<String> misfit(Step step, SegmentSpec spec) {
        if (step == Step.FIND_SEGMENT || step == Step.RETIRE) {
            return Optional.of("a request for a new segment has no such step");
        }
        var needs = spec.type() == SegmentType.DYNAMIC
                ? spec.query().isEmpty()
                : spec.includedMembers().isEmpty();
        return needs ? Optional.of("a dynamic segment needs a query, a static one members") : Optional.empty();
    }

    private static RelayEvent.Pending pending(ObjectNode data) throws Damaged {
        return new RelayEvent.Pending(
                ContinuationFields.request(data, wish(data)),
                Step.of(string(data, "step")),
                id(data, "definitionId"),
                id(data, "segmentId"),
                instant(data, "stepSince"),
                text(data, "liveAt").map(Instant::parse),
                ContinuationFields.warnings(data),
                Optional.ofNullable(data.get("found")).map(ContinuationFields::facts),
                ContinuationFields.retirement(data),
                data.path("membersAdded").intValue());
    }

    private static Wish wish(ObjectNode data) throws Damaged {
        return switch (string(data, "wish")) {
            case ContinuationJson.MEMBERS -> new Wish.Members(ContinuationFields.target(data));
            case ContinuationJson.RETIREMENT -> new Wish.Retirement(ContinuationFields.target(data));
            default -> new Wish.NewSegment(spec(data.path("segment")));
        };
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
                ContinuationFields.duration(segment, "readyWithin"));
    }

    private static SegmentSpec.Refresh refresh(JsonNode refresh) {
        return new SegmentSpec.Refresh(
                refresh.path("enabled").booleanValue(), ContinuationFields.duration(refresh, "interval"));
    }

    private static List<UUID> members(JsonNode segment, String name) throws Damaged {
        return Guids.unpack(segment.path(name).asText()).orElseThrow(Damaged::new);
    }

    /** A packed list that is none. */
    private static final class Damaged extends Exception {
        private static final long serialVersionUID = 1L;
    }
}
