package io.segmentrelay.sandbox.dynamics.query;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.query.SegmentQueryParser;
import io.segmentrelay.query.SegmentQueryParser.FilterContext;
import io.segmentrelay.query.SegmentQueryParser.HavingContext;
import io.segmentrelay.query.SegmentQueryParser.PathContext;
import io.segmentrelay.query.SegmentQueryParser.RelateContext;
import io.segmentrelay.query.SegmentQueryParser.RelatedContext;
import io.segmentrelay.query.SegmentQueryParser.TraverseContext;
import io.segmentrelay.sandbox.dynamics.crm.Relationship;
import io.segmentrelay.sandbox.dynamics.crm.Row;
import io.segmentrelay.sandbox.dynamics.crm.Table;

/**
 * Compiles a path: where it begins and its steps. Its members are the rows that it ends at, where those are of the
 * segment's base entity, else those that it began at: both ways of writing are published.
 */
final class Paths {

    /** A step of a path. */
    @FunctionalInterface
    private interface Step {
        void go(Binding from, Evaluation evaluation, Consumer<Binding> to);
    }

    private final Scope scope;
    private final List<Step> steps = new ArrayList<>();

    private Paths(Scope scope) {
        this.scope = scope;
    }

    /**
     * Of profiles or of another segment.
     *
     * @param as the alias of the row that the path begins at; null for none
     * @param start the rows of the scope's origin that the path begins at
     */
    static Function<Evaluation, Set<UUID>> compile(
            PathContext context,
            Scope scope,
            @Nullable Token as,
            String baseEntity,
            Function<Evaluation, List<Row>> start) {
        var paths = new Paths(scope);
        paths.named(as);
        context.step().forEach(step -> {
            switch (step) {
                case FilterContext filter -> paths.filter(filter.condition());
                case TraverseContext traverse -> paths.traverse(traverse);
                case RelateContext relate -> paths.related(relate.related());
                case HavingContext having ->
                    throw new QueryException("Only interactions are counted", having.getStart());
                default -> {} // DISTINCT: a set of members is distinct
            }
        });
        return paths.members(context, baseEntity, start);
    }

    private Function<Evaluation, Set<UUID>> members(
            PathContext context, String baseEntity, Function<Evaluation, List<Row>> start) {
        Function<Binding, Row> end;
        if (scope.current().name().equals(baseEntity)) {
            end = Binding::current;
        } else if (scope.origin().name().equals(baseEntity)) {
            end = Binding::origin;
        } else {
            throw new QueryException("The query does not select '%s'".formatted(baseEntity), context.getStart());
        }
        var all = List.copyOf(steps);
        return evaluation -> start.apply(evaluation).stream()
                .flatMap(row -> walk(all, row, evaluation).stream())
                .map(binding -> end.apply(binding).id())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static List<Binding> walk(List<Step> steps, Row row, Evaluation evaluation) {
        var here = List.of(Binding.at(row));
        for (var step : steps) {
            var next = new ArrayList<Binding>();
            here.forEach(binding -> step.go(binding, evaluation, next::add));
            if (next.isEmpty()) {
                return next;
            }
            here = next;
        }
        return here;
    }

    /** Gives the row that the path is at an alias, where there is one. */
    private void named(@Nullable Token as) {
        if (as != null) {
            scope.name(as, scope.current());
            steps.add((from, evaluation, to) -> to.accept(from.with(from.current())));
        }
    }

    private void filter(SegmentQueryParser.ConditionContext context) {
        var condition = new Conditions(scope).visit(context);
        steps.add((from, evaluation, to) -> {
            if (condition.test(from, evaluation)) {
                to.accept(from);
            }
        });
    }

    private void traverse(TraverseContext context) {
        var relationship = scope.relationship(context.relationship);
        var from = scope.current();
        scope.move(scope.other(relationship, from, context.relationship));
        steps.add((binding, evaluation, to) -> evaluation
                .crm()
                .related(relationship, from.name(), binding.current())
                .forEach(row -> to.accept(binding.moved(row))));
        named(context.as);
        if (context.condition() != null) {
            filter(context.condition());
        }
    }

    private void related(RelatedContext context) {
        relate(context, scope.current(), Binding::current);
    }

    private void relate(RelatedContext context, Table from, Function<Binding, @Nullable Row> row) {
        var relationship = scope.relationship(context.relationship);
        var other = scope.other(relationship, from, context.relationship);
        var slot = context.alias() == null ? scope.nameless() : scope.name(context.alias().name, other);
        steps.add(join(relationship, from, row, context.kind.getType() == SegmentQueryParser.RELATEOPTIONAL));
        if (context.related() != null) {
            relate(context.related(), other, binding -> binding.aliased(slot));
        }
    }

    private static Step join(
            Relationship relationship, Table from, Function<Binding, @Nullable Row> row, boolean optional) {
        return (binding, evaluation, to) -> {
            var at = row.apply(binding);
            var found = at == null ? List.<Row>of() : evaluation.crm().related(relationship, from.name(), at);
            if (found.isEmpty() && optional) {
                to.accept(binding.with(null));
            }
            found.forEach(other -> to.accept(binding.with(other)));
        };
    }
}
