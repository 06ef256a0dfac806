package io.segmentrelay.relay;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

import io.smallrye.mutiny.Uni;

import io.segmentrelay.event.LifeStage;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.RequestKey;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.trace.Span;
import io.segmentrelay.trace.Spans;
import io.segmentrelay.trace.TraceContext;
import io.segmentrelay.trace.Tracer;

/**
 * What is told of deliveries. Each is a span under the one that its event comes from, and whatever it hands over comes from it in
 * turn: so one trace leads from the request over all replicas to its last page.
 */
final class Deliveries {

    private static final String NAME = "segment delivery";

    private final Tracer tracer;

    Deliveries(Tracer tracer) {
        this.tracer = tracer;
    }

    /**
     * Works on a request.
     *
     * @param work is given the request as it is from here on, at its new place in the trace
     */
    <T> Uni<T> told(SegmentRequest request, Function<SegmentRequest, Uni<T>> work) {
        var span = begun(request.key(), request.trace());
        var placed = span.context().map(request::in).orElse(request);
        return Spans.told(span, work.apply(placed));
    }

    /** Works on a request that breaks the rules. */
    <T> Uni<T> told(RelayEvent.Failed failed, Supplier<Uni<T>> work) {
        return Spans.told(begun(failed.key(), failed.trace()), work.get());
    }

    /**
     * Works on a request whose segment is live. Its first pages belong to its trace. A follow after them may go on for a year, each hour in
     * a delivery: each of these is a trace of its own, linked to the request's.
     */
    <T> Uni<T> told(RelayEvent.Followed followed, Function<RelayEvent.Followed, Uni<T>> work) {
        var request = followed.request();
        if (followed.stage() instanceof LifeStage.Beginning) {
            return told(request, placed -> work.apply(followed.of(placed)));
        }
        var span = about(tracer.serving(NAME, request.trace().map(List::of).orElseGet(List::of)), request.key());
        return Spans.told(span, work.apply(followed));
    }

    private Span begun(RequestKey request, Optional<TraceContext> parent) {
        return about(tracer.delivery(NAME, parent, request.uuid()), request);
    }

    private static Span about(Span span, RequestKey request) {
        return span.isOn()
                ? span.with("segment_relay.request_id", request.id())
                        .with("segment_relay.request_source", request.source())
                : span;
    }
}
