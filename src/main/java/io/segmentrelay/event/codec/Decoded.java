package io.segmentrelay.event.codec;

import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.SegmentRequest;

/** What an event for the relay says. */
public sealed interface Decoded {

    /** A request that keeps the rules. */
    record Request(SegmentRequest request) implements Decoded {}

    /** A continuation of the relay's own, of a request on its way to {@code ready}. */
    record Continuation(RelayEvent.Pending pending) implements Decoded {}

    /** A continuation of the relay's own, of a request whose segment is live. */
    record Life(RelayEvent.Followed followed) implements Decoded {}

    /** What another replica of the relay has to tell. */
    record Mark(RelayEvent.Marked marked) implements Decoded {}

    /** A request whose data break the rules: answered with this event. */
    record Invalid(RelayEvent.Failed failed) implements Decoded {}
}
