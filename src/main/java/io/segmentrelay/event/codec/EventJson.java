package io.segmentrelay.event.codec;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import com.fasterxml.jackson.core.JsonGenerator;

import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.Warning;
import io.segmentrelay.query.QueryFinding;

import static io.segmentrelay.event.codec.JsonFields.id;
import static io.segmentrelay.event.codec.JsonFields.ids;
import static io.segmentrelay.event.codec.JsonFields.text;
import static io.segmentrelay.event.codec.JsonFields.time;
import static io.segmentrelay.event.codec.JsonFields.warnings;

/** The data of what is emitted, field by field in the order of {@code docs/events.md}; what is absent is left out. */
final class EventJson {

    private EventJson() {}

    static byte[] of(RelayEvent event) {
        return StrictJson.write(json -> {
            text(json, "requestId", event.key().id());
            text(json, "requestSource", event.key().source());
            switch (event) {
                case RelayEvent.Pending pending -> ContinuationJson.pending(json, pending);
                case RelayEvent.Followed followed -> ContinuationJson.followed(json, followed);
                case RelayEvent.Marked marked -> ContinuationJson.marked(json, marked);
                case RelayEvent.ReadyPage page -> ready(json, page);
                case RelayEvent.ChangedPage page -> changed(json, page);
                case RelayEvent.Ended ended -> ended(json, ended);
                case RelayEvent.Retired retired -> retired(json, retired);
                case RelayEvent.Failed failed -> failed(json, failed);
            }
        });
    }

    private static void ready(JsonGenerator json, RelayEvent.ReadyPage page) throws IOException {
        id(json, "segmentId", page.segmentId());
        id(json, "definitionId", page.definitionId());
        text(json, "displayName", page.facts().displayName());
        text(json, "baseEntity", page.facts().baseEntity());
        text(json, "primaryKeyColumn", page.primaryKeyColumn());
        if (page.replaces().isPresent()) {
            var replaces = page.replaces().get();
            json.writeNumberField("revision", replaces.revision());
            id(json, "replacesSnapshotId", replaces.snapshotId());
        }
        id(json, "snapshotId", page.snapshotId());
        json.writeNumberField("memberCount", page.memberCount());
        json.writeNumberField("page", page.page());
        json.writeNumberField("pageCount", page.pageCount());
        ids(json, "members", page.members());
        var findings = page.request().queryFindings();
        warnings(json, withQuery(page.request().warnings(), findings), page.warnings());
        findings(json, findings);
        time(json, "requestedAt", page.request().requestedAt());
        time(json, "liveAt", page.liveAt());
    }

    private static void changed(JsonGenerator json, RelayEvent.ChangedPage page) throws IOException {
        id(json, "segmentId", page.segmentId());
        id(json, "definitionId", page.definitionId());
        text(json, "baseEntity", page.facts().baseEntity());
        text(json, "primaryKeyColumn", page.primaryKeyColumn());
        json.writeNumberField("revision", page.revision());
        id(json, "previousSnapshotId", page.previousSnapshotId());
        id(json, "snapshotId", page.snapshotId());
        json.writeNumberField("memberCount", page.memberCount());
        json.writeNumberField("page", page.page());
        json.writeNumberField("pageCount", page.pageCount());
        ids(json, "joined", page.joined());
        ids(json, "left", page.left());
        time(json, "computedAt", page.computedAt());
    }

    private static void ended(JsonGenerator json, RelayEvent.Ended ended) throws IOException {
        id(json, "segmentId", ended.segmentId());
        id(json, "definitionId", ended.definitionId());
        text(json, "reason", ended.reason().label());
        json.writeNumberField("revision", ended.revision());
        id(json, "snapshotId", ended.snapshotId());
    }

    private static void retired(JsonGenerator json, RelayEvent.Retired retired) throws IOException {
        id(json, "segmentId", retired.segmentId());
        id(json, "definitionId", retired.definitionId());
        time(json, "retiredAt", retired.retiredAt());
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
        if (!failed.leftBehind().isEmpty()) {
            json.writeArrayFieldStart("leftBehind");
            for (var row : failed.leftBehind()) {
                json.writeString(row.label());
            }
            json.writeEndArray();
        }
        if (!failed.queryFindings().isEmpty()) {
            warnings(json, withQuery(Set.of(), failed.queryFindings()), Set.of());
            findings(json, failed.queryFindings());
        }
    }

    private static Set<Warning> withQuery(Set<Warning> warnings, List<QueryFinding> findings) {
        if (findings.isEmpty()) {
            return warnings;
        }
        var more = EnumSet.of(Warning.QUERY_SUSPICIOUS);
        more.addAll(warnings);
        return more;
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
}
