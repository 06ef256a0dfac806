package io.segmentrelay.workflow;

import java.time.Instant;
import java.util.Optional;

import io.segmentrelay.event.EndReason;

/** What became of a segment that is followed. */
sealed interface FollowVerdict {

    /**
     * It was computed again, as far as can be told.
     *
     * @param at when, as the server says it
     */
    record Computed(Optional<Instant> at) implements FollowVerdict {}

    /** There is nothing to follow any more. */
    record Over(EndReason reason) implements FollowVerdict {}
}
