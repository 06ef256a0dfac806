package io.segmentrelay.query;

import java.util.List;
import java.util.Optional;

import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.Token;

/** A query as tokens, each with its position. */
final class QueryTokens {

    private final String query;
    private final CommonTokenStream stream;
    private final List<Token> all;
    private final boolean isOfUnits;

    QueryTokens(String query) {
        this.query = query;
        this.stream = QuerySyntax.tokens(query);
        this.all = List.copyOf(stream.getTokens());
        this.isOfUnits = query.codePointCount(0, query.length()) == query.length();
    }

    /** The last one is the end of the query. */
    List<Token> all() {
        return all;
    }

    /** The type of a token; that of the end where there is none. */
    int type(int index) {
        return index < 0 || index >= all.size() ? Token.EOF : all.get(index).getType();
    }

    /** Whether a token is of this type. */
    boolean is(int index, int type) {
        return type(index) == type;
    }

    /** Whether there is a token of this type. */
    boolean has(int type) {
        return all.stream().anyMatch(token -> token.getType() == type);
    }

    /** Where the grammar does not go on. */
    Optional<QuerySyntax.Problem> problem() {
        return QuerySyntax.problem(stream);
    }

    QueryFinding certain(Token at, String message, String suggestion) {
        return new QueryFinding(position(at), message, suggestion, true);
    }

    QueryFinding uncertain(Token at, String message, String suggestion) {
        return new QueryFinding(position(at), message, suggestion, false);
    }

    /** ANTLR counts characters, of which those beyond the basic plane are two units. */
    private int position(Token token) {
        var start = Math.max(0, token.getStartIndex());
        return (isOfUnits ? start : query.offsetByCodePoints(0, start)) + 1;
    }
}
