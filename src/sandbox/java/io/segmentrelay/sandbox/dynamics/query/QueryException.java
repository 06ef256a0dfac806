package io.segmentrelay.sandbox.dynamics.query;

import org.antlr.v4.runtime.Token;

/** A query that is refused; the message says where. */
public final class QueryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * At a place.
     *
     * @param line from 1
     * @param column from 0
     */
    QueryException(String problem, int line, int column) {
        super("%s at line %d, position %d".formatted(problem, line, column), null, false, false);
    }

    QueryException(String problem, Token at) {
        this(problem, at.getLine(), at.getCharPositionInLine());
    }
}
