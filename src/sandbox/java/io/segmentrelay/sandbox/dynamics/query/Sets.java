package io.segmentrelay.sandbox.dynamics.query;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

import org.antlr.v4.runtime.Token;

import io.segmentrelay.query.SegmentQueryBaseVisitor;
import io.segmentrelay.query.SegmentQueryParser;
import io.segmentrelay.query.SegmentQueryParser.CalledContext;
import io.segmentrelay.query.SegmentQueryParser.GroupedContext;
import io.segmentrelay.query.SegmentQueryParser.InfixContext;
import io.segmentrelay.query.SegmentQueryParser.InteractionContext;
import io.segmentrelay.query.SegmentQueryParser.PathContext;
import io.segmentrelay.query.SegmentQueryParser.ProfileContext;
import io.segmentrelay.query.SegmentQueryParser.SegmentContext;
import io.segmentrelay.query.SegmentQueryParser.SetContext;
import io.segmentrelay.sandbox.dynamics.crm.Crm;
import io.segmentrelay.sandbox.dynamics.crm.Table;

/** Compiles sets of members, and what combines them: from left to right, no operator before another. */
final class Sets extends SegmentQueryBaseVisitor<Function<Evaluation, Set<UUID>>> {

    private final Crm crm;
    private final String baseEntity;
    private final Segments segments;

    /** @param segments those that may be named, as they are while the query is compiled */
    Sets(Crm crm, String baseEntity, Segments segments) {
        this.crm = crm;
        this.baseEntity = baseEntity;
        this.segments = segments;
    }

    @Override
    public Function<Evaluation, Set<UUID>> visitCalled(CalledContext context) {
        return combined(context.set(0), context.operator, context.set(1));
    }

    @Override
    public Function<Evaluation, Set<UUID>> visitInfix(InfixContext context) {
        return combined(context.set(0), context.operator, context.set(1));
    }

    @Override
    public Function<Evaluation, Set<UUID>> visitGrouped(GroupedContext context) {
        return visit(context.set());
    }

    @Override
    public Function<Evaluation, Set<UUID>> visitPath(PathContext context) {
        return switch (context.source()) {
            case ProfileContext profile -> {
                var table = table(profile.table);
                yield Paths.compile(context, new Scope(crm, table), profile.as, baseEntity, evaluation -> table.rows());
            }
            case InteractionContext interaction -> Interactions.compile(context, interaction, crm, baseEntity);
            case SegmentContext segment -> ofSegment(context, segment.name);
            default -> throw new IllegalStateException("a source of a kind of its own");
        };
    }

    private Function<Evaluation, Set<UUID>> ofSegment(PathContext context, Token token) {
        var name = Literals.text(token);
        var table = segments.find(name)
                .flatMap(segment -> crm.table(segment.table()))
                .orElseThrow(() -> new QueryException("There is no segment '%s'".formatted(name), token));
        if (context.step().isEmpty() && table.name().equals(baseEntity)) {
            return evaluation -> members(name, evaluation); // with those of its members that are no rows here
        }
        return Paths.compile(context, new Scope(crm, table), null, baseEntity, evaluation -> {
            var members = members(name, evaluation);
            return table.rows().stream()
                    .filter(row -> members.contains(row.id()))
                    .toList();
        });
    }

    private static Set<UUID> members(String name, Evaluation evaluation) {
        return evaluation
                .segments()
                .find(name)
                .map(segment -> (Set<UUID>) new LinkedHashSet<>(segment.members()))
                .orElseGet(LinkedHashSet::new);
    }

    private Table table(Token name) {
        return crm.table(name.getText())
                .orElseThrow(() -> new QueryException("There is no table '%s'".formatted(name.getText()), name));
    }

    private Function<Evaluation, Set<UUID>> combined(SetContext left, Token operator, SetContext right) {
        var a = visit(left);
        var b = visit(right);
        return evaluation -> {
            var members = a.apply(evaluation);
            var others = b.apply(evaluation);
            switch (operator.getType()) {
                case SegmentQueryParser.UNION -> members.addAll(others);
                case SegmentQueryParser.INTERSECT -> members.retainAll(others);
                default -> members.removeAll(others);
            }
            return members;
        };
    }
}
