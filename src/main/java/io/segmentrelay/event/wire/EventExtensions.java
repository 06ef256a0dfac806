package io.segmentrelay.event.wire;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.cloudevents.CloudEvent;

import io.segmentrelay.trace.TraceContext;

/** The CloudEvents extensions that the relay writes, and the key that they give a record. */
public final class EventExtensions {

    /** The id of the event that caused this one. */
    public static final String CAUSATION_ID = "causationid";

    /** The request's id. */
    public static final String CORRELATION_ID = "correlationid";

    /** What has to keep its order: the segment, or the request where there is no segment. */
    public static final String PARTITION_KEY = "partitionkey";

    /** A page's number, padded so that it sorts as text does (CloudEvents' extension "Sequence"). */
    public static final String SEQUENCE = "sequence";

    private EventExtensions() {}

    /** Where the event's trace goes on, by the names that tracing itself has for it on any transport (W3C Trace Context). */
    public static Map<String, String> traceHeaders(CloudEvent event) {
        var headers = new TreeMap<String, String>();
        for (var name : List.of(TraceContext.TRACEPARENT, TraceContext.TRACESTATE)) {
            var value = event.getExtension(name);
            if (value != null) {
                headers.put(name, value.toString());
            }
        }
        return headers;
    }

    /** The Kafka key (or message group) of an event: its {@code partitionkey}; its {@code id} where it has none. */
    public static String of(CloudEvent event) {
        var key = event.getExtension(PARTITION_KEY);
        return key == null ? event.getId() : key.toString();
    }
}
