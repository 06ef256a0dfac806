package io.segmentrelay.sandbox.dynamics.query;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.LexerNoViableAltException;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.sandbox.dynamics.crm.Crm;

/** Compiles queries, each once, and evaluates them: those that are made of nothing that changes, once too. */
public final class Queries {

    /** More is not asked for by any query that a person or a designer writes, and would be deep for the stack. */
    private static final int MAX_DEPTH = 200;

    private record Key(String text, String baseEntity) {}

    /** A query that was compiled. */
    public final class Query {
        private final Function<Evaluation, Set<UUID>> members;
        private final boolean constant;
        private @Nullable List<UUID> known;

        private Query(Function<Evaluation, Set<UUID>> members, boolean constant) {
            this.members = members;
            this.constant = constant;
        }

        /**
         * The members at a time, each once.
         *
         * @param segments as they are then
         */
        public synchronized List<UUID> members(Instant now, Segments segments) {
            if (known != null) {
                return known;
            }
            var found = List.copyOf(members.apply(new Evaluation(crm, now, segments)));
            if (constant) {
                known = found;
            }
            return found;
        }
    }

    private final Crm crm;
    private final Map<Key, Query> compiled = new ConcurrentHashMap<>();

    public Queries(Crm crm) {
        this.crm = crm;
    }

    /**
     * Checks and compiles.
     *
     * @param baseEntity what the members are
     * @param segments those that the query may name
     * @throws QueryException where the query is wrong
     */
    public Query compile(String text, String baseEntity, Segments segments) {
        var key = new Key(text, baseEntity);
        var known = compiled.get(key);
        if (known != null) {
            return known;
        }
        var tokens = tokens(text);
        var parser = new SegmentQueryParser(tokens);
        parser.removeErrorListeners();
        parser.addErrorListener(new Refuse());
        var tree = parser.query().set();
        var members = new Sets(crm, baseEntity, segments).visit(tree);
        var types = tokens.getTokens().stream().map(Token::getType).toList();
        var ofSegments = types.contains(SegmentQueryParser.SEGMENT);
        var ofTime =
                types.contains(SegmentQueryParser.DATETIMEUTCNOW) || types.contains(SegmentQueryParser.INTERACTION);
        var query = new Query(members, !ofSegments && !ofTime);
        if (!ofSegments) { // the segments that it names may be gone tomorrow
            compiled.put(key, query);
        }
        return query;
    }

    private static CommonTokenStream tokens(String text) {
        var lexer = new SegmentQueryLexer(CharStreams.fromString(text));
        lexer.removeErrorListeners();
        lexer.addErrorListener(new Refuse());
        var tokens = new CommonTokenStream(lexer);
        tokens.fill();
        var depth = 0;
        for (var token : tokens.getTokens()) {
            depth += token.getText().equals("(") ? 1 : token.getText().equals(")") ? -1 : 0;
            if (depth > MAX_DEPTH) {
                throw new QueryException("The query is nested too deeply", token);
            }
        }
        return tokens;
    }

    /** The first error ends it. */
    private static final class Refuse extends BaseErrorListener {
        @Override
        public void syntaxError(
                Recognizer<?, ?> recognizer,
                @Nullable Object offendingSymbol,
                int line,
                int column,
                String message,
                @Nullable RecognitionException e) {
            throw new QueryException(problem(offendingSymbol, message, e), line, column);
        }

        private static String problem(@Nullable Object symbol, String message, @Nullable RecognitionException e) {
            if (e instanceof LexerNoViableAltException lexical) {
                var at = lexical.getStartIndex();
                return Optional.of(lexical.getInputStream())
                        .filter(input -> at < input.size())
                        .map(input -> input.getText(org.antlr.v4.runtime.misc.Interval.of(at, at)))
                        .map(character -> character.equals("'")
                                ? "A string that does not end"
                                : "Invalid character '%s'".formatted(character))
                        .orElse(message);
            }
            return symbol instanceof Token token
                    ? token.getType() == Token.EOF
                            ? "Unexpected end of the query"
                            : "Unexpected '%s'".formatted(token.getText())
                    : message;
        }
    }
}
