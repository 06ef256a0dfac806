package io.segmentrelay.event.wire;

import io.cloudevents.CloudEvent;

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

    /** The W3C trace context (CloudEvents' extension "Distributed Tracing"). */
    public static final String TRACEPARENT = "traceparent";

    private EventExtensions() {}

    /** The Kafka key (or message group) of an event: its {@code partitionkey}; its {@code id} where it has none. */
    public static String of(CloudEvent event) {
        var key = event.getExtension(PARTITION_KEY);
        return key == null ? event.getId() : key.toString();
    }
}
