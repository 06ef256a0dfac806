package io.segmentrelay.sandbox.dynamics.crm;

/** What the values of an attribute are. */
public enum Type {
    /** {@code String}; ids too, in lower case. */
    TEXT,
    /** {@code Double}; choices too. */
    NUMBER,
    /** {@code Boolean}. */
    BOOLEAN,
    /** {@code Instant}. */
    DATE
}
