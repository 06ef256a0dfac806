package io.segmentrelay.sandbox.dynamics.query;

import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;

import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.sandbox.dynamics.crm.Type;

/**
 * A compiled value.
 *
 * @param type of all its values that are not null
 * @param literal whether it is a string as it stands in the query
 */
record Expression(Type type, boolean literal, Function function) {

    /** A condition on one way through the graph. */
    @FunctionalInterface
    interface Condition {
        boolean test(Binding binding, Evaluation evaluation);
    }

    /** The value on one way through the graph. */
    @FunctionalInterface
    interface Function {
        @Nullable
        Object value(Binding binding, Evaluation evaluation);
    }

    static Expression of(Type type, Function function) {
        return new Expression(type, false, function);
    }

    static Expression constant(Type type, Object value) {
        return new Expression(type, false, (binding, evaluation) -> value);
    }

    @Nullable
    Object value(Binding binding, Evaluation evaluation) {
        return function.value(binding, evaluation);
    }

    double number(Binding binding, Evaluation evaluation) {
        return value(binding, evaluation) instanceof Double number ? number : Double.NaN;
    }

    /** This, where it is of this type; a string literal where a date is wanted is read as one. */
    Expression as(Type wanted, Token at) {
        if (type == wanted) {
            return this;
        }
        if (wanted == Type.DATE && literal) {
            return constant(Type.DATE, date(at));
        }
        throw new QueryException("A value of type %s is expected, not %s".formatted(wanted, type), at);
    }

    private static Instant date(Token at) {
        var text = Literals.text(at);
        try {
            return text.length() > "2020-01-01".length()
                    ? OffsetDateTime.parse(text).toInstant()
                    : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeParseException e) {
            throw new QueryException("'%s' is no date".formatted(text), at);
        }
    }
}
