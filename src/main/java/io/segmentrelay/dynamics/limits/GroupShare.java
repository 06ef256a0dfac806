package io.segmentrelay.dynamics.limits;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

import io.segmentrelay.time.Durations;

/**
 * The part that a replica has of limits that it shares with the others of its group: its part of the group's partitions.
 *
 * <p>Nothing is used of a part that is not {@linkplain Reservation reserved}: written down where the next owner finds it. A part that
 * goes counts no more at once; of one that comes, what is not reserved counts at once, and the rest when what was used of it cannot be in the
 * window any more. Replicas hear of a move at different times; one that hears of a loss late has no more than {@link #HEARING} for it,
 * and no way to reserve more. Then, in whatever order they hear, all together never use more than the limit in any window.
 *
 * <p>Until it counts, the rest gives a trickle of calls, at an even pace, from what is kept free of all else: a replica that
 * takes over a part in full use goes on, slowly, where it would stand still for a window. A pace cannot be used twice, however often a
 * part moves within a window.
 *
 * <p>To a process that has had all parts from its start, what was reserved of them before says nothing: it is alone, and who was before
 * it is no more. What that one used is not known; the server's own answer (429) says so where it matters.
 */
final class GroupShare implements Share {

    /** A broker takes a replica's partitions away after its session of ten seconds, which the replica itself may hear late. */
    static final Duration HEARING = Duration.ofSeconds(15);

    /**
     * So long after a part came, calls of its last owner may be under way; those of one that died are over by then, and began before its session
     * ended. Calls that take longer, or an owner that hears late, may overlap with the next one's: the server lets more in at once than are set
     * here, and who takes over must not stand still with calls that hang.
     */
    static final Duration LONG_CALL = Duration.ofSeconds(5);

    /** Of the budgets, what only trickles are from. */
    static final double RESERVE = 0.04;

    /** Of these, what trickles use at most: each begins with a whole call. */
    static final double TRICKLE = 0.03;

    /** Percent of the calls at once that are left to whoever comes next, as long as there are others. */
    static final int LEFT_TO_THE_NEXT = 10;

    /** Percent that is reserved in any case: what is asked for seldom need not wait for the broker. */
    private static final int LEAST = 10;

    private static final int STEP = 5;
    private static final int WHOLE = 100;

    /** More than is needed just now: what is written costs a way to the broker. */
    private static final double AHEAD = 1.2;

    private static final long LOWERS_AFTER = Duration.ofSeconds(30).toNanos();
    private static final double NEARLY = 1e-9;

    private final long budgetCounts;
    private final long concurrencyCounts;
    private final Map<String, HeldPart> held = new HashMap<>();
    /** What it had: a part that comes back unused by others is as it was. */
    private final Map<String, HeldPart> lost = new HashMap<>();

    private boolean alone = true;

    /**
     * A process that has no part yet.
     *
     * @param window that limits are counted in, longer than {@link #HEARING}
     * @param longestCall how long a call may take: so much later a last owner has hardly any under way
     */
    GroupShare(Duration window, Duration longestCall) {
        budgetCounts = window.plus(HEARING).toNanos();
        concurrencyCounts = Durations.min(longestCall, LONG_CALL).toNanos();
    }

    @Override
    public void heard(long now, Collection<SharedPart> parts) {
        var names = parts.stream().map(SharedPart::name).collect(Collectors.toSet());
        held.entrySet().removeIf(each -> {
            var gone = !names.contains(each.getKey());
            if (gone) {
                lost.put(each.getKey(), each.getValue());
            }
            return gone;
        });
        parts.forEach(part ->
                held.computeIfAbsent(part.name(), name -> came(now, part)).part(part.part()));
        alone = alone && hasAll();
    }

    private HeldPart came(long now, SharedPart part) {
        var before = lost.remove(part.name());
        if (part.ownReservation()) {
            var as = before == null ? new HeldPart(part.part(), Reservation.NONE, now) : before;
            as.returned(part.found());
            return as;
        }
        return new HeldPart(part.part(), part.found(), now);
    }

    @Override
    public double budget(long now) {
        return (1 - RESERVE) * sum(part -> part.part() * (WHOLE - othersBudget(now, part)) / WHOLE);
    }

    @Override
    public double concurrency(long now) {
        var most = mostConcurrency();
        return sum(part -> part.part() * Math.max(0, most - othersConcurrency(now, part)) / WHOLE);
    }

    @Override
    public double reservedBudget(long now) {
        return (1 - RESERVE) * sum(part -> part.part() * above(part.reserved().budget(), othersBudget(now, part)));
    }

    @Override
    public double reservedConcurrency(long now) {
        return sum(part -> part.part() * above(part.reserved().concurrency(), othersConcurrency(now, part)));
    }

    @Override
    public boolean mayCall() {
        return !held.isEmpty();
    }

    @Override
    public double trickle(long now) {
        return TRICKLE * sum(part -> part.part() * othersBudget(now, part) / WHOLE);
    }

    @Override
    public boolean isShort(long now, Need need) {
        var wanted = wanted(now, need, AHEAD);
        return held.values().stream()
                .anyMatch(part -> wanted.budget() > part.reserved().budget()
                        || wanted.concurrency() > part.reserved().concurrency());
    }

    @Override
    public Optional<Reservation> reserve(long now, String name, Need need, boolean exactly) {
        return Optional.ofNullable(held.get(name)).map(part -> {
            var wanted = wanted(now, need, exactly ? 1 : AHEAD);
            var withOthers = new Reservation(
                    Math.max(wanted.budget(), othersBudget(now, part)),
                    Math.max(wanted.concurrency(), othersConcurrency(now, part)));
            return part.ask(now, withOthers, exactly, LOWERS_AFTER);
        });
    }

    @Override
    public void reserved(String name, Reservation written) {
        var part = held.get(name);
        if (part != null) {
            part.written(written);
        }
    }

    /** The same percentage of each part, others' use of it included: the least that gives what is needed. */
    private Reservation wanted(long now, Need need, double ahead) {
        return new Reservation(
                least(
                        WHOLE,
                        need.budget() * ahead,
                        level -> (1 - RESERVE) * sum(part -> part.part() * above(level, othersBudget(now, part)))),
                least(
                        mostConcurrency(),
                        need.concurrency(),
                        level -> sum(part -> part.part() * above(level, othersConcurrency(now, part)))));
    }

    private static int least(int most, double needed, IntToDoubleFunction given) {
        var level = LEAST;
        while (level < most && given.applyAsDouble(level) < needed - NEARLY) {
            level = Math.min(most, level + STEP);
        }
        return level;
    }

    private int mostConcurrency() {
        return hasAll() ? WHOLE : WHOLE - LEFT_TO_THE_NEXT;
    }

    private boolean hasAll() {
        return sum(HeldPart::part) > 1 - NEARLY;
    }

    private int othersBudget(long now, HeldPart part) {
        return alone ? 0 : part.othersBudget(now, budgetCounts);
    }

    private int othersConcurrency(long now, HeldPart part) {
        return alone ? 0 : part.othersConcurrency(now, concurrencyCounts);
    }

    private static double above(int level, int others) {
        return Math.max(0, level - others) / (double) WHOLE;
    }

    private double sum(ToDoubleFunction<HeldPart> each) {
        return held.values().stream().mapToDouble(each).sum();
    }
}
