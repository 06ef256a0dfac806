package io.segmentrelay.sandbox.dynamics.query;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.segmentrelay.sandbox.dynamics.crm.Row;

/** One way through the graph: where it began, where it is, and what was related on the way. */
final class Binding {

    private static final @Nullable Row[] NONE = {};

    private final Row origin;
    private final Row current;
    private final @Nullable Row[] aliased;

    private Binding(Row origin, Row current, @Nullable Row[] aliased) {
        this.origin = origin;
        this.current = current;
        this.aliased = aliased;
    }

    static Binding at(Row row) {
        return new Binding(row, row, NONE);
    }

    Row origin() {
        return origin;
    }

    Row current() {
        return current;
    }

    /** What an alias stands for; null where nothing was related. */
    @Nullable
    Row aliased(int slot) {
        return aliased[slot];
    }

    Binding moved(Row to) {
        return new Binding(origin, to, aliased);
    }

    /** With the next alias. */
    Binding with(@Nullable Row related) {
        var more = Arrays.copyOf(aliased, aliased.length + 1);
        more[aliased.length] = related;
        return new Binding(origin, current, more);
    }
}
