package io.segmentrelay.event;

/** How a segment gets its members. */
public enum SegmentType {
    /** By a query that Dynamics evaluates again and again. */
    DYNAMIC,
    /** By a list of members, as it was when the segment was made. */
    STATIC
}
