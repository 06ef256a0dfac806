package io.segmentrelay.trace.otel;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.trace.Span;
import io.segmentrelay.trace.TraceContext;

/** A span that is made when it has ended; until then, what is said of it. */
final class OtelSpan implements Span {

    private static final AttributeKey<Long> DURATION = AttributeKey.longKey("duration_ms");

    /** Something that lasts may happen without end. */
    private static final int MOST_EVENTS = 32;

    private final OtelTracer tracer;
    private final String name;
    private final Kind kind;
    private final TraceContext self;
    private final Optional<TraceContext> parent;
    private final List<SpanContext> links;
    private final Instant start;
    private @Nullable AttributesBuilder attributes;
    private @Nullable List<Happened> events;
    private boolean ended;

    private record Happened(String name, Instant at, Duration duration) {}

    /** All that is to be told. */
    record Ended(
            String name,
            Kind kind,
            TraceContext self,
            Optional<TraceContext> parent,
            List<SpanContext> links,
            Instant start,
            Instant end,
            Attributes attributes,
            List<Happened> events,
            Optional<String> failure) {

        void tellTo(io.opentelemetry.api.trace.Span span) {
            events.forEach(event -> span.addEvent(
                    event.name(), Attributes.of(DURATION, event.duration().toMillis()), event.at()));
            failure.ifPresent(reason -> {
                span.setAttribute("error.type", reason);
                span.setStatus(StatusCode.ERROR, reason);
            });
        }
    }

    OtelSpan(
            OtelTracer tracer,
            String name,
            Kind kind,
            TraceContext self,
            Optional<TraceContext> parent,
            List<SpanContext> links,
            Instant start) {
        this.tracer = tracer;
        this.name = name;
        this.kind = kind;
        this.self = self;
        this.parent = parent;
        this.links = links;
        this.start = start;
    }

    @Override
    public boolean isOn() {
        return true;
    }

    @Override
    public Optional<TraceContext> context() {
        return Optional.of(self);
    }

    @Override
    public Span child(String childName, Kind childKind) {
        return tracer.begun(childName, childKind, self, List.of());
    }

    @Override
    public Span serving(String work, List<TraceContext> served) {
        return tracer.serving(work, served);
    }

    @Override
    public synchronized Span with(String key, String value) {
        said().put(key, value);
        return this;
    }

    @Override
    public synchronized Span with(String key, long value) {
        said().put(key, value);
        return this;
    }

    @Override
    public synchronized void happened(String event, Duration duration) {
        if (events == null) {
            events = new ArrayList<>(1);
        }
        if (events.size() < MOST_EVENTS) {
            events.add(new Happened(event, tracer.time().now(), duration));
        }
    }

    @Override
    public void measured(Runnable record) {
        tracer.measured(context(), record);
    }

    @Override
    public void end() {
        ended(Optional.empty());
    }

    @Override
    public void failed(String reason) {
        ended(Optional.of(reason));
    }

    private void ended(Optional<String> failure) {
        finished(failure).ifPresent(tracer::tell);
    }

    private synchronized Optional<Ended> finished(Optional<String> failure) {
        if (ended) {
            return Optional.empty();
        }
        ended = true;
        return Optional.of(new Ended(
                name,
                kind,
                self,
                parent,
                links,
                start,
                tracer.time().now(),
                attributes == null ? Attributes.empty() : attributes.build(),
                events == null ? List.of() : List.copyOf(events),
                failure));
    }

    private AttributesBuilder said() {
        if (attributes == null) {
            attributes = Attributes.builder();
        }
        return attributes;
    }
}
