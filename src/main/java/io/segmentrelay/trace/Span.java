package io.segmentrelay.trace;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A piece of work that a trace shows. It is told when it ends, and until then holds no more than its place and its beginning: ten
 * thousands of requests wait in one. Of names, texts and numbers only those are told that the relay itself makes: no query, no
 * member, nothing that came from outside but ids. Thread-safe; what comes after its end is dropped.
 */
public interface Span {

    /** Nothing: costs nothing. */
    Span NONE = new NoSpan();

    /** What kind of work it is, as OpenTelemetry has it. */
    enum Kind {
        /** An event is worked on. */
        CONSUMER,
        /** A request to somebody else. */
        CLIENT,
        /** An event is handed over. */
        PRODUCER,
        /** Anything else. */
        INTERNAL
    }

    /** Whether anything is told at all. */
    boolean isOn();

    /** Where it is: whatever belongs to it goes on from here. Empty where nothing is told. */
    Optional<TraceContext> context();

    /** Begins a part of it. */
    Span child(String name, Kind kind);

    /**
     * Begins work that is done for many at once: a trace of its own.
     *
     * @param served the places that it is done for
     */
    Span serving(String name, List<TraceContext> served);

    /** Says something of it. */
    Span with(String key, String value);

    /** Says a number of it. */
    Span with(String key, long value);

    /** Something has happened that took or takes some time. */
    void happened(String event, Duration duration);

    /** Runs what records a measurement of this work, so that it can be led back to it. */
    void measured(Runnable record);

    /** It has ended well. */
    void end();

    /**
     * It has ended otherwise.
     *
     * @param reason a word or two of the relay's own
     */
    void failed(String reason);
}
