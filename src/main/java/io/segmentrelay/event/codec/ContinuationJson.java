package io.segmentrelay.event.codec;

import java.io.IOException;
import java.time.Duration;

import com.fasterxml.jackson.core.JsonGenerator;

import io.segmentrelay.event.LifeStage;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.Retirement;
import io.segmentrelay.event.SegmentFacts;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.SegmentSpec;
import io.segmentrelay.event.Target;
import io.segmentrelay.event.Told;
import io.segmentrelay.event.Wish;
import io.segmentrelay.trace.TraceContext;

import static io.segmentrelay.event.codec.JsonFields.id;
import static io.segmentrelay.event.codec.JsonFields.packed;
import static io.segmentrelay.event.codec.JsonFields.text;
import static io.segmentrelay.event.codec.JsonFields.time;
import static io.segmentrelay.event.codec.JsonFields.warnings;

/** The data of the relay's own events, which {@link PendingReader}, {@link FollowedReader} and {@link MarkReader} read. */
final class ContinuationJson {

    static final String MEMBERS = "members";
    static final String RETIREMENT = "retirement";

    private ContinuationJson() {}

    static void pending(JsonGenerator json, RelayEvent.Pending pending) throws IOException {
        var request = pending.request();
        request(json, request);
        text(json, "step", pending.step().label());
        id(json, "definitionId", pending.definitionId());
        id(json, "segmentId", pending.segmentId());
        time(json, "stepSince", pending.stepSince());
        time(json, "liveAt", pending.liveAt());
        warnings(json, request.warnings(), pending.warnings());
        switch (request.wish()) {
            case Wish.NewSegment(var spec) -> {
                json.writeObjectFieldStart("segment");
                segment(json, spec);
                json.writeEndObject();
            }
            case Wish.Members(var target) -> {
                text(json, "wish", MEMBERS);
                target(json, target);
            }
            case Wish.Retirement(var target) -> {
                text(json, "wish", RETIREMENT);
                target(json, target);
            }
            case Wish.EndOfFollow e -> throw new IllegalStateException("The end of a follow is told at once");
        }
        if (pending.found().isPresent()) {
            json.writeObjectFieldStart("found");
            facts(json, pending.found().get());
            json.writeEndObject();
        }
        if (pending.retirement().isPresent()) {
            retirement(json, pending.retirement().get());
        }
        if (pending.membersAdded() > 0) {
            json.writeNumberField("membersAdded", pending.membersAdded());
        }
    }

    static void followed(JsonGenerator json, RelayEvent.Followed followed) throws IOException {
        var request = followed.request();
        request(json, request);
        text(json, "stage", Stages.label(followed.stage()));
        json.writeNumberField("turn", followed.turn());
        id(json, "definitionId", followed.definitionId());
        id(json, "segmentId", followed.segmentId());
        facts(json, followed.facts());
        time(json, "since", followed.since());
        time(json, "retireAt", followed.retireAt());
        warnings(json, request.warnings(), Stages.warnings(followed.stage()));
        switch (followed.stage()) {
            case LifeStage.Beginning beginning -> {
                time(json, "liveAt", beginning.liveAt());
                time(json, "computedAt", beginning.computedAt());
            }
            case LifeStage.Following(var told) -> told(json, told);
            case LifeStage.Telling(var told, var to, var whole, var computedAt) -> {
                told(json, told);
                id(json, "tellingTo", to);
                json.writeBooleanField("whole", whole);
                time(json, "computedAt", computedAt);
            }
            case LifeStage.Ending(var told, var reason) -> {
                told(json, told);
                text(json, "reason", reason.label());
            }
            case LifeStage.Keeping keeping -> {}
            case LifeStage.Retiring(var retirement, var told) -> {
                retirement(json, retirement);
                if (told.isPresent()) {
                    told(json, told.get());
                }
            }
        }
    }

    static void marked(JsonGenerator json, RelayEvent.Marked marked) throws IOException {
        var mark = marked.mark();
        text(json, TraceContext.TRACEPARENT, marked.trace().map(TraceContext::traceparent));
        text(json, "mark", mark.kind().label());
        target(json, mark.target());
        time(json, "at", mark.at());
    }

    private static void request(JsonGenerator json, SegmentRequest request) throws IOException {
        time(json, "requestedAt", request.requestedAt());
        time(json, "deadline", request.deadline());
        // Here too, not only as an extension: transports and tracing may replace that one on the way.
        text(json, TraceContext.TRACEPARENT, request.trace().map(TraceContext::traceparent));
        var follow = request.afterwards().follow();
        if (follow.isPresent()) {
            json.writeObjectFieldStart("follow");
            time(json, "since", follow.get().since());
            time(json, "until", follow.get().until());
            text(json, "deliver", follow.get().deliver().label());
            json.writeEndObject();
        }
        text(json, "keepFor", request.afterwards().keepFor().map(Duration::toString));
    }

    private static void target(JsonGenerator json, Target target) throws IOException {
        switch (target) {
            case Target.Segment(var segmentId) -> {
                json.writeObjectFieldStart("target");
                id(json, "segmentId", segmentId);
                json.writeEndObject();
            }
            case Target.Request(var key) -> {
                json.writeObjectFieldStart("target");
                json.writeObjectFieldStart("request");
                text(json, "source", key.source());
                text(json, "id", key.id());
                json.writeEndObject();
                json.writeEndObject();
            }
        }
    }

    private static void facts(JsonGenerator json, SegmentFacts facts) throws IOException {
        text(json, "displayName", facts.displayName());
        text(json, "baseEntity", facts.baseEntity());
        text(json, "refreshInterval", facts.refreshInterval().map(Duration::toString));
    }

    private static void retirement(JsonGenerator json, Retirement retirement) throws IOException {
        json.writeObjectFieldStart("retirement");
        text(json, "next", retirement.next().label());
        json.writeBooleanField("marked", retirement.marked());
        json.writeEndObject();
    }

    private static void told(JsonGenerator json, Told told) throws IOException {
        json.writeObjectFieldStart("told");
        json.writeNumberField("revision", told.revision());
        id(json, "snapshotId", told.snapshotId());
        text(json, "sha256", told.sha256());
        json.writeNumberField("memberCount", told.memberCount());
        time(json, "computedAt", told.computedAt());
        json.writeNumberField("lastChange", told.lastChange());
        text(json, "sketch", told.sketch());
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
}
