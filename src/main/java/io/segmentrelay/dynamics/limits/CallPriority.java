package io.segmentrelay.dynamics.limits;

/** Who goes first. */
public enum CallPriority {
    /** Reading members. */
    MEMBERS,
    /** Publishing, and asking whether that was done before. */
    PUBLISH,
    /** Creating a segment. */
    CREATE_SEGMENT,
    /** Creating a definition. */
    CREATE_DEFINITION,
    /** Asking for states: before the others within its share, behind them beyond it. */
    POLL
}
