package io.segmentrelay.event;

import java.util.List;

/** The CloudEvents {@code type}s of {@code docs/events.md}. */
public final class EventTypes {

    /** In: create and publish this segment, then tell its members. */
    public static final String REQUESTED = "io.segmentrelay.segment.requested.v1";

    /** Out and in: the relay's own continuation. */
    public static final String PENDING = "io.segmentrelay.segment.pending.v1";

    /** Out: a page of a live segment's members. */
    public static final String READY = "io.segmentrelay.segment.ready.v1";

    /** Out: the request ended without a segment. */
    public static final String FAILED = "io.segmentrelay.segment.failed.v1";

    /** What the relay takes. */
    public static final List<String> TAKEN = List.of(REQUESTED, PENDING);

    private EventTypes() {}
}
