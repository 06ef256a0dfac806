package io.segmentrelay.sandbox.dynamics.query;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.query.QuerySyntax;
import io.segmentrelay.query.SegmentQueryParser;
import io.segmentrelay.sandbox.dynamics.crm.Crm;

/** Compiles queries, each once, and evaluates them: those that are made of nothing that changes, once too. */
public final class Queries {

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
        var parsed =
                switch (QuerySyntax.parse(text)) {
                    case QuerySyntax.Parsed.Good good -> good;
                    case QuerySyntax.Parsed.Bad(var problem) ->
                        throw new QueryException(problem.text(), problem.line(), problem.column());
                };
        var members = new Sets(crm, baseEntity, segments).visit(parsed.set());
        var types = parsed.tokens().stream().map(Token::getType).toList();
        var ofSegments = types.contains(SegmentQueryParser.SEGMENT);
        var ofTime =
                types.contains(SegmentQueryParser.DATETIMEUTCNOW) || types.contains(SegmentQueryParser.INTERACTION);
        var query = new Query(members, !ofSegments && !ofTime);
        if (!ofSegments) { // the segments that it names may be gone tomorrow
            compiled.put(key, query);
        }
        return query;
    }
}
