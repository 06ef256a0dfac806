package io.segmentrelay.dynamics;

import java.util.Optional;

/** Which columns of a definition are asked for: older versions of the vendor's solution do not have all of them. */
enum Columns {
    /** The status, and of the computation its status and its end. */
    ALL(States.STATUS + "," + States.COMPUTATION + "," + States.COMPUTED_AT),
    /** The status, and the computation's. */
    COMPUTATION(States.STATUS + "," + States.COMPUTATION),
    /** The status alone. */
    STATUS(States.STATUS);

    private final String select;

    Columns(String select) {
        this.select = select;
    }

    /** For {@code $select}. */
    String select() {
        return select;
    }

    /** What to ask for where these are too many. */
    Optional<Columns> fewer() {
        return switch (this) {
            case ALL -> Optional.of(COMPUTATION);
            case COMPUTATION -> Optional.of(STATUS);
            case STATUS -> Optional.empty();
        };
    }
}
