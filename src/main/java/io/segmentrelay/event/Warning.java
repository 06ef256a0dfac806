package io.segmentrelay.event;

import java.util.Arrays;

/** What is known to be less than perfect about a segment that is ready, or about how it was requested. */
public enum Warning {
    /** Dynamics says LiveWithWarnings (or ComputedWithWarnings). */
    LIVE_WITH_WARNINGS("live-with-warnings"),
    /**
     * The server counts more members than it listed, or says that it still computes them (with {@code relay.live-when=live}),
     * or nothing says whether it has computed them (no columns for it, and no right to read the segment's row).
     */
    MEMBERS_INCOMPLETE("members-incomplete"),
    /** The request's record had no time stamp that can be right: the deadline counts from when the record was first read. */
    RECEIPT_TIME_UNKNOWN("receipt-time-unknown"),
    /** Something in the query looks wrong: the findings are told beside it. */
    QUERY_SUSPICIOUS("query-suspicious");

    private final String label;

    Warning(String label) {
        this.label = label;
    }

    /** The name in events. */
    public String label() {
        return label;
    }

    /** The one of this name. */
    public static Warning of(String label) {
        return Arrays.stream(values())
                .filter(warning -> warning.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no warning has this name"));
    }
}
