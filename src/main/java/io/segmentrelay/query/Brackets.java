package io.segmentrelay.query;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

/** Whether each bracket has its other half. */
final class Brackets {

    private Brackets() {}

    static List<QueryFinding> of(QueryTokens tokens) {
        var found = new ArrayList<QueryFinding>();
        var open = new ArrayDeque<Token>();
        for (var token : tokens.all()) {
            switch (token.getType()) {
                case SegmentQueryLexer.OPEN, SegmentQueryLexer.OPEN_LIST -> open.push(token);
                case SegmentQueryLexer.CLOSE, SegmentQueryLexer.CLOSE_LIST ->
                    misfit(tokens, token, open.poll()).ifPresent(found::add);
                default -> {}
            }
            if (found.size() == QueryCheck.MOST_FINDINGS) {
                return found;
            }
        }
        Stream.generate(open::pollLast)
                .takeWhile(Objects::nonNull)
                .limit(QueryCheck.MOST_FINDINGS)
                .map(token -> tokens.certain(
                        token, "This bracket is not closed", "Close it with %s".formatted(closing(token))))
                .forEach(found::add);
        return found;
    }

    private static Optional<QueryFinding> misfit(QueryTokens tokens, Token close, @Nullable Token open) {
        if (open == null) {
            return Optional.of(
                    tokens.certain(close, "This bracket closes none", "Leave it out, or open one before it"));
        }
        return close.getText().equals(closing(open))
                ? Optional.empty()
                : Optional.of(tokens.certain(
                        close,
                        "This bracket is of another kind than the one that it closes",
                        "Write %s here".formatted(closing(open))));
    }

    private static String closing(Token open) {
        return open.getType() == SegmentQueryLexer.OPEN ? ")" : "]";
    }
}
