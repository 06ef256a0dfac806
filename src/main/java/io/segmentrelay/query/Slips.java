package io.segmentrelay.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.antlr.v4.runtime.Token;

/** What is written in the way of other languages: quotes, and the signs and words between conditions. */
final class Slips {

    private static final String QUOTE_SUGGESTION = "Write the text in single quotes, and an apostrophe within it twice";

    /** After these, a condition or a value has ended. */
    private static final Set<Integer> ENDS = Set.of(
            SegmentQueryLexer.STRING,
            SegmentQueryLexer.DOUBLE_QUOTED,
            SegmentQueryLexer.NUMBER,
            SegmentQueryLexer.IDENTIFIER,
            SegmentQueryLexer.TRUE,
            SegmentQueryLexer.FALSE);

    private Slips() {}

    static List<QueryFinding> of(QueryTokens tokens) {
        var found = new ArrayList<QueryFinding>();
        for (var i = 0; i < tokens.all().size() && found.size() < QueryCheck.MOST_FINDINGS; i++) {
            slip(tokens, i).ifPresent(found::add);
        }
        return found;
    }

    private static Optional<QueryFinding> slip(QueryTokens tokens, int index) {
        var token = tokens.all().get(index);
        return switch (token.getType()) {
            case SegmentQueryLexer.DOUBLE_QUOTED ->
                Optional.of(tokens.certain(token, "Double quotes are not taken around a text", QUOTE_SUGGESTION));
            case SegmentQueryLexer.UNENDED_STRING ->
                Optional.of(tokens.certain(
                        token,
                        "The text that begins here does not end",
                        "End it with a single quote; an apostrophe within a text is written twice"));
            case SegmentQueryLexer.SINGLE_EQUALS ->
                Optional.of(tokens.certain(token, "A single = does not compare", "Write == for 'is equal to'"));
            case SegmentQueryLexer.AND -> word(tokens, index, "AND", "&&");
            case SegmentQueryLexer.OR -> word(tokens, index, "OR", "||");
            case SegmentQueryLexer.UNEQUAL ->
                Optional.of(tokens.uncertain(token, "<> is no known operator", "Write != for 'is not equal to'"));
            case SegmentQueryLexer.SINGLE_AND ->
                Optional.of(tokens.uncertain(token, "A single & is no known operator", "Write && for 'and'"));
            case SegmentQueryLexer.SINGLE_OR ->
                Optional.of(tokens.uncertain(token, "A single | is no known operator", "Write || for 'or'"));
            case SegmentQueryLexer.OTHER -> Optional.of(other(tokens, token));
            default -> Optional.empty();
        };
    }

    /** Between two conditions; elsewhere it may be somebody's attribute. */
    private static Optional<QueryFinding> word(QueryTokens tokens, int index, String word, String sign) {
        var isBetween = (ENDS.contains(tokens.type(index - 1))
                        || tokens.is(index - 1, SegmentQueryLexer.CLOSE)
                        || tokens.is(index - 1, SegmentQueryLexer.CLOSE_LIST))
                && !tokens.is(index + 1, SegmentQueryLexer.DOT)
                && !tokens.is(index + 1, SegmentQueryLexer.CLOSE)
                && !tokens.is(index + 1, SegmentQueryLexer.COMMA);
        return isBetween
                ? Optional.of(tokens.certain(
                        tokens.all().get(index),
                        "Most organizations refuse the word %s between conditions".formatted(word),
                        "Write %s".formatted(sign)))
                : Optional.empty();
    }

    private static QueryFinding other(QueryTokens tokens, Token token) {
        return switch (token.getText()) {
            case "\"" -> tokens.certain(token, "Double quotes are not taken around a text", QUOTE_SUGGESTION);
            case "‘", "’", "‚", "“", "”", "„", "«", "»", "`", "´" ->
                tokens.uncertain(token, "Quotes of this kind are not known around a text", QUOTE_SUGGESTION);
            case "!" -> tokens.uncertain(token, "! is no known operator", "Write NOT(…) around the condition");
            default ->
                tokens.uncertain(
                        token,
                        "A character that is not known outside of a text",
                        "Leave it out, or write what belongs to a text in single quotes");
        };
    }
}
