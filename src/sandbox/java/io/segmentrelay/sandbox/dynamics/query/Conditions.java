package io.segmentrelay.sandbox.dynamics.query;

import java.util.function.BiPredicate;
import java.util.function.IntPredicate;

import io.segmentrelay.query.SegmentQueryBaseVisitor;
import io.segmentrelay.query.SegmentQueryParser;
import io.segmentrelay.query.SegmentQueryParser.AmongContext;
import io.segmentrelay.query.SegmentQueryParser.AndContext;
import io.segmentrelay.query.SegmentQueryParser.ComparisonContext;
import io.segmentrelay.query.SegmentQueryParser.GroupedConditionContext;
import io.segmentrelay.query.SegmentQueryParser.NotContext;
import io.segmentrelay.query.SegmentQueryParser.NullnessContext;
import io.segmentrelay.query.SegmentQueryParser.OrContext;
import io.segmentrelay.query.SegmentQueryParser.TextualContext;
import io.segmentrelay.query.SegmentQueryParser.ValueContext;
import io.segmentrelay.sandbox.dynamics.crm.Type;
import io.segmentrelay.sandbox.dynamics.query.Expression.Condition;

/**
 * Compiles conditions. A comparison with null is false, whatever the operator; {@code NOT} of it is true. Texts are
 * compared letter by letter, case included.
 */
final class Conditions extends SegmentQueryBaseVisitor<Condition> {

    private final Values values;

    Conditions(Scope scope) {
        values = new Values(scope);
    }

    @Override
    public Condition visitNot(NotContext context) {
        var inner = visit(context.condition());
        return (binding, evaluation) -> !inner.test(binding, evaluation);
    }

    @Override
    public Condition visitAnd(AndContext context) {
        var left = visit(context.condition(0));
        var right = visit(context.condition(1));
        return (binding, evaluation) -> left.test(binding, evaluation) && right.test(binding, evaluation);
    }

    @Override
    public Condition visitOr(OrContext context) {
        var left = visit(context.condition(0));
        var right = visit(context.condition(1));
        return (binding, evaluation) -> left.test(binding, evaluation) || right.test(binding, evaluation);
    }

    @Override
    public Condition visitGroupedCondition(GroupedConditionContext context) {
        return visit(context.condition());
    }

    @Override
    public Condition visitNullness(NullnessContext context) {
        var value = values.visit(context.value());
        var wanted = context.kind.getType() == SegmentQueryParser.ISNULL;
        return (binding, evaluation) -> (value.value(binding, evaluation) == null) == wanted;
    }

    @Override
    public Condition visitComparison(ComparisonContext context) {
        return comparison(context.left, verdict(context.operator.getText()), context.right);
    }

    /** Whether it equals one of the list, each compared as by {@code ==}. */
    @Override
    public Condition visitAmong(AmongContext context) {
        var equal = verdict("==");
        var all = context.list.stream()
                .map(value -> comparison(context.needle, equal, value))
                .toList();
        return (binding, evaluation) -> all.stream().anyMatch(one -> one.test(binding, evaluation));
    }

    private Condition comparison(ValueContext leftValue, IntPredicate verdict, ValueContext rightValue) {
        var left = values.visit(leftValue);
        var right = values.visit(rightValue);
        if (left.type() == Type.DATE) {
            right = right.as(Type.DATE, rightValue.getStart());
        } else {
            left = left.as(right.type(), leftValue.getStart());
        }
        var a = left;
        var b = right;
        return (binding, evaluation) -> {
            var x = a.value(binding, evaluation);
            var y = b.value(binding, evaluation);
            return x != null && y != null && verdict.test(compare(x, y));
        };
    }

    @Override
    public Condition visitTextual(TextualContext context) {
        var left = values.typed(Type.TEXT, context.left);
        var right = values.typed(Type.TEXT, context.right);
        BiPredicate<String, String> test =
                switch (context.operator.getType()) {
                    case SegmentQueryParser.CONTAINS -> String::contains;
                    case SegmentQueryParser.STARTSWITH -> String::startsWith;
                    default -> String::endsWith;
                };
        return (binding, evaluation) -> left.value(binding, evaluation) instanceof String x
                && right.value(binding, evaluation) instanceof String y
                && test.test(x, y);
    }

    /** What the order of two values says about a comparison. */
    static IntPredicate verdict(String operator) {
        return switch (operator) {
            case "==" -> order -> order == 0;
            case "!=" -> order -> order != 0;
            case ">" -> order -> order > 0;
            case ">=" -> order -> order >= 0;
            case "<" -> order -> order < 0;
            default -> order -> order <= 0;
        };
    }

    /** Of the same type, as compilation has made sure. */
    @SuppressWarnings("unchecked")
    private static int compare(Object x, Object y) {
        return ((Comparable<Object>) x).compareTo(y);
    }
}
