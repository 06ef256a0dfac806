package io.segmentrelay.dynamics;

import java.time.Instant;
import java.util.Optional;

/**
 * Where a definition is on its way.
 *
 * @param status {@code statuscode}
 * @param computation {@code msdynmkt_computationstatus}, or what stands for it on servers without that column
 * @param computedAt {@code msdynmkt_computationfinishedon}; absent where the server does not say it
 */
public record DefinitionState(Status status, Computation computation, Optional<Instant> computedAt) {

    /** A state whose time is not known. */
    public DefinitionState(Status status, Computation computation) {
        this(status, computation, Optional.empty());
    }

    /** Whether a publish has taken effect: on its way to live, there, or already beyond it. */
    public boolean isPublished() {
        return status != Status.DRAFT && status != Status.UNKNOWN;
    }

    /** Whether the segment is live, whatever its computation. */
    public boolean isLive() {
        return status == Status.LIVE || status == Status.LIVE_WITH_WARNINGS;
    }

    /** {@code msdynmkt_segmentdefinition.statuscode}. */
    public enum Status {
        /** 723270001. */
        DRAFT,
        /** 723270002. */
        GOING_LIVE,
        /** 723270000. */
        LIVE,
        /** 723270004. */
        LIVE_WITH_WARNINGS,
        /** 723270005. */
        STOPPING,
        /** 723270006. */
        STOPPED,
        /** 723270003. */
        DELETED,
        /** A number that is not known here. */
        UNKNOWN
    }

    /** {@code msdynmkt_segmentdefinition.msdynmkt_computationstatus}. */
    public enum Computation {
        /** 723270000. */
        RUNNING,
        /** 723270001. */
        FINISHED,
        /** 723270002. */
        ERROR,
        /** 723270003, or null. */
        NOT_STARTED,
        /** The server has no such column, and nothing that could stand for it. */
        UNKNOWN
    }
}
