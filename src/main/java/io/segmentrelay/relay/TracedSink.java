package io.segmentrelay.relay;

import java.util.function.Supplier;

import io.cloudevents.CloudEvent;
import io.smallrye.mutiny.Uni;

import io.segmentrelay.event.wire.EventExtensions;
import io.segmentrelay.event.wire.EventSink;
import io.segmentrelay.trace.Span;
import io.segmentrelay.trace.Spans;

/** Tells how long it takes until an event is taken, all attempts together. */
final class TracedSink implements EventSink {

    private final EventSink sink;

    TracedSink(EventSink sink) {
        this.sink = sink;
    }

    @Override
    public Uni<Void> send(CloudEvent event) {
        return told(event, () -> sink.send(event));
    }

    @Override
    public Uni<Void> sendUnlessTooLarge(CloudEvent event) {
        return told(event, () -> sink.sendUnlessTooLarge(event));
    }

    @Override
    public int inOrder() {
        return sink.inOrder();
    }

    @Override
    public Uni<Void> forget(String key) {
        return sink.forget(key);
    }

    private static Uni<Void> told(CloudEvent event, Supplier<Uni<Void>> sent) {
        return Spans.with(delivery -> {
            var span = delivery.child("send " + event.getType(), Span.Kind.PRODUCER);
            if (span.isOn()) {
                span.with("segment_relay.event_id", event.getId());
                var page = event.getExtension(EventExtensions.SEQUENCE);
                if (page != null) {
                    span.with("segment_relay.sequence", page.toString());
                }
            }
            return Spans.told(span, sent.get());
        });
    }
}
