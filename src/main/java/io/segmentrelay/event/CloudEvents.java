package io.segmentrelay.event;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import io.cloudevents.core.data.BytesCloudEventData;

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

    private CloudEvents() {}

    /** How a transport writes attributes as headers. */
    public enum Binding {
        /** {@code ce_id} (Kafka Protocol Binding 1.0). */
        KAFKA("ce_"),
        /** {@code ce-id}, percent-encoded (HTTP Protocol Binding 1.0, section 3.1.3.2). */
        HTTP("ce-");

        private final String prefix;

        Binding(String prefix) {
            this.prefix = prefix;
        }
    }

    /**
     * Reads one message in the mode that its content type says.
     *
     * @param binding of the transport
     * @param headers names in any case, values as UTF-8; of a name that comes twice the last counts
     * @param body empty where there is none
     */
    public static Read read(Binding binding, Iterable<Map.Entry<String, String>> headers, byte[] body) {
        var attributes = new LinkedHashMap<String, String>();
        var contentType = Optional.<String>empty();
        for (var header : headers) {
            var name = header.getKey().toLowerCase(Locale.ROOT);
            if (name.equals(CONTENT_TYPE)) {
                contentType = Optional.of(header.getValue());
            } else if (name.startsWith(binding.prefix)) {
                var value = binding == Binding.HTTP ? percentDecoded(header.getValue()) : header.getValue();
                attributes.put(name.substring(binding.prefix.length()), value);
            }
        }
        var media = contentType.map(CloudEvents::mediaType).orElse("");
        if (media.equals(STRUCTURED)) {
            return structured(body);
        }
        if (media.startsWith(FAMILY)) {
            return new Read.NoEvent("The content type is '%s': taken is %s, or any other in binary mode"
                    .formatted(Texts.shown(media, 100), STRUCTURED));
        }
        contentType.filter(type -> !type.isBlank()).ifPresent(type -> attributes.put("datacontenttype", type));
        var data =
                body.length == 0 ? Optional.<BytesCloudEventData>empty() : Optional.of(BytesCloudEventData.wrap(body));
        return Attributes.event(attributes, data);
    }

    /** Reads a body of {@code application/cloudevents+json}. */
    public static Read structured(byte[] body) {
        return StructuredJson.event(body);
    }

    /**
     * Reads a body of {@code application/cloudevents-batch+json}.
     *
     * @return one for each of the batch, in its order; where the body is no batch, one {@link Read.NoEvent}
     */
    public static List<Read> batch(byte[] body) {
        return StructuredJson.batch(body);
    }

    /** The content type without its parameters, in lower case. */
    public static String mediaType(String contentType) {
        var end = contentType.indexOf(';');
        return (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    private static String percentDecoded(String value) {
        if (value.indexOf('%') < 0) {
            return value;
        }
        try {
            // A plus is a plus in a header: only forms write spaces so.
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return value;
        }
    }
}
