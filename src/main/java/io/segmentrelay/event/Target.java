package io.segmentrelay.event;

import java.util.UUID;

/** The segment that a request is about: one that exists. */
public sealed interface Target {

    /** By the id of its row in {@code msdynmkt_segments}. */
    record Segment(UUID segmentId) implements Target {}

    /** By the request that it was made for, or (where a follow is to end) the request that follows it. */
    record Request(RequestKey key) implements Target {}

    /** The segment's id: a segment that was made for a request has that request's own. */
    default UUID segmentId() {
        return switch (this) {
            case Segment(var id) -> id;
            case Request(var key) -> key.uuid();
        };
    }
}
