package io.segmentrelay.event;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.segmentrelay.query.QueryFinding;

/**
 * A request that was accepted: what does not change on its way.
 *
 * @param key what identifies it
 * @param spec the segment that it asks for
 * @param requestedAt the request's {@code time}, or when it was handed to the relay where it has none
 * @param deadline when it fails with {@code deadline-exceeded}
 * @param traceparent the W3C trace context that it came with
 * @param warnings what is less than perfect about how it came
 * @param queryFindings what looks wrong in its query; none where that is not looked at
 */
public record SegmentRequest(
        RequestKey key,
        SegmentSpec spec,
        Instant requestedAt,
        Instant deadline,
        Optional<String> traceparent,
        Set<Warning> warnings,
        List<QueryFinding> queryFindings) {

    public SegmentRequest {
        warnings = Set.copyOf(warnings);
        queryFindings = List.copyOf(queryFindings);
    }

    /** One in whose query nothing looks wrong. */
    public SegmentRequest(
            RequestKey key,
            SegmentSpec spec,
            Instant requestedAt,
            Instant deadline,
            Optional<String> traceparent,
            Set<Warning> warnings) {
        this(key, spec, requestedAt, deadline, traceparent, warnings, List.of());
    }

    /** One that came as it should. */
    public SegmentRequest(
            RequestKey key, SegmentSpec spec, Instant requestedAt, Instant deadline, Optional<String> traceparent) {
        this(key, spec, requestedAt, deadline, traceparent, Set.of());
    }
}
