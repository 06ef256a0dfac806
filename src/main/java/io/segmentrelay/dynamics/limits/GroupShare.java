package io.segmentrelay.dynamics.limits;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The part that a replica has of limits that it shares with the others of its group: its part of the group's partitions.
 *
 * <p>A part that shrinks counts at once. One that grows counts when what its last owner used of it cannot be in the window any
 * more: the part that counts is the least that was held during that time. Replicas hear of a move at different times; one that hears
 * of a loss late has no more than {@link #HEARING} for it. Then, in whatever order they hear, all together never use more than the
 * limit in any window.
 *
 * <p>Until it counts, a new part gives a trickle of calls, at an even pace, from a reserve that is kept free of all else: a replica that
 * takes over goes on, slowly, where it would stand still for a window. A pace cannot be used twice, however often a part moves
 * within a window.
 *
 * <p>The first part that a process has counts at once where it is all of them: then it is alone. What a process before it used, that
 * was alone as well, is not known here; the server's own answer (429) says so where it matters.
 */
final class GroupShare implements Share {

    /** A broker takes a replica's partitions away after its session of ten seconds, which the replica itself may hear late. */
    static final Duration HEARING = Duration.ofSeconds(15);

    /** What only trickles are from. */
    static final double RESERVE = 0.04;

    /** Of the reserve, what trickles use at most: each begins with a whole call. */
    static final double TRICKLE = 0.03;

    /** A part, from when it was heard of until the next. */
    private record Held(long from, double part) {}

    private final long window;
    private final long longestCall;
    private final Deque<Held> history = new ArrayDeque<>();

    /**
     * A process that has no part yet.
     *
     * @param window that limits are counted in
     * @param longestCall after which no call of a last owner is under way any more
     */
    GroupShare(Duration window, Duration longestCall) {
        this.window = window.plus(HEARING).toNanos();
        this.longestCall = longestCall.plus(HEARING).toNanos();
        history.add(new Held(Long.MIN_VALUE / 2, 0));
    }

    @Override
    public void heard(long now, double part) {
        var alone = part >= 1 && history.size() == 1 && history.getFirst().from() < 0;
        if (alone) {
            history.clear();
            history.add(new Held(Long.MIN_VALUE / 2, part));
        } else if (history.getLast().part() != part || history.size() == 1) {
            history.addLast(new Held(now, part));
        }
    }

    @Override
    public double budget(long now) {
        return (1 - RESERVE) * leastSince(now - window, now);
    }

    @Override
    public double concurrency(long now) {
        return leastSince(now - longestCall, now);
    }

    @Override
    public boolean mayCall(long now) {
        return history.getLast().part() > 0;
    }

    @Override
    public double trickle(long now) {
        return TRICKLE * (leastSince(now - HEARING.toNanos(), now) - leastSince(now - window, now));
    }

    private double leastSince(long since, long now) {
        while (history.size() > 1 && secondFrom() <= now - window) {
            history.removeFirst();
        }
        var least = history.getLast().part();
        for (var held = history.descendingIterator(); held.hasNext(); ) {
            var each = held.next();
            least = Math.min(least, each.part());
            if (each.from() <= since) {
                break;
            }
        }
        return least;
    }

    private long secondFrom() {
        var held = history.iterator();
        held.next();
        return held.next().from();
    }
}
