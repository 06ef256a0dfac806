package io.segmentrelay.event;

import java.time.Instant;

/** What a request asks for. */
public sealed interface Wish {

    /** A new segment ({@code io.segmentrelay.segment.requested.v1}). */
    record NewSegment(SegmentSpec spec) implements Wish {}

    /** The members of a segment that exists ({@code io.segmentrelay.members.requested.v1}). */
    record Members(Target target) implements Wish {}

    /** A segment's deletion ({@code io.segmentrelay.segment.retire-requested.v1}). */
    record Retirement(Target target) implements Wish {}

    /**
     * The end of a follow ({@code io.segmentrelay.follow.ended-requested.v1}).
     *
     * @param at when it was asked for, by the relay's receipt: follows that were asked for later go on
     */
    record EndOfFollow(Target target, Instant at) implements Wish {}
}
