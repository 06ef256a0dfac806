package io.segmentrelay.dynamics.limits;

/**
 * A part of the limits that a process has, or had: what others have used of it before, and what is reserved of it, theirs included.
 *
 * <p>Times are nanoseconds that never go back. Not thread-safe.
 */
final class HeldPart {

    /** Percent; for less nothing is given back. */
    private static final int TRIFLE = 10;

    private final long since;
    private final Reservation others;
    private double part;
    /** What stands there. */
    private Reservation written;
    /** What was asked for last, whether it stands there or not. */
    private Reservation asked;

    private long raisedAt;

    /** @param others what may be used of it by who had it before; {@code since} when it came */
    HeldPart(double part, Reservation others, long since) {
        this.part = part;
        this.others = others;
        this.since = since;
        written = others;
        asked = others;
        raisedAt = since;
    }

    /** Of all, 0 to 1. */
    double part() {
        return part;
    }

    void part(double changed) {
        part = changed;
    }

    /** It was away, and nobody else has reserved any of it: what is written is this. */
    void returned(Reservation found) {
        written = found;
        asked = found;
    }

    /** Percent that others may have used of the budget; after that time nothing of it counts any more. */
    int othersBudget(long now, long counts) {
        return now - since >= counts ? 0 : others.budget();
    }

    /** Percent that calls of others may be under way of; after that time none is. */
    int othersConcurrency(long now, long counts) {
        return now - since >= counts ? 0 : others.concurrency();
    }

    /** What may be used: no more than stands there, nor than was asked for last, which may stand there by now. */
    Reservation reserved() {
        return new Reservation(
                Math.min(written.budget(), asked.budget()), Math.min(written.concurrency(), asked.concurrency()));
    }

    /**
     * Asks for such a reservation.
     *
     * @param lowersAfter since it was raised last; and not for a trifle
     */
    Reservation ask(long now, Reservation wanted, boolean exactly, long lowersAfter) {
        var mayLower = exactly || now - raisedAt >= lowersAfter;
        var before = reserved();
        asked = new Reservation(
                changed(before.budget(), wanted.budget(), mayLower, exactly),
                changed(before.concurrency(), wanted.concurrency(), mayLower, exactly));
        if (asked.budget() > before.budget() || asked.concurrency() > before.concurrency()) {
            raisedAt = now;
        }
        return asked;
    }

    /** This stands there now. */
    void written(Reservation reservation) {
        written = reservation;
    }

    private static int changed(int from, int to, boolean mayLower, boolean exactly) {
        if (to >= from) {
            return to;
        }
        return mayLower && (exactly || from - to > TRIFLE) ? to : from;
    }
}
