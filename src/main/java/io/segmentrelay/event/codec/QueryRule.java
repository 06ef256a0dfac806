package io.segmentrelay.event.codec;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import io.segmentrelay.event.Wish;
import io.segmentrelay.query.QueryCheck;
import io.segmentrelay.query.QueryFinding;
import io.segmentrelay.query.QueryMode;

/** What is done about queries that look wrong. Nothing of the parser is loaded while they are not looked at. */
record QueryRule(QueryMode mode) {

    /** What looks wrong in the query of a segment that is asked for, where queries are looked at and it has one. */
    List<QueryFinding> findings(Wish wish) {
        return mode != QueryMode.OFF && wish instanceof Wish.NewSegment(var spec)
                ? spec.query()
                        .map(query -> QueryCheck.findings(query, spec.baseEntity()))
                        .orElse(List.of())
                : List.of();
    }

    /** Why a request with these is refused; empty where it is not. */
    Optional<String> refusal(List<QueryFinding> findings) {
        var wrong = findings.stream().filter(QueryFinding::certain).toList();
        return mode == QueryMode.REJECT && !wrong.isEmpty()
                ? Optional.of(wrong.stream()
                        .map(each -> "query, at position %d: %s. %s"
                                .formatted(each.position(), each.message(), each.suggestion()))
                        .collect(Collectors.joining("; ")))
                : Optional.empty();
    }
}
