package io.segmentrelay.event.codec;

import java.io.IOException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import com.fasterxml.jackson.core.JsonGenerator;

import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.SegmentSpec;
import io.segmentrelay.event.Warning;
import io.segmentrelay.event.wire.OutsideText;
import io.segmentrelay.query.QueryFinding;

/** The data of what is emitted, field by field in the order of {@code docs/events.md}; what is absent is left out. */
final class EventJson {

    private EventJson() {}

    static byte[] of(RelayEvent event) {
        return StrictJson.write(json -> {
            text(json, "requestId", event.key().id());
            text(json, "requestSource", event.key().source());
            switch (event) {
                case RelayEvent.Pending pending -> pending(json, pending);
                case RelayEvent.ReadyPage page -> ready(json, page);
                case RelayEvent.Failed failed -> failed(json, failed);
            }
        });
    }

    private static void pending(JsonGenerator json, RelayEvent.Pending pending) throws IOException {
        var request = pending.request();
        time(json, "requestedAt", request.requestedAt());
        time(json, "deadline", request.deadline());
        // Here too, not only as an extension: transports and tracing may replace that one on the way.
        text(json, "traceparent", OutsideText.traceparent(request.traceparent()));
        text(json, "step", pending.step().label());
        id(json, "definitionId", pending.definitionId());
        id(json, "segmentId", pending.segmentId());
        time(json, "stepSince", pending.stepSince());
        if (pending.liveAt().isPresent()) {
            time(json, "liveAt", pending.liveAt().get());
        }
        warnings(json, request, pending.warnings());
        json.writeObjectFieldStart("segment");
        segment(json, request.spec());
        json.writeEndObject();
    }

    private static void segment(JsonGenerator json, SegmentSpec spec) throws IOException {
        text(json, "displayName", spec.displayName());
        text(json, "query", spec.query());
        text(json, "baseEntity", spec.baseEntity());
        text(json, "type", spec.type().label());
        packed(json, "includedMembers", spec.includedMembers());
        packed(json, "excludedMembers", spec.excludedMembers());
        if (spec.refresh().isPresent()) {
            var refresh = spec.refresh().get();
            json.writeObjectFieldStart("refresh");
            json.writeBooleanField("enabled", refresh.enabled());
            text(json, "interval", refresh.interval().map(Object::toString));
            json.writeEndObject();
        }
        text(json, "owningBusinessUnitId", spec.owningBusinessUnitId().map(Object::toString));
        text(json, "readyWithin", spec.readyWithin().map(Object::toString));
    }

    private static void ready(JsonGenerator json, RelayEvent.ReadyPage page) throws IOException {
        var spec = page.request().spec();
        id(json, "segmentId", page.segmentId());
        id(json, "definitionId", page.definitionId());
        text(json, "displayName", spec.displayName());
        text(json, "baseEntity", spec.baseEntity());
        text(json, "primaryKeyColumn", page.primaryKeyColumn());
        id(json, "snapshotId", page.snapshotId());
        json.writeNumberField("memberCount", page.memberCount());
        json.writeNumberField("page", page.page());
        json.writeNumberField("pageCount", page.pageCount());
        json.writeArrayFieldStart("members");
        for (var member : page.members()) {
            json.writeString(member.toString());
        }
        json.writeEndArray();
        var warnings = EnumSet.noneOf(Warning.class);
        warnings.addAll(page.warnings());
        if (!page.request().queryFindings().isEmpty()) {
            warnings.add(Warning.QUERY_SUSPICIOUS);
        }
        warnings(json, page.request(), warnings);
        findings(json, page.request().queryFindings());
        time(json, "requestedAt", page.request().requestedAt());
        time(json, "liveAt", page.liveAt());
    }

    private static void failed(JsonGenerator json, RelayEvent.Failed failed) throws IOException {
        text(json, "code", failed.code().label());
        text(json, "step", failed.step().label());
        text(json, "message", failed.message());
        text(json, "segmentId", failed.segmentId().map(UUID::toString));
        text(json, "definitionId", failed.definitionId().map(UUID::toString));
        if (failed.dynamics().isPresent()) {
            var error = failed.dynamics().get();
            json.writeObjectFieldStart("dynamics");
            json.writeNumberField("status", error.status());
            text(json, "code", error.code());
            text(json, "message", error.message());
            text(json, "serviceRequestId", error.serviceRequestId());
            json.writeEndObject();
        }
        if (!failed.queryFindings().isEmpty()) {
            labels(json, Set.of(Warning.QUERY_SUSPICIOUS));
            findings(json, failed.queryFindings());
        }
    }

    private static void findings(JsonGenerator json, List<QueryFinding> findings) throws IOException {
        if (findings.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("queryFindings");
        for (var finding : findings) {
            json.writeStartObject();
            json.writeNumberField("position", finding.position());
            text(json, "message", finding.message());
            text(json, "suggestion", finding.suggestion());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void text(JsonGenerator json, String name, String text) throws IOException {
        json.writeStringField(name, OutsideText.wellFormed(text));
    }

    private static void text(JsonGenerator json, String name, Optional<String> text) throws IOException {
        if (text.isPresent()) {
            text(json, name, text.get());
        }
    }

    private static void id(JsonGenerator json, String name, UUID id) throws IOException {
        json.writeStringField(name, id.toString());
    }

    private static void time(JsonGenerator json, String name, Instant time) throws IOException {
        json.writeStringField(name, time.toString());
    }

    private static void packed(JsonGenerator json, String name, List<UUID> members) throws IOException {
        if (!members.isEmpty()) {
            json.writeStringField(name, Guids.pack(members));
        }
    }

    /** All that is less than perfect about a request that goes on, and about its segment. */
    private static void warnings(JsonGenerator json, SegmentRequest request, Set<Warning> warnings) throws IOException {
        var all = new HashSet<>(request.warnings());
        all.addAll(warnings);
        labels(json, all);
    }

    /** In the order of their declaration: a set has none, and equal events have equal bytes. */
    private static void labels(JsonGenerator json, Set<Warning> warnings) throws IOException {
        json.writeArrayFieldStart("warnings");
        for (var warning : warnings.stream().sorted().toList()) {
            json.writeString(warning.label());
        }
        json.writeEndArray();
    }
}
