package io.segmentrelay.trace;

import java.util.Optional;
import java.util.function.Supplier;

import org.jboss.logging.MDC;

/**
 * Says of a log line what it is about, for logs that are written as JSON: fields of their own beside the message. They are there
 * for as long as the line is written, and go with no request from thread to thread.
 */
public final class LogFields {

    private static final String REQUEST = "requestId";
    private static final String SEGMENT = "segmentId";
    private static final String TRACE = "traceId";

    private LogFields() {}

    /**
     * Writes a line.
     *
     * @param requestId of the request that it is about
     * @param segmentId of its segment; empty where there is none yet
     * @param trace where the request is in its trace
     * @param line writes it
     */
    public static void about(String requestId, String segmentId, Optional<TraceContext> trace, Runnable line) {
        put(requestId, segmentId, trace);
        try {
            line.run();
        } finally {
            remove();
        }
    }

    /** As {@link #about}, of something that may write lines before it answers. */
    public static <T> T during(String requestId, String segmentId, Optional<TraceContext> trace, Supplier<T> work) {
        put(requestId, segmentId, trace);
        try {
            return work.get();
        } finally {
            remove();
        }
    }

    private static void put(String requestId, String segmentId, Optional<TraceContext> trace) {
        MDC.put(REQUEST, requestId);
        if (!segmentId.isEmpty()) {
            MDC.put(SEGMENT, segmentId);
        }
        trace.ifPresent(place -> MDC.put(TRACE, place.traceId()));
    }

    private static void remove() {
        MDC.remove(REQUEST);
        MDC.remove(SEGMENT);
        MDC.remove(TRACE);
    }
}
