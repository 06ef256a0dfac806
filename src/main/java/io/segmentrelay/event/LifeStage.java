package io.segmentrelay.event;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Where a request is that goes on after its segment is live. */
public sealed interface LifeStage {

    /**
     * The members are to be read and told for the first time.
     *
     * @param liveAt as {@code ready} says it
     * @param computedAt as the server says it
     * @param warnings what is less than perfect
     */
    record Beginning(Instant liveAt, Optional<Instant> computedAt, Set<Warning> warnings) implements LifeStage {
        public Beginning {
            warnings = Set.copyOf(warnings);
        }
    }

    /**
     * The segment is followed; nothing of a further revision was sent.
     *
     * @param told the membership that was told last
     */
    record Following(Told told) implements LifeStage {}

    /**
     * The next revision is about to be told: it may have been sent in part, or whole.
     *
     * @param told the membership that was told last for certain
     * @param to the snapshot that is about to be told
     * @param whole whether as a snapshot, not as a change
     * @param computedAt when that was computed; where the server does not say, when that was seen
     */
    record Telling(Told told, UUID to, boolean whole, Instant computedAt) implements LifeStage {}

    /**
     * The follow is over, and that is about to be told.
     *
     * @param told the membership that was told last
     * @param reason why
     */
    record Ending(Told told, EndReason reason) implements LifeStage {}

    /** The segment is kept until it is to be retired. */
    record Keeping() implements LifeStage {}

    /**
     * The segment is being deleted.
     *
     * @param retirement how far that is
     * @param told the membership that was told last, where the segment was followed
     */
    record Retiring(Retirement retirement, Optional<Told> told) implements LifeStage {}
}
