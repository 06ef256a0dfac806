package io.segmentrelay.event.codec;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;

import io.segmentrelay.event.Afterwards;
import io.segmentrelay.event.Follow;
import io.segmentrelay.event.RequestKey;
import io.segmentrelay.event.Retirement;
import io.segmentrelay.event.Row;
import io.segmentrelay.event.SegmentFacts;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.Target;
import io.segmentrelay.event.Told;
import io.segmentrelay.event.Warning;
import io.segmentrelay.event.Wish;
import io.segmentrelay.event.wire.OutsideText;
import io.segmentrelay.trace.TraceContext;

/**
 * Fields that the relay's own events have in common, as {@link ContinuationJson} writes them and their schemas let them through. What
 * is in them may still be wrong: times and durations that there are not throw a {@link DateTimeException}.
 */
final class ContinuationFields {

    private ContinuationFields() {}

    static SegmentRequest request(JsonNode data, Wish wish) {
        var ofReceipt = EnumSet.of(Warning.RECEIPT_TIME_UNKNOWN);
        ofReceipt.retainAll(allWarnings(data));
        return new SegmentRequest(
                key(data),
                wish,
                new Afterwards(
                        Optional.ofNullable(data.get("follow")).map(ContinuationFields::follow),
                        duration(data, "keepFor")),
                instant(data, "requestedAt"),
                instant(data, "deadline"),
                trace(data),
                ofReceipt);
    }

    /** Without a {@code tracestate}, which travels beside the data alone. */
    static Optional<TraceContext> trace(JsonNode data) {
        return TraceContext.of(text(data, TraceContext.TRACEPARENT), Optional.empty());
    }

    static RequestKey key(JsonNode data) {
        return new RequestKey(string(data, "requestSource"), string(data, "requestId"));
    }

    /** Why it cannot be any request's, whatever else it says. */
    static Optional<String> misfit(RequestKey key) {
        return OutsideText.fitAttribute(key.id()) && OutsideText.fitAttribute(key.source())
                ? Optional.empty()
                : Optional.of("requestId or requestSource has characters that no CloudEvent has");
    }

    /** Beside those of the receipt, which are the request's. */
    static Set<Warning> warnings(JsonNode data) {
        var warnings = allWarnings(data);
        warnings.remove(Warning.RECEIPT_TIME_UNKNOWN);
        return warnings;
    }

    static Target target(JsonNode data) {
        var target = data.path("target");
        return text(target, "segmentId")
                .<Target>map(id -> new Target.Segment(UUID.fromString(id)))
                .orElseGet(() -> new Target.Request(new RequestKey(
                        string(target.path("request"), "source"), string(target.path("request"), "id"))));
    }

    static SegmentFacts facts(JsonNode data) {
        return new SegmentFacts(
                string(data, "displayName"), string(data, "baseEntity"), duration(data, "refreshInterval"));
    }

    static Optional<Retirement> retirement(JsonNode data) {
        return Optional.ofNullable(data.get("retirement"))
                .map(retirement -> new Retirement(
                        Row.of(string(retirement, "next")),
                        retirement.path("marked").booleanValue()));
    }

    static Optional<Told> told(JsonNode data) {
        return Optional.ofNullable(data.get("told"))
                .map(told -> new Told(
                        told.path("revision").longValue(),
                        id(told, "snapshotId"),
                        string(told, "sha256"),
                        told.path("memberCount").intValue(),
                        text(told, "computedAt").map(Instant::parse),
                        text(told, "sketch"),
                        told.path("lastChange").intValue()));
    }

    static UUID id(JsonNode data, String name) {
        return UUID.fromString(string(data, name));
    }

    static Instant instant(JsonNode data, String name) {
        return Instant.parse(string(data, name));
    }

    /** Longer than zero: what is not was written by somebody else. */
    static Optional<Duration> duration(JsonNode data, String name) {
        var duration = text(data, name).map(Duration::parse);
        if (duration.filter(length -> !length.isPositive()).isPresent()) {
            throw new DateTimeException("not longer than zero");
        }
        return duration;
    }

    static String string(JsonNode data, String name) {
        return data.path(name).asText();
    }

    static Optional<String> text(JsonNode data, String name) {
        return Optional.ofNullable(data.get(name)).map(JsonNode::textValue);
    }

    private static EnumSet<Warning> allWarnings(JsonNode data) {
        var warnings = EnumSet.noneOf(Warning.class);
        data.path("warnings").forEach(label -> warnings.add(Warning.of(label.textValue())));
        return warnings;
    }

    private static Follow follow(JsonNode follow) {
        return new Follow(
                instant(follow, "since"), instant(follow, "until"), Follow.Deliver.of(string(follow, "deliver")));
    }
}
