package io.segmentrelay.event;

import java.time.Instant;
import java.util.Optional;

/**
 * A request that was accepted: what does not change on its way.
 *
 * @param key what identifies it
 * @param spec the segment that it asks for
 * @param requestedAt the request's {@code time}, or when it was handed to the relay where it has none
 * @param deadline when it fails with {@code deadline-exceeded}
 * @param traceparent the W3C trace context that it came with
 */
public record Order(
        RequestKey key, SegmentSpec spec, Instant requestedAt, Instant deadline, Optional<String> traceparent) {}
