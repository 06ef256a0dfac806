package io.segmentrelay.sketch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Lists what is in a difference of two tables: takes an id out of a cell that holds it alone, and out of its other cells,
 * some of which then hold one alone, and so on. Bounded whatever the cells hold: no table lists more ids than it has cells.
 */
final class Peeling {

    /** What was listed; nothing of it is proven. */
    record Claim(List<UUID> added, List<UUID> removed) {}

    private final Cells cells;
    private final int[] stack;
    private final boolean[] onStack;
    private int waiting;

    private Peeling(Cells cells) {
        this.cells = cells;
        this.stack = new int[cells.number()];
        this.onStack = new boolean[cells.number()];
    }

    /**
     * Lists all; empty where something is left over.
     *
     * @param difference is used up
     */
    static Optional<Claim> of(Cells difference) {
        return new Peeling(difference).claim();
    }

    private Optional<Claim> claim() {
        var added = new ArrayList<UUID>();
        var removed = new ArrayList<UUID>();
        for (var cell = 0; cell < cells.number(); cell++) {
            push(cell);
        }
        while (waiting > 0) {
            var cell = stack[--waiting];
            onStack[cell] = false;
            var sign = cells.alone(cell);
            if (sign == 0) {
                continue;
            }
            if (added.size() + removed.size() == cells.number()) {
                return Optional.empty(); // goes round in circles, as only a forged one does
            }
            var high = cells.high(cell);
            var low = cells.low(cell);
            (sign > 0 ? added : removed).add(new UUID(high, low));
            cells.count(high, low, -sign);
            for (var other : cells.cells(high, low)) {
                push(other);
            }
        }
        return cells.areEmpty() ? Optional.of(new Claim(added, removed)) : Optional.empty();
    }

    private void push(int cell) {
        if (!onStack[cell]) {
            onStack[cell] = true;
            stack[waiting++] = cell;
        }
    }
}
