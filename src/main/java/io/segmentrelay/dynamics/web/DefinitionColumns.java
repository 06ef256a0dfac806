package io.segmentrelay.dynamics.web;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

import io.segmentrelay.dynamics.DynamicsException;

/** Which columns of a definition are asked for: older versions of the vendor's solution do not have all of them. */
enum DefinitionColumns {
    /** The status, and of the computation its status and its end. */
    ALL(SegmentRows.STATUS + "," + SegmentRows.COMPUTATION + "," + SegmentRows.COMPUTED_AT),
    /** The status, and the computation's. */
    COMPUTATION(SegmentRows.STATUS + "," + SegmentRows.COMPUTATION),
    /** The status alone. */
    STATUS(SegmentRows.STATUS);

    private static final Set<String> MALFORMED = Set.of("0x80060888", "0x0");

    private final String select;

    DefinitionColumns(String select) {
        this.select = select;
    }

    /** For {@code $select}. */
    String select() {
        return select;
    }

    /**
     * What to ask for where the server has just said that it has not all of these; empty where what it said is about
     * something else. It names the first that it does not have, whatever the language of the sentence; its code is that of a
     * malformed query, which older versions gave none of its own.
     *
     * @see <a href="https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/select-columns">Select columns</a>
     */
    Optional<DefinitionColumns> without(DynamicsException.Answer refusal) {
        var isMalformed = refusal.status() == 400
                && refusal.code().map(MALFORMED::contains).orElse(true);
        var message = refusal.message().orElse("");
        return isMalformed
                ? Arrays.stream(values())
                        .filter(fewer -> fewer.compareTo(this) > 0)
                        .filter(fewer -> names(message, this) && !names(message, fewer))
                        .findFirst()
                : Optional.empty();
    }

    /** Of those that not every server has. */
    private static boolean names(String message, DefinitionColumns columns) {
        return Arrays.stream(columns.select.split(","))
                .filter(column -> !column.equals(SegmentRows.STATUS))
                .anyMatch(message::contains);
    }
}
