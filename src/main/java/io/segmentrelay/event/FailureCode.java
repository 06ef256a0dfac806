package io.segmentrelay.event;

/** Why a request ended without what it asked for. */
public enum FailureCode {
    /** The request's data break the rules. */
    INVALID_REQUEST("invalid-request"),
    /** Dynamics answered 4xx other than 401, 403, 408, 429; 412 where something else than the request's own row is in the way. */
    REJECTED_BY_DYNAMICS("rejected-by-dynamics"),
    /** No token, or 401 or 403 after a fresh token. */
    UNAUTHORIZED("unauthorized"),
    /** The definition was deleted or stopped, or its computation failed. */
    GOING_LIVE_FAILED("going-live-failed"),
    /** {@code readyWithin} passed, whatever the reason. */
    DEADLINE_EXCEEDED("deadline-exceeded"),
    /** The member list was answered in a form that nobody can read. */
    MEMBERS_UNREADABLE("members-unreadable"),
    /** Dynamics does not have the segment (any more), or not its definition. */
    SEGMENT_NOT_FOUND("segment-not-found"),
    /** A segment that is not the relay's to publish is a draft, was stopped, or could not be computed. */
    SEGMENT_NOT_LIVE("segment-not-live"),
    /** Dynamics did not let the segment be deleted, or the relay's settings do not. */
    RETIRE_REFUSED("retire-refused");

    private final String label;

    FailureCode(String label) {
        this.label = label;
    }

    /** The name in events. */
    public String label() {
        return label;
    }
}
