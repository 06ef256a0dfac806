package io.segmentrelay.trace.otel;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.TraceStateBuilder;
import io.opentelemetry.context.Context;

import io.segmentrelay.time.Time;
import io.segmentrelay.trace.Span;
import io.segmentrelay.trace.TraceContext;
import io.segmentrelay.trace.Tracer;

/** Traces by OpenTelemetry. Whether a trace is kept is the sampler's to say where it begins; its parts follow. */
final class OtelTracer implements Tracer {

    private final io.opentelemetry.api.trace.Tracer tracer;
    private final PresetIds ids;
    private final Time time;

    /**
     * Makes spans with the given tracer.
     *
     * @param ids the generator that the tracer asks
     */
    OtelTracer(io.opentelemetry.api.trace.Tracer tracer, PresetIds ids, Time time) {
        this.tracer = tracer;
        this.ids = ids;
        this.time = time;
    }

    @Override
    public Span delivery(String name, Optional<TraceContext> parent, UUID request) {
        return parent.map(from -> begun(name, Span.Kind.CONSUMER, from, List.of()))
                .orElseGet(() -> root(name, Span.Kind.CONSUMER, traceId(request), List.of()));
    }

    @Override
    public Span serving(String name, List<TraceContext> served) {
        return root(
                name,
                Span.Kind.INTERNAL,
                ids.generateTraceId(),
                served.stream().map(OtelTracer::remote).toList());
    }

    @Override
    public void measured(Optional<TraceContext> place, Runnable record) {
        place.ifPresentOrElse(
                at -> Exemplars.of(Context.root().with(io.opentelemetry.api.trace.Span.wrap(remote(at))), record),
                record);
    }

    /** A part of what is at the given place. */
    Span begun(String name, Span.Kind kind, TraceContext parent, List<SpanContext> links) {
        var self = new TraceContext(
                traceparent(parent.traceId(), ids.generateSpanId(), parent.isSampled()), parent.tracestate());
        return new OtelSpan(this, name, kind, self, Optional.of(parent), links, time.now());
    }

    /** The sampler is asked with a span that is thrown away: only one that has ended is told. */
    private Span root(String name, Span.Kind kind, String traceId, List<SpanContext> links) {
        var spanId = ids.generateSpanId();
        var sampled = ids.giving(
                traceId,
                spanId,
                () -> tracer.spanBuilder(name)
                        .setNoParent()
                        .setSpanKind(kind(kind))
                        .startSpan()
                        .getSpanContext()
                        .isSampled());
        var self = new TraceContext(traceparent(traceId, spanId, sampled), "");
        return new OtelSpan(this, name, kind, self, Optional.empty(), links, time.now());
    }

    /** Makes the span that has ended, with the id that was promised. */
    void tell(OtelSpan.Ended ended) {
        var self = ended.self();
        if (!self.isSampled()) {
            return;
        }
        var builder = tracer.spanBuilder(ended.name())
                .setSpanKind(kind(ended.kind()))
                .setStartTimestamp(ended.start())
                .setAllAttributes(ended.attributes());
        ended.parent()
                .ifPresentOrElse(
                        parent -> builder.setParent(
                                Context.root().with(io.opentelemetry.api.trace.Span.wrap(remote(parent)))),
                        builder::setNoParent);
        ended.links().forEach(builder::addLink);
        var span = ids.giving(self.traceId(), self.spanId(), builder::startSpan);
        ended.tellTo(span);
        span.end(ended.end());
    }

    Time time() {
        return time;
    }

    static SpanContext remote(TraceContext context) {
        return SpanContext.createFromRemoteParent(
                context.traceId(),
                context.spanId(),
                context.isSampled() ? TraceFlags.getSampled() : TraceFlags.getDefault(),
                state(context.tracestate()));
    }

    private static TraceState state(String text) {
        if (text.isEmpty()) {
            return TraceState.getDefault();
        }
        TraceStateBuilder builder = TraceState.builder();
        var members = text.split(",", -1);
        // Put in front, one by one: the first one is put last. What is no member is left out by the builder.
        for (var i = members.length - 1; i >= 0; i--) {
            var member = members[i].strip();
            var equals = member.indexOf('=');
            if (equals > 0) {
                builder.put(member.substring(0, equals), member.substring(equals + 1));
            }
        }
        return builder.build();
    }

    private static String traceparent(String traceId, String spanId, boolean sampled) {
        return "00-" + traceId + "-" + spanId + (sampled ? "-01" : "-00");
    }

    private static String traceId(UUID request) {
        var hex = HexFormat.of();
        return hex.toHexDigits(request.getMostSignificantBits()) + hex.toHexDigits(request.getLeastSignificantBits());
    }

    private static io.opentelemetry.api.trace.SpanKind kind(Span.Kind kind) {
        return switch (kind) {
            case CONSUMER -> io.opentelemetry.api.trace.SpanKind.CONSUMER;
            case PRODUCER -> io.opentelemetry.api.trace.SpanKind.PRODUCER;
            case CLIENT -> io.opentelemetry.api.trace.SpanKind.CLIENT;
            case INTERNAL -> io.opentelemetry.api.trace.SpanKind.INTERNAL;
        };
    }
}
