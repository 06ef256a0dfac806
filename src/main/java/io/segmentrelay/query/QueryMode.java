package io.segmentrelay.query;

/** What is done about queries that look wrong: {@code relay.query-check}. */
public enum QueryMode {
    /** They are not looked at. */
    OFF,
    /** What is found is told beside the answer. */
    WARN,
    /** The same; and a request in whose query something is certainly wrong is refused, before anything is created. */
    REJECT
}
