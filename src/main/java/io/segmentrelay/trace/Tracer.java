package io.segmentrelay.trace;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Where traces begin and go on. */
public interface Tracer {

    /** Tells nothing. */
    Tracer OFF = new NoTracer();

    /**
     * Begins the work on an event.
     *
     * @param name of the work
     * @param parent where the event comes from in its trace
     * @param request identifies the request: where nobody has begun a trace for it, the trace has this id, so that a repeat
     *     of the event belongs to the same one
     */
    Span delivery(String name, Optional<TraceContext> parent, UUID request);

    /**
     * Begins work in a trace of its own.
     *
     * @param served the places that it is done for, which it is linked to
     */
    Span serving(String name, List<TraceContext> served);

    /** Runs what records a measurement, so that it can be led back to the place. */
    void measured(Optional<TraceContext> place, Runnable record);
}
