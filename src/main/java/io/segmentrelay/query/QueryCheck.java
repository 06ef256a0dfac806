package io.segmentrelay.query;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import org.antlr.v4.runtime.Token;

/**
 * Looks for what is wrong in a query before Dynamics does. The published grammar is older than the language, and organizations differ: so what is
 * not understood is at most a remark. Safe for many threads; it takes time and memory in proportion to the query, within bounds.
 */
public final class QueryCheck {

    /** More help nobody. */
    static final int MOST_FINDINGS = 10;

    /** Of a longer query only slips and brackets are looked at: the grammar looks ahead as far as it must. */
    private static final int LONGEST_PARSED = 20_000;

    private QueryCheck() {}

    /**
     * What looks wrong.
     *
     * @param query in the segment query language
     * @param baseEntity the table whose rows the segment is made of
     * @return in the order of their positions, at most {@value #MOST_FINDINGS}; empty where the query is as the grammar has it
     */
    public static List<QueryFinding> findings(String query, String baseEntity) {
        var tokens = new QueryTokens(query);
        var found = new ArrayList<>(Slips.of(tokens));
        var isWhole = !tokens.has(SegmentQueryLexer.UNENDED_STRING);
        var brackets = isWhole ? Brackets.of(tokens) : List.<QueryFinding>of();
        found.addAll(brackets);
        var isLong = query.length() > LONGEST_PARSED;
        var problem = isLong ? Optional.<QuerySyntax.Problem>empty() : tokens.problem();
        if (isWhole && brackets.isEmpty() && !isLong) {
            BaseEntities.of(tokens, baseEntity).stream()
                    .map(finding -> problem.isPresent() ? finding.uncertain() : finding)
                    .forEach(found::add);
        }
        if (found.isEmpty()) {
            problem.map(each -> notUnderstood(tokens, each.at())).ifPresent(found::add);
        }
        return found.stream()
                .map(finding -> isAmbiguous(query) ? finding.uncertain() : finding)
                .sorted(Comparator.comparingInt(QueryFinding::position))
                .limit(MOST_FINDINGS)
                .toList();
    }

    /** Whether a backslash escapes a quote is not published: where a text ends is not certain then. */
    private static boolean isAmbiguous(String query) {
        return query.contains("\\'");
    }

    private static QueryFinding notUnderstood(QueryTokens tokens, Token at) {
        if (at.getType() == Token.EOF) {
            return tokens.uncertain(at, "The query seems to end too early", "Write what is missing");
        }
        var index = at.getTokenIndex();
        if (tokens.is(index, SegmentQueryLexer.OPEN) && tokens.type(index - 1) == SegmentQueryLexer.IDENTIFIER) {
            return unknownCall(tokens, tokens.all().get(index - 1));
        }
        return at.getType() == SegmentQueryLexer.IDENTIFIER && tokens.is(index + 1, SegmentQueryLexer.OPEN)
                ? unknownCall(tokens, at)
                : tokens.uncertain(
                        at,
                        "From here on the query is not as the published grammar has it",
                        "Compare it with the grammar; leave it where your organization takes it");
    }

    private static QueryFinding unknownCall(QueryTokens tokens, Token name) {
        return tokens.is(name.getTokenIndex() - 1, SegmentQueryLexer.DOT)
                ? tokens.uncertain(
                        name,
                        "A step that is not known",
                        "Check its name: known are FILTER, TRAVERSE, RELATE, RELATEOPTIONAL, DISTINCT, HAVING and the operators of sets")
                : tokens.uncertain(
                        name,
                        "A function that is not known",
                        "Check its name; leave it where your organization knows it");
    }
}
