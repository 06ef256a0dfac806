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

    /** In: tell the members of a segment that exists. */
    public static final String MEMBERS_REQUESTED = "io.segmentrelay.members.requested.v1";

    /** In: delete this segment. */
    public static final String RETIRE_REQUESTED = "io.segmentrelay.segment.retire-requested.v1";

    /** In: follow no longer. */
    public static final String FOLLOW_ENDED_REQUESTED = "io.segmentrelay.follow.ended-requested.v1";

    /** Out: members that joined and left. */
    public static final String CHANGED = "io.segmentrelay.segment.changed.v1";

    /** Out: a follow has ended. */
    public static final String ENDED = "io.segmentrelay.segment.ended.v1";

    /** Out: the segment is deleted. */
    public static final String RETIRED = "io.segmentrelay.segment.retired.v1";

    /** Out and in: the relay's own continuation of a request whose segment is live. */
    public static final String FOLLOWED = "io.segmentrelay.segment.followed.v1";

    /** Out and in: what the relay's replicas tell one another of a segment. */
    public static final String MARKED = "io.segmentrelay.segment.marked.v1";

    /** What others ask of the relay. */
    public static final List<String> REQUESTS =
            List.of(REQUESTED, MEMBERS_REQUESTED, RETIRE_REQUESTED, FOLLOW_ENDED_REQUESTED);

    /** What the relay takes. */
    public static final List<String> TAKEN =
            List.of(REQUESTED, MEMBERS_REQUESTED, RETIRE_REQUESTED, FOLLOW_ENDED_REQUESTED, PENDING, FOLLOWED, MARKED);

    private EventTypes() {}
}
