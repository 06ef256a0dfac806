package io.segmentrelay.sandbox.dynamics.query;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.sandbox.dynamics.crm.Crm;
import io.segmentrelay.sandbox.dynamics.crm.Relationship;
import io.segmentrelay.sandbox.dynamics.crm.Row;
import io.segmentrelay.sandbox.dynamics.crm.Table;

/** What names mean at a place of a query, while it is compiled. */
final class Scope {

    private record Alias(int slot, Table table) {}

    /** A table, and how to come to its row. */
    record Place(Table table, Function<Binding, @Nullable Row> row) {}

    private final Crm crm;
    private final Table origin;
    private Table current;
    private final Map<String, Alias> aliases = new HashMap<>();
    private int slots;

    Scope(Crm crm, Table origin) {
        this.crm = crm;
        this.origin = origin;
        this.current = origin;
    }

    Crm crm() {
        return crm;
    }

    Table origin() {
        return origin;
    }

    Table current() {
        return current;
    }

    void move(Table to) {
        current = to;
    }

    /** Names the next related row. */
    int name(Token alias, Table table) {
        var slot = slots++;
        if (aliases.putIfAbsent(alias.getText(), new Alias(slot, table)) != null) {
            throw new QueryException("The alias '%s' is used twice".formatted(alias.getText()), alias);
        }
        return slot;
    }

    /** A related row that nobody names. */
    int nameless() {
        return slots++;
    }

    Relationship relationship(Token name) {
        return crm.relationship(name.getText())
                .orElseThrow(() -> new QueryException("There is no relationship '%s'".formatted(name.getText()), name));
    }

    /** Where a relationship leads to from a table. */
    Table other(Relationship relationship, Table from, Token at) {
        Optional<String> other = relationship.from().equals(from.name())
                ? Optional.of(relationship.to())
                : relationship.to().equals(from.name()) ? Optional.of(relationship.from()) : Optional.empty();
        return other.flatMap(crm::table)
                .orElseThrow(() -> new QueryException(
                        "The relationship '%s' has no end at '%s'".formatted(relationship.name(), from.name()), at));
    }

    /** What a property belongs to. */
    Place place(@Nullable Token qualifier) {
        if (qualifier == null) {
            return new Place(current, Binding::current);
        }
        var name = qualifier.getText();
        var alias = aliases.get(name);
        if (alias != null) {
            return new Place(alias.table(), binding -> binding.aliased(alias.slot()));
        }
        if (name.equals(current.name())) {
            return new Place(current, Binding::current);
        }
        if (name.equals(origin.name())) {
            return new Place(origin, Binding::origin);
        }
        throw new QueryException("There is no alias '%s'".formatted(name), qualifier);
    }
}
