package io.segmentrelay.workflow;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

import io.segmentrelay.event.Warning;

/** What became of a segment that was to go live. */
sealed interface LiveVerdict {

    /**
     * It is live, and its members are computed as far as the settings want it.
     *
     * @param warnings what is less than perfect
     * @param computedAt as the server says it
     */
    record Live(Set<Warning> warnings, Optional<Instant> computedAt) implements LiveVerdict {}

    /** It is live; nobody says whether its members are computed. */
    record Unsure(Set<Warning> warnings) implements LiveVerdict {}

    /** It is still a draft, long after it was published. */
    record Draft() implements LiveVerdict {}

    /** Somebody has stopped it: it is theirs from then on, even if they let it go on a moment later. */
    record Stopped() implements LiveVerdict {

        static final String REASON = "the segment was stopped";
    }

    /**
     * It will not go live.
     *
     * @param reason fit for a sentence
     * @param isDeleted whether it is not there any more
     */
    record Gone(String reason, boolean isDeleted) implements LiveVerdict {

        /** One that is still there. */
        Gone(String reason) {
            this(reason, false);
        }
    }
}
