package io.segmentrelay.trace;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A place in a trace, as it travels: what is told of it on headers, and all that a waiting request holds of it.
 *
 * @param traceparent version, trace, span and flags, 55 characters
 * @param tracestate what other tracing systems have to say; empty where there is nothing, at most {@value #MAX_STATE}
 *     characters
 * @see <a href="https://www.w3.org/TR/trace-context/">W3C Trace Context</a>
 */
public record TraceContext(String traceparent, String tracestate) {

    /** The header, the CloudEvents extension (without its prefix) and the field of {@link #traceparent}. */
    public static final String TRACEPARENT = "traceparent";

    /** The header and the CloudEvents extension (without its prefix) of {@link #tracestate}. */
    public static final String TRACESTATE = "tracestate";

    private static final int MAX_STATE = 512;

    private static final Pattern PARENT =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

    private static final Pattern STATE = Pattern.compile("[\\x20-\\x7E]{3," + MAX_STATE + "}");

    private static final int SAMPLED = 1;

    /** @throws IllegalArgumentException for a {@code traceparent} that is none */
    public TraceContext {
        if (!PARENT.matcher(traceparent).matches()) {
            throw new IllegalArgumentException("no traceparent");
        }
    }

    /**
     * What came from outside; nothing where the {@code traceparent} is none: a damaged one is of no use to anyone. A damaged
     * {@code tracestate} is left out.
     */
    public static Optional<TraceContext> of(Optional<String> traceparent, Optional<String> tracestate) {
        return traceparent
                .filter(parent -> PARENT.matcher(parent).matches())
                .map(parent -> new TraceContext(
                        parent,
                        tracestate
                                .filter(state -> STATE.matcher(state).matches() && state.indexOf('=') > 0)
                                .orElse("")));
    }

    /** The same place, with what other tracing systems say. */
    public TraceContext saying(Optional<String> state) {
        return of(Optional.of(traceparent), state).orElse(this);
    }

    /** The trace, 32 hexadecimal digits. */
    public String traceId() {
        return traceparent.substring(3, 35);
    }

    /** The span, 16 hexadecimal digits. */
    public String spanId() {
        return traceparent.substring(36, 52);
    }

    /** Whether its trace is kept. */
    public boolean isSampled() {
        return (Integer.parseInt(traceparent.substring(53), 16) & SAMPLED) != 0;
    }
}
