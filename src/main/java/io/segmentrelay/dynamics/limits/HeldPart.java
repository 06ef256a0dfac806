package io.segmentrelay.dynamics.limits;

/**
 * A part of the limits that a process has, or had: what others have used of it before, and what is reserved of it, theirs included.
 *
 * <p>Times are nanoseconds that never go back. Not thread-safe.
 */
final class HeldPart {

    private final long since;
    private final Reservation others;
    private double part;
    private Reservation reserved;
    private Reservation asked;
    private long raisedAt;

    /** @param others what may be used of it by who had it before; {@code since} when it came */
    HeldPart(double part, Reservation others, long since) {
        this.part = part;
        this.others = others;
        this.since = since;
        reserved = others;
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
    void returned(Reservation written) {
        reserved = written;
        asked = written;
    }

    /** Percent that others may have used of the budget; after that time nothing of it counts any more. */
    int othersBudget(long now, long counts) {
        return now - since >= counts ? 0 : others.budget();
    }

    /** Percent that calls of others may be under way of; after that time none is. */
    int othersConcurrency(long now, long counts) {
        return now - since >= counts ? 0 : others.concurrency();
    }

    Reservation reserved() {
        return reserved;
    }

    /**
     * Asks for such a reservation.
     *
     * @param lowersAfter since it was raised last; and not for a trifle
     */
    Reservation ask(long now, Reservation wanted, boolean exactly, long lowersAfter) {
        var mayLower = exactly || now - raisedAt >= lowersAfter;
        asked = new Reservation(
                changed(reserved.budget(), wanted.budget(), mayLower, exactly),
                changed(reserved.concurrency(), wanted.concurrency(), mayLower, exactly));
        if (asked.budget() > reserved.budget() || asked.concurrency() > reserved.concurrency()) {
            raisedAt = now;
        }
        reserved = new Reservation(
                Math.min(asked.budget(), reserved.budget()), Math.min(asked.concurrency(), reserved.concurrency()));
        return asked;
    }

    /** It is written down; of an earlier one than was asked for last nobody should go by it. */
    void written(Reservation written) {
        if (written.equals(asked)) {
            reserved = written;
        }
    }

    private static int changed(int from, int to, boolean mayLower, boolean exactly) {
        if (to >= from) {
            return to;
        }
        return mayLower && (exactly || from - to > GroupShare.TRIFLE) ? to : from;
    }
}
