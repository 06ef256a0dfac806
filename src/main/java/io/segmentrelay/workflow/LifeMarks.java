package io.segmentrelay.workflow;

import java.time.Instant;
import java.util.UUID;

import io.smallrye.mutiny.Uni;

import io.segmentrelay.event.RequestKey;

/**
 * What the replicas have told one another of segments ({@code io.segmentrelay.segment.marked.v1}): a memory that all of them share,
 * and none of them keeps. Must not block.
 */
public interface LifeMarks {

    /** Of a home that has no such memory: nothing is known, and nothing is to be told. */
    LifeMarks NONE = new LifeMarks() {
        @Override
        public boolean remembers() {
            return false;
        }

        @Override
        public boolean isRetired(UUID segmentId) {
            return false;
        }

        @Override
        public boolean isUnfollowed(UUID segmentId, RequestKey follower, Instant followedSince) {
            return false;
        }

        @Override
        public Uni<Void> awaitUnfollowed(UUID segmentId, RequestKey follower, Instant followedSince) {
            return Uni.createFrom().nothing();
        }
    };

    /**
     * Whether there is such a memory. Where there is, marks are handed over; and of several continuations with one key it lets live
     * only the one of the highest turn, so that one may be handed over while its delivery goes on.
     */
    boolean remembers();

    /**
     * Whether a request's life was begun before: it lives, or has ended since the request was received. Then the request is a repeat.
     *
     * @param mailboxKey of its continuations
     * @param since when it was received: the same for each delivery, but another one where it was sent anew
     */
    default boolean isBegun(String mailboxKey, Instant since) {
        return false;
    }

    /** Whether the relay deletes this segment, or has, as far back as the memory reaches. */
    boolean isRetired(UUID segmentId);

    /**
     * Whether somebody asked for the end of a follow after it was asked for.
     *
     * @param follower the request that follows: a mark may name it, the segment, or the request that made the segment
     * @param followedSince {@link io.segmentrelay.event.Follow#since()}
     */
    boolean isUnfollowed(UUID segmentId, RequestKey follower, Instant followedSince);

    /** Completes when {@link #isUnfollowed} is true, and never fails; may be cancelled. */
    Uni<Void> awaitUnfollowed(UUID segmentId, RequestKey follower, Instant followedSince);
}
