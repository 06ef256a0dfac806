package io.segmentrelay.event.codec;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cloudevents.CloudEvent;
import io.cloudevents.SpecVersion;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.data.BytesCloudEventData;
import io.cloudevents.rw.CloudEventRWException;

import io.segmentrelay.event.EventIds;
import io.segmentrelay.event.EventTypes;
import io.segmentrelay.event.FailureCode;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.RequestKey;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.Step;
import io.segmentrelay.event.Warning;
import io.segmentrelay.event.wire.Checked;
import io.segmentrelay.event.wire.EventExtensions;
import io.segmentrelay.event.wire.MediaType;
import io.segmentrelay.event.wire.OutsideText;
import io.segmentrelay.event.wire.Receipt;
import io.segmentrelay.query.QueryFinding;
import io.segmentrelay.query.QueryMode;
import io.segmentrelay.trace.TraceContext;

/**
 * Between CloudEvents and what the relay works with ({@code docs/events.md}). Never throws on what comes from outside. Safe
 * for many threads.
 */
public final class EventCodec {

    /** Longer ids and sources are no request's: they would be repeated in headers, which have limits of their own. */
    static final int MAX_KEY = 1_024;

    private final URI source;
    private final Duration readyWithin;
    private final LifeRules rules;
    private final QueryRule queries;

    /**
     * A codec.
     *
     * @param source {@code relay.source}: the CloudEvents {@code source} of what is emitted, a URI reference
     * @param readyWithin {@code relay.ready-within}: how long a request may take that does not say so itself, positive
     * @param rules what a request may ask for beyond that
     */
    public EventCodec(String source, Duration readyWithin, LifeRules rules) {
        this(URI.create(source), readyWithin, rules, new QueryRule(QueryMode.OFF));
    }

    private EventCodec(URI source, Duration readyWithin, LifeRules rules, QueryRule queries) {
        this.source = source;
        this.readyWithin = readyWithin;
        this.rules = rules;
        this.queries = queries;
    }

    /** The same, which also looks at the queries of what it decodes. */
    public EventCodec checking(QueryMode mode) {
        return new EventCodec(source, readyWithin, rules, new QueryRule(mode));
    }

    /**
     * Decodes an event.
     *
     * @param read a message of any transport, read as an event
     * @param receipt when the relay got it: the Kafka record's timestamp, or the time of receipt. Deadlines count from
     *     here and not from the event's {@code time}, so that a replayed event, or one from a clock that is
     *     wrong, is not dead on arrival
     * @return the event, or why it is none for the relay: no CloudEvent, not of a known incoming type, or a continuation that
     *     cannot be read
     */
    public Checked<DecodedEvent> decode(Checked<CloudEvent> read, Receipt receipt) {
        return read.flatMap(event -> content(event, receipt)
                .map(content -> new DecodedEvent(
                        content, event.getId(), event.getType(), extension(event, EventExtensions.CAUSATION_ID))));
    }

    private Checked<Decoded> content(CloudEvent event, Receipt receipt) {
        var misfit = misfit(event);
        if (misfit.isPresent()) {
            return new Checked.Bad<>(misfit.get());
        }
        return switch (event.getType()) {
            case EventTypes.REQUESTED,
                    EventTypes.MEMBERS_REQUESTED,
                    EventTypes.RETIRE_REQUESTED,
                    EventTypes.FOLLOW_ENDED_REQUESTED -> new Checked.Good<>(request(event, receipt));
            case EventTypes.PENDING ->
                own(event, PendingReader::read, pending -> continuation(pending.of(placed(pending.request(), event))));
            case EventTypes.FOLLOWED ->
                own(
                        event,
                        FollowedReader::read,
                        followed -> new Decoded.Life(followed.of(placed(followed.request(), event))));
            case EventTypes.MARKED -> own(event, MarkReader::read, marked -> new Decoded.Mark(placed(marked, event)));
            default ->
                new Checked.Bad<>("The event's type is '%s': taken are %s"
                        .formatted(OutsideText.shown(event.getType(), 200), String.join(", ", EventTypes.TAKEN)));
        };
    }

    private static <T> Checked<Decoded> own(
            CloudEvent event, Function<ObjectNode, Checked<T>> reader, Function<T, Decoded> content) {
        return switch (data(event).flatMap(reader)) {
            case Checked.Good<T>(var read) -> new Checked.Good<>(content.apply(read));
            case Checked.Bad<T>(var reason) -> new Checked.Bad<>("The continuation cannot be read: " + reason);
        };
    }

    /**
     * Writes an event. Equal calls give equal events, to the byte.
     *
     * @param event what is to be emitted
     * @param causationId the {@code id} of the event that caused it, not empty
     */
    public CloudEvent encode(RelayEvent event, String causationId) {
        var builder = CloudEventBuilder.v1()
                .withId(EventIds.of(event, causationId).toString())
                .withSource(source)
                .withExtension(EventExtensions.CORRELATION_ID, event.key().id())
                .withExtension(EventExtensions.CAUSATION_ID, causationId);
        Envelope.of(event).writeTo(builder);
        return builder.withData("application/json", BytesCloudEventData.wrap(EventJson.of(event)))
                .build();
    }

