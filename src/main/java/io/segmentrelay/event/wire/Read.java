package io.segmentrelay.event.wire;

import io.cloudevents.CloudEvent;

/** What a message turned out to be, before anybody looks at its type. */
public sealed interface Read {

    /** A CloudEvent 1.0. */
    record Event(CloudEvent event) implements Read {}

    /**
     * None.
     *
     * @param reason one sentence that a person can act on, with nothing of the message's data
     */
    record NoEvent(String reason) implements Read {}
}
