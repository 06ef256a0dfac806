package io.segmentrelay.sandbox.dynamics.query;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

import io.segmentrelay.query.SegmentQueryParser.FilterContext;
import io.segmentrelay.query.SegmentQueryParser.HavingContext;
import io.segmentrelay.query.SegmentQueryParser.InteractionContext;
import io.segmentrelay.query.SegmentQueryParser.PathContext;
import io.segmentrelay.sandbox.dynamics.crm.Crm;
import io.segmentrelay.sandbox.dynamics.crm.History;
import io.segmentrelay.sandbox.dynamics.query.Expression.Condition;

/**
 * Compiles interactions: who did, or was sent, something so many times. Without {@code HAVING}, once at any time is
 * enough; its window, where it has one, ends with the evaluation.
 */
final class Interactions {

    private static final Map<String, ChronoUnit> UNITS = Map.of(
            "minutes", ChronoUnit.MINUTES,
            "hours", ChronoUnit.HOURS,
            "days", ChronoUnit.DAYS,
            "weeks", ChronoUnit.WEEKS,
            "months", ChronoUnit.MONTHS,
            "years", ChronoUnit.YEARS);

    /** How often, and since when: a function of the time of evaluation. */
    private record Having(IntPredicate often, UnaryOperator<Instant> since) {
        static final Having EVER = new Having(count -> count > 0, now -> Instant.MIN);
    }

    private Interactions() {}

    static Function<Evaluation, Set<UUID>> compile(
            PathContext context, InteractionContext source, Crm crm, String baseEntity) {
        var history = crm.history(source.kind.getText())
                .orElseThrow(() -> new QueryException(
                        "There is no interaction '%s'".formatted(source.kind.getText()), source.kind));
        var person = source.person.getText();
        if (!history.isPerson(person)) {
            throw new QueryException("'%s' names nobody in '%s'".formatted(person, history.name()), source.person);
        }
        var people = crm.table(baseEntity)
                .filter(table -> history.concerns(table, person))
                .orElseThrow(() ->
                        new QueryException("The query does not select '%s'".formatted(baseEntity), context.getStart()));
        var scope = new Scope(crm, history.table());
        var filters = new ArrayList<Condition>();
        var having = Having.EVER;
        for (var step : context.step()) {
            switch (step) {
                case FilterContext filter -> filters.add(new Conditions(scope).visit(filter.condition()));
                case HavingContext count -> having = having(count);
                default -> throw new QueryException("Interactions are only filtered and counted", step.getStart());
            }
        }
        var how = having;
        return evaluation -> people.rows().stream()
                .filter(row -> how.often().test(count(history, row.id(), filters, how, evaluation)))
                .map(row -> row.id())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static int count(
            History history, UUID person, List<Condition> filters, Having having, Evaluation evaluation) {
        var since = having.since().apply(evaluation.now());
        return (int) history.of(person, evaluation.now()).stream()
                .filter(event -> event.at().compareTo(since) >= 0)
                .map(event -> Binding.at(event.row()))
                .filter(binding -> filters.stream().allMatch(filter -> filter.test(binding, evaluation)))
                .count();
    }

    private static Having having(HavingContext context) {
        if (!context.aggregate.getText().equalsIgnoreCase("count")) {
            throw new QueryException(
                    "'%s' is no way to count".formatted(context.aggregate.getText()), context.aggregate);
        }
        var number = Double.parseDouble(context.number.getText());
        var verdict = Conditions.verdict(context.operator.getText());
        IntPredicate often = count -> verdict.test(Double.compare(count, number));
        return new Having(often, since(context));
    }

    private static UnaryOperator<Instant> since(HavingContext context) {
        if (context.unit == null) {
            return Having.EVER.since();
        }
        var name = context.unit.getText().toLowerCase(Locale.ROOT);
        var unit = Optional.ofNullable(UNITS.get(name.startsWith("utc") ? name.substring(3) : name))
                .orElseThrow(() -> new QueryException("'%s' is no unit of time".formatted(name), context.unit));
        if (!context.span.getText().matches("[0-9]{1,6}")) {
            throw new QueryException("A whole number of at most 6 digits is expected", context.span);
        }
        var span = Integer.parseInt(context.span.getText());
        return now ->
                LocalDateTime.ofInstant(now, ZoneOffset.UTC).minus(span, unit).toInstant(ZoneOffset.UTC);
    }
}