    private Decoded request(CloudEvent event, Receipt receipt) {
        var reader = new RequestReader(rules, readyWithin, receipt);
        return switch (data(event).flatMap(data -> reader.read(event.getType(), data))) {
            case Checked.Good(var asked) -> {
                var findings = queries.findings(asked.wish());
                yield queries.refusal(findings)
                        .map(reason -> invalid(event, reason, findings))
                        .orElseGet(() -> new Decoded.Request(
                                request(event, asked, receipt).finding(findings)));
            }
            case Checked.Bad(var message) -> invalid(event, message, List.of());
        };
    }

    /** What looks wrong in its query is found anew: it would only make the continuation longer. */
    private Decoded continuation(RelayEvent.Pending pending) {
        var findings = queries.findings(pending.request().wish());
        return new Decoded.Continuation(findings.isEmpty() ? pending : pending.finding(findings));
    }

    private static SegmentRequest request(CloudEvent event, RequestReader.Asked asked, Receipt receipt) {
        var stamped = receipt.countsFrom(asked.within());
        var handedOver = stamped.orElse(receipt.readAt());
        return new SegmentRequest(
                key(event),
                asked.wish(),
                asked.afterwards(),
                requestedAt(event).orElse(handedOver),
                handedOver.plus(asked.within()),
                trace(event),
                stamped.isPresent() ? Set.of() : Set.of(Warning.RECEIPT_TIME_UNKNOWN));
    }

    private static Decoded invalid(CloudEvent event, String message, List<QueryFinding> findings) {
        var failed = new RelayEvent.Failed(
                key(event),
                FailureCode.INVALID_REQUEST,
                Step.VALIDATE,
                message,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                trace(event));
        return new Decoded.Invalid(failed.finding(findings));
    }

    private static RelayEvent.Marked placed(RelayEvent.Marked marked, CloudEvent event) {
        return new RelayEvent.Marked(
                marked.key(),
                marked.mark(),
                marked.trace().map(place -> place.saying(extension(event, TraceContext.TRACESTATE))));
    }

    private static RequestKey key(CloudEvent event) {
        return new RequestKey(event.getSource().toString(), event.getId());
    }

    /** CloudEvents' extension "Distributed Tracing". */
    private static Optional<TraceContext> trace(CloudEvent event) {
        return TraceContext.of(extension(event, TraceContext.TRACEPARENT), extension(event, TraceContext.TRACESTATE));
    }

    /** Continuations say in their data where the request is, and beside them what other tracing systems say of it. */
    private static SegmentRequest placed(SegmentRequest request, CloudEvent event) {
        return request.trace()
                .map(place -> place.saying(extension(event, TraceContext.TRACESTATE)))
                .filter(place -> !place.tracestate().isEmpty())
                .map(request::in)
                .orElse(request);
    }

    private static Optional<String> extension(CloudEvent event, String name) {
        return Optional.ofNullable(event.getExtension(name)).map(Object::toString);
    }

    /** The event's time, where RFC 3339 can write it in UTC. */
    private static Optional<Instant> requestedAt(CloudEvent event) {
        return Optional.ofNullable(event.getTime())
                .filter(time -> time.getYear() > 0 && time.getYear() < 9_999)
                .map(OffsetDateTime::toInstant);
    }

    /** Why the event cannot be any request's, whatever its data. */
    private static Optional<String> misfit(CloudEvent event) {
        // The SDK's readers take 0.3 as well: its events are others, with other rules.
        if (event.getSpecVersion() != SpecVersion.V1) {
            return Optional.of("The event's specversion is '%s': taken is 1.0".formatted(event.getSpecVersion()));
        }
        return misfit("id", event.getId())
                .or(() -> misfit("source", event.getSource().toString()));
    }

    private static Optional<String> misfit(String attribute, String value) {
        if (value.isEmpty()) {
            return Optional.of("The event's %s is empty".formatted(attribute));
        }
        if (value.length() > MAX_KEY) {
            return Optional.of("The event's %s is longer than %s characters".formatted(attribute, MAX_KEY));
        }
        return OutsideText.fitAttribute(value)
                ? Optional.empty()
                : Optional.of("The event's %s has characters that CloudEvents does not allow".formatted(attribute));
    }

    private static Checked<ObjectNode> data(CloudEvent event) {
        if (!MediaType.isJson(event.getDataContentType())) {
            return new Checked.Bad<>("datacontenttype must be application/json");
        }
        var data = event.getData();
        try {
            return data == null ? StrictJson.object(new byte[0]) : StrictJson.object(data.toBytes());
        } catch (CloudEventRWException e) {
            return new Checked.Bad<>("data cannot be read");
        }
    }
}
