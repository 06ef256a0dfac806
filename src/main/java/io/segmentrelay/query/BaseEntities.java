package io.segmentrelay.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Whether the profiles are of the segment's base entity. A path that goes to another table may select the rows that it ends at, or those
 * that it began at: both ways of writing are published, so its profile tells nothing.
 */
final class BaseEntities {

    private static final Set<Integer> OPERATORS = Set.of(
            SegmentQueryLexer.UNION, SegmentQueryLexer.INTERSECT, SegmentQueryLexer.EXCEPT, SegmentQueryLexer.MINUS);

    private BaseEntities() {}

    /** Of a query whose brackets are all closed. */
    static List<QueryFinding> of(QueryTokens tokens, String baseEntity) {
        var found = new ArrayList<QueryFinding>();
        for (var i = 0; i < tokens.all().size() && found.size() < QueryCheck.MOST_FINDINGS; i++) {
            if (tokens.type(i) == SegmentQueryLexer.PROFILE
                    && tokens.is(i + 1, SegmentQueryLexer.OPEN)
                    && tokens.type(i + 2) == SegmentQueryLexer.IDENTIFIER) {
                var table = tokens.all().get(i + 2);
                if (!table.getText().equalsIgnoreCase(baseEntity) && staysAtItsTable(tokens, i + 1)) {
                    found.add(tokens.certain(
                            table,
                            "The segment's base entity is another table",
                            "Name the base entity here, or set baseEntity to this table"));
                }
            }
        }
        return found;
    }

    /** To the end of the path: an operator between sets, or the bracket that the path is in. */
    private static boolean staysAtItsTable(QueryTokens tokens, int from) {
        var depth = 0;
        for (var i = from; i < tokens.all().size(); i++) {
            depth += tokens.is(i, SegmentQueryLexer.OPEN) ? 1 : tokens.is(i, SegmentQueryLexer.CLOSE) ? -1 : 0;
            if (depth < 0 || (depth == 0 && OPERATORS.contains(tokens.type(i)))) {
                return true;
            }
            if (depth == 0 && tokens.type(i) == SegmentQueryLexer.TRAVERSE) {
                return false;
            }
        }
        return true;
    }
}
