package io.segmentrelay.dynamics.limits;

import java.time.Duration;

import io.segmentrelay.time.Durations;

/**
 * The part that a replica has of limits that it shares with the others of its group: its part of the group's partitions.
 *
 * <p>A part that shrinks counts at once. One that grows counts when what its last owner used of it cannot be in the window any
 * more; what was lost for a moment counts as before, as when the broker was away. Replicas hear of a move at different times; one that hears
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

    private final SettledPart budget;
    private final SettledPart concurrency;
    /** What others have heard of as well. */
    private final SettledPart known;

    private boolean told;

    /**
     * A process that has no part yet.
     *
     * @param window that limits are counted in, longer than {@link #HEARING}
     * @param longestCall after which no call of a last owner is under way any more
     */
    GroupShare(Duration window, Duration longestCall) {
        budget = new SettledPart(window.plus(HEARING), window.minus(HEARING));
        concurrency =
                new SettledPart(longestCall.plus(HEARING), Durations.max(Duration.ZERO, longestCall.minus(HEARING)));
        known = new SettledPart(HEARING, Duration.ZERO);
    }

    @Override
    public void heard(long now, double part) {
        if (!told && part >= 1) {
            budget.countAtOnce(part);
            concurrency.countAtOnce(part);
            known.countAtOnce(part);
        } else if (!told || part != known.held()) {
            budget.heard(now, part);
            concurrency.heard(now, part);
            known.heard(now, part);
        }
        told = true;
    }

    @Override
    public double budget(long now) {
        return (1 - RESERVE) * budget.counted(now);
    }

    @Override
    public double concurrency(long now) {
        return concurrency.counted(now);
    }

    @Override
    public boolean mayCall(long now) {
        return known.held() > 0;
    }

    @Override
    public double trickle(long now) {
        return TRICKLE * Math.max(0, known.counted(now) - budget.counted(now));
    }
}
