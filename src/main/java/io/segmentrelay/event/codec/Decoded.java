package io.segmentrelay.event.codec;

import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.SegmentRequest;

/** What an event for the relay says. */
public sealed interface Decoded {

    /** A request that keeps the rules. */
    record Request(SegmentRequest request) implements Decoded {}

    /** A continuation of the relay's own. */
    record Continuation(RelayEvent.Pending pending) implements Decoded {}

    /** A request whose data break the rules: answered with this event. */
    record Invalid(RelayEvent.Failed failed) implements Decoded {}
}
