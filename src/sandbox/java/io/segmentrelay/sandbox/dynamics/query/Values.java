package io.segmentrelay.sandbox.dynamics.query;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.query.SegmentQueryBaseVisitor;
import io.segmentrelay.query.SegmentQueryParser.ArithmeticContext;
import io.segmentrelay.query.SegmentQueryParser.DateAddContext;
import io.segmentrelay.query.SegmentQueryParser.DateContext;
import io.segmentrelay.query.SegmentQueryParser.DateDiffContext;
import io.segmentrelay.query.SegmentQueryParser.GroupedValueContext;
import io.segmentrelay.query.SegmentQueryParser.NegativeContext;
import io.segmentrelay.query.SegmentQueryParser.NowContext;
import io.segmentrelay.query.SegmentQueryParser.NumberContext;
import io.segmentrelay.query.SegmentQueryParser.PropertyContext;
import io.segmentrelay.query.SegmentQueryParser.TextContext;
import io.segmentrelay.query.SegmentQueryParser.TruthContext;
import io.segmentrelay.query.SegmentQueryParser.ValueContext;
import io.segmentrelay.sandbox.dynamics.crm.Type;

/** Compiles values. A value that is made of null is null. */
final class Values extends SegmentQueryBaseVisitor<Expression> {

    private static final Map<String, ChronoUnit> PARTS = Map.of(
            "year", ChronoUnit.YEARS,
            "month", ChronoUnit.MONTHS,
            "day", ChronoUnit.DAYS,
            "hour", ChronoUnit.HOURS,
            "minute", ChronoUnit.MINUTES,
            "second", ChronoUnit.SECONDS,
            "millisecond", ChronoUnit.MILLIS);
    private static final int[] FIRST = {1, 1, 1, 0, 0, 0, 0};

    private final Scope scope;

    Values(Scope scope) {
        this.scope = scope;
    }

    /** Of this type. */
    Expression typed(Type type, ValueContext context) {
        return visit(context).as(type, context.getStart());
    }

    @Override
    public Expression visitArithmetic(ArithmeticContext context) {
        var left = typed(Type.NUMBER, context.value(0));
        var right = typed(Type.NUMBER, context.value(1));
        var operator = context.operator.getText().charAt(0);
        return number((binding, evaluation) -> {
            var a = left.number(binding, evaluation);
            var b = right.number(binding, evaluation);
            return switch (operator) {
                case '*' -> a * b;
                case '/' -> b == 0 ? Double.NaN : a / b;
                case '+' -> a + b;
                default -> a - b;
            };
        });
    }

    @Override
    public Expression visitNegative(NegativeContext context) {
        var value = typed(Type.NUMBER, context.value());
        return number((binding, evaluation) -> -value.number(binding, evaluation));
    }

    @Override
    public Expression visitGroupedValue(GroupedValueContext context) {
        var value = visit(context.value());
        return new Expression(value.type(), false, value.function());
    }

    /** Whole units from one date to the other. */
    @Override
    public Expression visitDateDiff(DateDiffContext context) {
        var unit = part(context.part);
        var from = typed(Type.DATE, context.from);
        var to = typed(Type.DATE, context.to);
        return number((binding, evaluation) -> {
            var a = utc(from.value(binding, evaluation));
            var b = utc(to.value(binding, evaluation));
            return a == null || b == null ? Double.NaN : unit.between(a, b);
        });
    }

    @Override
    public Expression visitDateAdd(DateAddContext context) {
        var unit = part(context.part);
        var number = typed(Type.NUMBER, context.number);
        var to = typed(Type.DATE, context.to);
        return Expression.of(Type.DATE, (binding, evaluation) -> {
            var date = utc(to.value(binding, evaluation));
            var n = number.number(binding, evaluation);
            return date == null || Double.isNaN(n) ? null : added(date, (long) n, unit);
        });
    }

    /** Null where the calendar ends before it. */
    private static @Nullable Instant added(LocalDateTime date, long n, ChronoUnit unit) {
        try {
            return date.plus(n, unit).toInstant(ZoneOffset.UTC);
        } catch (java.time.DateTimeException | ArithmeticException e) {
            return null;
        }
    }

    @Override
    public Expression visitDate(DateContext context) {
        var parts =
                context.value().stream().map(value -> typed(Type.NUMBER, value)).toList();
        if (parts.size() < 3 || parts.size() > FIRST.length) {
            throw new QueryException("DATE takes 3 to 7 numbers", context.getStart());
        }
        return Expression.of(Type.DATE, (binding, evaluation) -> date(parts, binding, evaluation));
    }

    private static @Nullable Instant date(List<Expression> parts, Binding binding, Evaluation evaluation) {
        var n = FIRST.clone();
        for (var i = 0; i < parts.size(); i++) {
            var part = parts.get(i).number(binding, evaluation);
            if (Double.isNaN(part)) {
                return null;
            }
            n[i] = (int) part;
        }
        try {
            return LocalDateTime.of(n[0], n[1], n[2], n[3], n[4], n[5], n[6] * 1_000_000)
                    .toInstant(ZoneOffset.UTC);
        } catch (java.time.DateTimeException e) {
            return null; // such as the 31st of February
        }
    }

    /** To the minute, as published. */
    @Override
    public Expression visitNow(NowContext context) {
        return Expression.of(
                Type.DATE, (binding, evaluation) -> evaluation.now().truncatedTo(ChronoUnit.MINUTES));
    }

    @Override
    public Expression visitText(TextContext context) {
        var text = Literals.text(context.getStart());
        return new Expression(Type.TEXT, true, (binding, evaluation) -> text);
    }

    @Override
    public Expression visitNumber(NumberContext context) {
        return Expression.constant(Type.NUMBER, Double.valueOf(context.getText()));
    }

    @Override
    public Expression visitTruth(TruthContext context) {
        return Expression.constant(Type.BOOLEAN, Boolean.valueOf(context.getText()));
    }

    @Override
    public Expression visitProperty(PropertyContext context) {
        var place = scope.place(context.of);
        var name = context.name.getText();
        var type = place.table()
                .attribute(name)
                .orElseThrow(() -> new QueryException(
                        "'%s' has no attribute '%s'".formatted(place.table().name(), name), context.name));
        return Expression.of(type, (binding, evaluation) -> {
            var row = place.row().apply(binding);
            return row == null ? null : row.get(name);
        });
    }

    private static Expression number(java.util.function.ToDoubleBiFunction<Binding, Evaluation> function) {
        return Expression.of(Type.NUMBER, (binding, evaluation) -> {
            var number = function.applyAsDouble(binding, evaluation);
            return Double.isNaN(number) ? null : (Double) number;
        });
    }

    private static @Nullable LocalDateTime utc(@Nullable Object date) {
        return date instanceof Instant instant ? LocalDateTime.ofInstant(instant, ZoneOffset.UTC) : null;
    }

    private static ChronoUnit part(Token name) {
        var unit = PARTS.get(name.getText().toLowerCase(Locale.ROOT));
        if (unit == null) {
            throw new QueryException("'%s' is no part of a date".formatted(name.getText()), name);
        }
        return unit;
    }
}
