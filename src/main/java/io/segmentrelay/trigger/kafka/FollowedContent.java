package io.segmentrelay.trigger.kafka;

import java.time.Instant;

/** What a record of {@code segment-followed} says, as far as it has to be known before it is lived. */
sealed interface FollowedContent {

    /** Nothing that still counts. */
    Stale STALE = new Stale();

    /**
     * A state, to be lived if it is the latest of its key.
     *
     * @param turn counts up with every hand-over of the key
     */
    record State(String key, long turn) implements FollowedContent {}

    /**
     * A mark for all replicas.
     *
     * @param at when it was made
     */
    record Marked(String key, Instant at) implements FollowedContent {}

    /** The key has ended. */
    record Tombstone(String key) implements FollowedContent {}

    /** Nothing that the relay writes there. */
    record Unknown() implements FollowedContent {}

    /** A later record counts, or none. */
    record Stale() implements FollowedContent {}
}
