package io.segmentrelay.query;

import java.util.List;
import java.util.Optional;

import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.query.SegmentQueryParser.SetContext;

/** Reads queries by the grammar. Safe for many threads. */
public final class QuerySyntax {

    /** More is not asked for by any query that a person or a designer writes, and would be deep for the stack. */
    private static final int MAX_DEPTH = 200;

    private QuerySyntax() {}

    /** What came of reading a query. */
    public sealed interface Parsed {

        /**
         * It is one.
         *
         * @param tokens all of them, the end of the query included
         */
        record Good(SetContext set, List<Token> tokens) implements Parsed {}

        /** It is none. */
        record Bad(Problem problem) implements Parsed {}
    }

    /**
     * Where the grammar and the query part.
     *
     * @param text what is wrong; it repeats what stands there
     * @param at the token that does not fit
     */
    public record Problem(String text, Token at) {

        /** From 1. */
        public int line() {
            return at.getLine();
        }

        /** From 0. */
        public int column() {
            return at.getCharPositionInLine();
        }
    }

    /** Reads a query, and stops at its first mistake. */
    public static Parsed parse(String text) {
        var stream = tokens(text);
        var problem = badToken(stream.getTokens()).or(() -> tooDeep(stream.getTokens()));
        if (problem.isPresent()) {
            return new Parsed.Bad(problem.get());
        }
        try {
            return new Parsed.Good(parser(stream).query().set(), List.copyOf(stream.getTokens()));
        } catch (Mistake mistake) {
            return new Parsed.Bad(mistake.problem);
        }
    }

    /** The tokens of any text. */
    static CommonTokenStream tokens(String text) {
        var lexer = new SegmentQueryLexer(CharStreams.fromString(text));
        lexer.removeErrorListeners();
        var tokens = new CommonTokenStream(lexer);
        tokens.fill();
        return tokens;
    }

    /** The first mistake of tokens, without a tree: it would be as deep as the query is long. */
    static Optional<Problem> problem(CommonTokenStream tokens) {
        var problem = tooDeep(tokens.getTokens());
        if (problem.isPresent()) {
            return problem;
        }
        var parser = parser(tokens);
        parser.setBuildParseTree(false);
        try {
            parser.query();
            return Optional.empty();
        } catch (Mistake mistake) {
            return Optional.of(mistake.problem);
        }
    }

    private static SegmentQueryParser parser(CommonTokenStream tokens) {
        var parser = new SegmentQueryParser(tokens);
        parser.setInterpreter(Learned.interpreter(parser));
        parser.removeErrorListeners();
        parser.addErrorListener(new StopAtOnce());
        return parser;
    }

    private static Optional<Problem> badToken(List<Token> tokens) {
        return tokens.stream()
                .filter(token -> token.getType() >= SegmentQueryLexer.UNENDED_STRING)
                .findFirst()
                .map(token -> new Problem(
                        token.getType() == SegmentQueryLexer.UNENDED_STRING
                                ? "A string that does not end"
                                : "Invalid character '%s'"
                                        .formatted(Character.toString(
                                                token.getText().codePointAt(0))),
                        token));
    }

    /** By brackets, and by signs before a value, which nest as well. */
    private static Optional<Problem> tooDeep(List<Token> tokens) {
        var depth = 0;
        var signs = 0;
        for (var token : tokens) {
            var type = token.getType();
            depth += type == SegmentQueryLexer.OPEN ? 1 : type == SegmentQueryLexer.CLOSE ? -1 : 0;
            signs = type == SegmentQueryLexer.DASH ? signs + 1 : 0;
            if (depth + signs > MAX_DEPTH) {
                return Optional.of(new Problem("The query is nested too deeply", token));
            }
        }
        return Optional.empty();
    }

    private static final class StopAtOnce extends BaseErrorListener {
        @Override
        public void syntaxError(
                Recognizer<?, ?> recognizer,
                @Nullable Object offendingSymbol,
                int line,
                int column,
                String message,
                @Nullable RecognitionException e) {
            if (offendingSymbol instanceof Token token) {
                throw new Mistake(new Problem(
                        token.getType() == Token.EOF
                                ? "Unexpected end of the query"
                                : "Unexpected '%s'".formatted(token.getText()),
                        token));
            }
            throw new IllegalStateException(message); // a lexer's, which takes any text
        }
    }

    private static final class Mistake extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Problem problem;

        Mistake(Problem problem) {
            super(problem.text(), null, false, false);
            this.problem = problem;
        }
    }
}
