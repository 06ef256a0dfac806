package io.segmentrelay.event.wire;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.data.BytesCloudEventData;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.trace.TraceContext;

/**
 * Reads messages as CloudEvents 1.0, in binary and structured mode. Where the SDK's own readers throw exceptions of many kinds (or
 * take what the specification refuses), these answer with a reason.
 */
public final class CloudEvents {

    /** Of one event in structured mode. */
    public static final String STRUCTURED = "application/cloudevents+json";

    /** Of a list of events in structured mode. */
    public static final String BATCH = "application/cloudevents-batch+json";

    private static final String FAMILY = "application/cloudevents";

    private static final String CONTENT_TYPE = "content-type";

    private static final String KAFKA_PREFIX = "ce_";

    static final String HTTP_PREFIX = "ce-";

    private CloudEvents() {}

    /**
     * Reads one Kafka record in the mode that its content type says (Kafka Protocol Binding 1.0).
     *
     * @param headers names in any case; of a name that comes twice the last counts
     * @param value empty where there is none
     */
    public static Checked<CloudEvent> kafka(Iterable<Map.Entry<String, byte[]>> headers, byte[] value) {
        var attributes = new Headers(KAFKA_PREFIX);
        for (var header : headers) {
            var text = OutsideText.utf8(header.getValue());
            if (text.isPresent()) {
                var unused = attributes.put(header.getKey(), text.get());
            } else if (attributes.takes(header.getKey())) {
                return notUtf8(header.getKey());
            }
        }
        return read(attributes, value);
    }

    /**
     * Reads one HTTP request in the mode that its content type says (HTTP Protocol Binding 1.0). Batches are not for here.
     *
     * @param headers names in any case; one that comes twice is refused, since two readers could mean two different events
     * @param body empty where there is none
     */
    public static Checked<CloudEvent> http(Iterable<Map.Entry<String, String>> headers, byte[] body) {
        var attributes = new Headers(HTTP_PREFIX);
        for (var header : headers) {
            var text = attributes.isAttribute(header.getKey())
                    ? PercentEncoding.decode(header.getValue())
                    : Optional.of(header.getValue());
            if (text.isEmpty()) {
                return notUtf8(header.getKey());
            }
            if (!attributes.put(header.getKey(), text.get())) {
                return new Checked.Bad<>("This is no CloudEvent: the header '%s' is given twice"
                        .formatted(OutsideText.shown(header.getKey(), 60)));
            }
        }
        return read(attributes, body);
    }

    /** An attribute's value as an HTTP header may carry it: percent-encoded, which the SDK's writer leaves to others. */
    public static String httpHeader(String value) {
        return PercentEncoding.encode(value);
    }

    /** Reads a body of {@code application/cloudevents+json}. */
    public static Checked<CloudEvent> structured(byte[] body) {
        return StructuredJson.event(body);
    }

    /**
     * Reads a body of {@code application/cloudevents-batch+json}.
     *
     * @return one for each of the batch, in its order; where the body is no batch, one {@link Checked.Bad}
     */
    public static List<Checked<CloudEvent>> batch(byte[] body) {
        return StructuredJson.batch(body);
    }

    private static Checked<CloudEvent> read(Headers headers, byte[] body) {
        headers.unquote();
        var media = MediaType.of(headers.contentType());
        if (media.equals(STRUCTURED)) {
            return headers.traced(structured(body));
        }
        if (media.startsWith(FAMILY)) {
            return new Checked.Bad<>("The content type is '%s': taken is %s, or any other in binary mode"
                    .formatted(OutsideText.shown(media, 100), STRUCTURED));
        }
        if (headers.attributes.isEmpty()) {
            var mode = ModeHint.of(headers.prefix, media, body);
            if (mode.isPresent()) {
                return new Checked.Bad<>(mode.get());
            }
        }
        if (!media.isEmpty()) {
            headers.attributes.put("datacontenttype", headers.contentType());
        }
        var data = Optional.of(body).filter(bytes -> bytes.length > 0).map(BytesCloudEventData::wrap);
        return headers.traced(ContextAttributes.event(headers.attributes, data));
    }

    private static Checked<CloudEvent> notUtf8(String header) {
        return new Checked.Bad<>(
                "This is no CloudEvent: the header '%s' is not UTF-8".formatted(OutsideText.shown(header, 60)));
    }

    /** Headers as attributes. */
    private static final class Headers {

        private final String prefix;
        private final Map<String, String> attributes = new LinkedHashMap<>();
        private @Nullable String contentType;
        private @Nullable String springContentType;
        private @Nullable String traceparent;
        private @Nullable String tracestate;

        Headers(String prefix) {
            this.prefix = prefix;
        }

        boolean isAttribute(String name) {
            return name.regionMatches(true, 0, prefix, 0, prefix.length());
        }

        boolean takes(String name) {
            return isAttribute(name) || name.equalsIgnoreCase(CONTENT_TYPE) || isSpringContentType(name);
        }

        /** Spring Cloud Stream's own name for it, on Kafka. */
        private boolean isSpringContentType(String name) {
            return prefix.equals(KAFKA_PREFIX) && name.equalsIgnoreCase("contentType");
        }

        /**
         * Takes the quotes off where a producer writes all headers as JSON (Spring's header mapper): no content type begins with
         * one, and no version.
         */
        void unquote() {
            contentType = PercentEncoding.unquoted(contentType().strip());
            if (attributes.getOrDefault("specversion", "").startsWith("\"")) {
                attributes.replaceAll((name, value) -> PercentEncoding.unquoted(value));
            }
        }

        /** Puts it, unless it is somebody else's; whether it was the first of its name. */
        boolean put(String name, String value) {
            if (name.equalsIgnoreCase(CONTENT_TYPE)) {
                var first = contentType == null;
                contentType = value;
                return first;
            }
            if (isSpringContentType(name)) {
                springContentType = value;
                return true;
            }
            if (name.equalsIgnoreCase(TraceContext.TRACEPARENT)) {
                traceparent = value;
                return true;
            }
            if (name.equalsIgnoreCase(TraceContext.TRACESTATE)) {
                tracestate = value;
                return true;
            }
            return !isAttribute(name)
                    || attributes.put(name.substring(prefix.length()).toLowerCase(Locale.ROOT), value) == null;
        }

        /** An event that does not say where its trace goes on goes on where the message does. */
        Checked<CloudEvent> traced(Checked<CloudEvent> read) {
            var place = TraceContext.of(Optional.ofNullable(traceparent), Optional.ofNullable(tracestate));
            return place.isEmpty() ? read : read.map(event -> traced(event, place.get()));
        }

        private static CloudEvent traced(CloudEvent event, TraceContext place) {
            if (event.getExtension(TraceContext.TRACEPARENT) != null) {
                return event;
            }
            var builder = CloudEventBuilder.from(event).withExtension(TraceContext.TRACEPARENT, place.traceparent());
            return place.tracestate().isEmpty()
                    ? builder.build()
                    : builder.withExtension(TraceContext.TRACESTATE, place.tracestate())
                            .build();
        }

        String contentType() {
            var named = contentType == null ? springContentType : contentType;
            return named == null ? "" : named;
        }
    }
}
