package io.segmentrelay.event.codec;

import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.SegmentRequest;

/** What a CloudEvent turned out to be. */
public sealed interface Decoded {

    /** A request that keeps the rules. */
    record Request(SegmentRequest request) implements Decoded {}

    /** A continuation of the relay's own. */
    record Continuation(RelayEvent.Pending pending) implements Decoded {}

    /** A request whose data break the rules: answered with this event. */
    record Invalid(RelayEvent.Failed failed) implements Decoded {}

    /**
     * No event for the relay: not of a known incoming type, or a continuation that cannot be read.
     *
     * @param reason one sentence that a person can act on
     */
    record Foreign(String reason) implements Decoded {}
}
