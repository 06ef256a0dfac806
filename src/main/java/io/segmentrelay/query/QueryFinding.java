package io.segmentrelay.query;

/**
 * Something in a query that looks wrong. It repeats nothing of the query: that may hold personal data.
 *
 * @param position of its first character in the query, from 1, in UTF-16 units, as Java, JavaScript and .NET count them
 * @param message what it is, in one sentence
 * @param suggestion what to write instead, in one sentence
 * @param certain whether all that is published of the language speaks against it; else it may well be right, as organizations differ, and
 *     newer versions know more than the published grammar
 */
public record QueryFinding(int position, String message, String suggestion, boolean certain) {

    QueryFinding uncertain() {
        return new QueryFinding(position, message, suggestion, false);
    }
}
