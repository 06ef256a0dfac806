package io.segmentrelay.event.codec;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

import io.cloudevents.core.builder.CloudEventBuilder;

import io.segmentrelay.event.EventTypes;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.wire.EventExtensions;
import io.segmentrelay.trace.TraceContext;

/**
 * The attributes of an event that depend on its kind.
 *
 * @param type CloudEvents {@code type}
 * @param schema of its data
 * @param about its {@code subject}
 * @param partitionKey what has to be read in order has the same
 * @param time absent where a repeat would have another one, and nothing else in it says when
 * @param sequence of pages, and of states of one key
 * @param trace where the request is in its trace
 */
record Envelope(
        String type,
        EventSchema schema,
        String about,
        String partitionKey,
        Optional<Instant> time,
        OptionalLong sequence,
        Optional<TraceContext> trace) {

    static Envelope of(RelayEvent event) {
        return switch (event) {
            case RelayEvent.Pending e ->
                new Envelope(
                                EventTypes.PENDING,
                                EventSchema.PENDING,
                                e.segmentId().toString())
                        .at(e.stepSince())
                        .tracedBy(e.request().trace());
            case RelayEvent.Followed e ->
                new Envelope(
                                EventTypes.FOLLOWED,
                                EventSchema.FOLLOWED,
                                e.segmentId().toString())
                        .keyed(e.mailboxKey())
                        .numbered(e.turn())
                        .at(e.since())
                        .tracedBy(e.request().trace());
            case RelayEvent.Marked e ->
                new Envelope(
                                EventTypes.MARKED,
                                EventSchema.MARKED,
                                e.mark().target().segmentId().toString())
                        .keyed(e.mark().mailboxKey())
                        .at(e.mark().at())
                        .tracedBy(e.trace());
            case RelayEvent.ReadyPage e ->
                new Envelope(EventTypes.READY, EventSchema.READY, e.segmentId().toString())
                        .at(e.liveAt())
                        .numbered(e.page())
                        .tracedBy(e.request().trace());
            case RelayEvent.ChangedPage e ->
                new Envelope(
                                EventTypes.CHANGED,
                                EventSchema.CHANGED,
                                e.segmentId().toString())
                        .at(e.computedAt())
                        .numbered(e.page())
                        .tracedBy(e.request().trace());
            case RelayEvent.Ended e ->
                new Envelope(EventTypes.ENDED, EventSchema.ENDED, e.segmentId().toString()).tracedBy(e.trace());
            case RelayEvent.Retired e ->
                new Envelope(
                                EventTypes.RETIRED,
                                EventSchema.RETIRED,
                                e.segmentId().toString())
                        .at(e.retiredAt())
                        .tracedBy(e.trace());
            case RelayEvent.Failed e ->
                new Envelope(
                                EventTypes.FAILED,
                                EventSchema.FAILED,
                                e.segmentId()
                                        .map(Object::toString)
                                        .orElse(e.key().id()))
                        .tracedBy(e.trace());
        };
    }

    void writeTo(CloudEventBuilder builder) {
        builder.withType(type)
                .withDataSchema(schema.uri())
                .withSubject(about)
                .withExtension(EventExtensions.PARTITION_KEY, partitionKey);
        time.ifPresent(at -> builder.withTime(at.atOffset(ZoneOffset.UTC)));
        sequence.ifPresent(
                number -> builder.withExtension(EventExtensions.SEQUENCE, String.format(Locale.ROOT, "%010d", number)));
        trace.ifPresent(place -> {
            builder.withExtension(TraceContext.TRACEPARENT, place.traceparent());
            if (!place.tracestate().isEmpty()) {
                builder.withExtension(TraceContext.TRACESTATE, place.tracestate());
            }
        });
    }

    private Envelope(String type, EventSchema schema, String about) {
        this(type, schema, about, about, Optional.empty(), OptionalLong.empty(), Optional.empty());
    }

    private Envelope keyed(String key) {
        return new Envelope(type, schema, about, key, time, sequence, trace);
    }

    private Envelope at(Instant at) {
        return new Envelope(type, schema, about, partitionKey, Optional.of(at), sequence, trace);
    }

    private Envelope numbered(long number) {
        return new Envelope(type, schema, about, partitionKey, time, OptionalLong.of(number), trace);
    }

    private Envelope tracedBy(Optional<TraceContext> place) {
        return new Envelope(type, schema, about, partitionKey, time, sequence, place);
    }
}
