package io.segmentrelay.event.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;

/** The limits within which JSON from outside is read: a parser without them can be made to use up stack or memory. */
public final class BoundedJson {

    /** Strings are bounded by the transports' size limit: a continuation may hold many members in one. */
    private static final int MAX_STRING = 200_000_000;

    private BoundedJson() {}

    /**
     * A factory within limits.
     *
     * @param maxDepth of objects and arrays in each other
     * @param maxName characters of a field's name
     * @param maxNumber characters of a number
     */
    public static JsonFactoryBuilder factory(int maxDepth, int maxName, int maxNumber) {
        var builder = new JsonFactoryBuilder();
        // Names from outside stay out of the JVM's table of interned strings.
        return builder.disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(maxDepth)
                        .maxStringLength(MAX_STRING)
                        .maxNameLength(maxName)
                        .maxNumberLength(maxNumber)
                        .build());
    }
}
