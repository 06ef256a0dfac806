package io.segmentrelay.dynamics.limits;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * The three limits as they are now: what is set, the process' share of it, and what refusals have taught.
 *
 * <pre>
 *   set × share × learned ─► requests, execution time: so much in any window, paced ─┐
 *                            concurrency                                             ├─► whether a call may start
 *                            a trickle, for a share that does not count yet ─────────┘
 * </pre>
 *
 * Times are nanoseconds that never go back, from 0 on. Not thread-safe.
 */
final class CallBudgets {

    /** Polls may take a fifth of the budget from others who wait. */
    private static final int POLL_SHARE = 5;

    /** How often a limit that grows with time is looked at. */
    private static final long LOOK = Duration.ofSeconds(1).toNanos();

    /** Between polls while there is no budget at all. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

    private static final double NEARLY = 1e-9;

    private final CallLimits set;
    private final long window;
    private final Share share;
    private final Map<ServerLimit, LearnedLimit> learned = new EnumMap<>(ServerLimit.class);
    private final WindowBudget requests;
    private final WindowBudget time;
    private final WindowBudget pollRequests;
    private final WindowBudget pollTime;
    private final CallDurations durations = new CallDurations();
    private final CallsUnderWay underWay;
    private long nextTrickle;

    CallBudgets(CallLimits set, Duration window, Share share, CallsUnderWay underWay) {
        this.set = set;
        this.window = window.toNanos();
        this.share = share;
        this.underWay = underWay;
        requests = new WindowBudget(set.requests(), window);
        time = new WindowBudget(set.executionTime().toNanos(), window);
        pollRequests = new WindowBudget(ofPolls(set.requests()), window);
        pollTime = new WindowBudget(ofPolls(set.executionTime().toNanos()), window);
        for (var limit : ServerLimit.values()) {
            learned.put(limit, new LearnedLimit());
        }
    }

    /** Whether a call may start now. */
    boolean allow(long now, CallPriority priority) {
        adjust(now);
        if (underWay.count() >= concurrency(now)) {
            return false;
        }
        return affords(now, durations.expected(priority)) || trickles(now);
    }

    private boolean affords(long now, long expected) {
        return requests.allows(now, 1, 0)
                && time.allows(now, expected, underWay.promised(now))
                && isReserved(now, expected);
    }

    private boolean isReserved(long now, long expected) {
        var reserved = share.reservedBudget(now);
        return reserved >= share.budget(now) - NEARLY
                || (requests.spent(now) + 1 <= set.requests() * reserved
                        && time.spent(now) + underWay.promised(now) + expected
                                <= set.executionTime().toNanos() * reserved);
    }

    /** What is used, and would be if all that waits were let in. */
    Share.Need need(long now, int waiting) {
        var byCount = (requests.spent(now) + waiting) / (double) set.requests();
        var byTime =
                (time.spent(now) + underWay.promised(now) + waiting * (double) durations.expected(CallPriority.POLL))
                        / set.executionTime().toNanos();
        return new Share.Need(Math.max(byCount, byTime), (underWay.count() + waiting) / (double) set.concurrency());
    }

    /**
     * A call starts, which it is {@linkplain #allow allowed} to; returns how long it will take, probably.
     *
     * @param waiting how many others wait
     */
    long start(long now, CallPriority priority, int waiting) {
        var expected = durations.expected(priority);
        if (affords(now, expected)) {
            requests.started(now, 1, 0, waiting);
            time.started(now, expected, underWay.promised(now), waiting * expected);
        } else {
            nextTrickle = now + trickleDistance(now, expected);
        }
        requests.spend(now, 1);
        if (priority == CallPriority.POLL && pollRequests.left(now) > 0) {
            pollRequests.spend(now, 1);
        }
        return expected;
    }

    /** A call has ended, and took so long. */
    void end(long now, CallPriority priority, long took) {
        time.spend(now, took);
        durations.took(priority, took);
        if (priority == CallPriority.POLL && pollTime.left(now) > 0) {
            pollTime.spend(now, took);
        }
    }

    /** Whether polls may go before others. */
    boolean pollsHaveShare(long now) {
        adjust(now);
        return pollRequests.left(now) > 0 && pollTime.left(now) > 0;
    }

    /** The server has refused a call by one of its limits, and wants no calls until a time. */
    void refused(long now, ServerLimit limit, long until) {
        adjust(now);
        var used =
                switch (limit) {
                    case REQUESTS -> used(now, requests, 0) * whole(now, limit);
                    case EXECUTION_TIME -> used(now, time, underWay.promised(now)) * whole(now, limit);
                    case CONCURRENCY -> underWay.count() / Math.max(1, set.concurrency() * share.concurrency(now));
                };
        learnedOf(limit).refused(now, used, until);
    }

    /** How many calls may be under way at once. */
    int concurrency(long now) {
        if (!share.mayCall()) {
            return 0;
        }
        var part = Math.min(share.concurrency(now), share.reservedConcurrency(now));
        return Math.max(1, (int) (set.concurrency() * part * whole(now, ServerLimit.CONCURRENCY) + NEARLY));
    }

    /** How many more calls may start in the window that ends now. */
    int requestsLeft(long now) {
        adjust(now);
        return (int) Math.max(0, requests.left(now));
    }

    /** How much more execution time may be used, what is under way included. */
    Duration timeLeft(long now) {
        adjust(now);
        return Duration.ofNanos(Math.max(0, time.left(now) - underWay.promised(now)));
    }

    /** The part of the set limits that this process may use in a window, 0 to 1. */
    double part(long now) {
        return Math.min(
                share.budget(now) * whole(now, ServerLimit.REQUESTS),
                share.budget(now) * whole(now, ServerLimit.EXECUTION_TIME));
    }

    /** How far apart polls are that take their share of the budgets, and no more. */
    Duration pollDistance(long now) {
        adjust(now);
        if (pollRequests.limit() <= 0) {
            return LOOK_AGAIN; // those that cannot be made wait at the gate, one by one
        }
        var byCount = window / (double) pollRequests.limit();
        var expected = durations.expected(CallPriority.POLL);
        var byTime = expected * (window / (double) Math.max(expected, pollTime.limit()));
        return Duration.ofNanos((long) Math.min((double) window, Math.max(byCount, byTime)));
    }

    /** When time alone lets a call start, perhaps; {@code Long.MAX_VALUE}: only the end of another can. */
    long nextStart(long now, CallPriority priority) {
        adjust(now);
        var grows = concurrency(now) < set.concurrency() || part(now) < 1 ? now + LOOK : Long.MAX_VALUE;
        if (underWay.count() >= concurrency(now)) {
            return grows;
        }
        var expected = durations.expected(priority);
        // What is not reserved yet comes with word from outside, and not by time.
        var next = isReserved(now, expected)
                ? Math.max(requests.nextStart(now, 1, 0), time.nextStart(now, expected, underWay.promised(now)))
                : grows;
        var trickle = mayTrickle(now) ? nextTrickle : Long.MAX_VALUE;
        return Math.max(now + 1, Math.min(grows, Math.min(trickle, next)));
    }

    private boolean trickles(long now) {
        return now >= nextTrickle && mayTrickle(now) && warmed(now);
    }

    /** Calls that turn out to be long hold up the next ones: their time is from the reserve as well. */
    private boolean mayTrickle(long now) {
        var part = share.trickle(now);
        return part > 0 && underWay.promised(now) <= set.executionTime().toNanos() * part;
    }

    /** A trickle begins with its distance, too: else whoever has a part for a moment would have a call for it. */
    private boolean warmed(long now) {
        if (nextTrickle == 0) {
            nextTrickle = now + trickleDistance(now, durations.expected(CallPriority.POLL));
            return false;
        }
        return true;
    }

    private long trickleDistance(long now, long expected) {
        var part = share.trickle(now);
        var byCount = window / (set.requests() * part);
        var byTime = expected * (window / (set.executionTime().toNanos() * part));
        return (long) Math.min((double) window, Math.max(byCount, byTime));
    }

    private void adjust(long now) {
        var part = share.budget(now);
        var calls = (long) (set.requests() * part * whole(now, ServerLimit.REQUESTS));
        var nanos = (long) (set.executionTime().toNanos() * part * whole(now, ServerLimit.EXECUTION_TIME));
        requests.limit(now, calls);
        time.limit(now, nanos);
        pollRequests.limit(now, ofPolls(calls));
        pollTime.limit(now, ofPolls(nanos));
    }

    private static long ofPolls(long limit) {
        return limit == 0 ? 0 : Math.max(1, limit / POLL_SHARE);
    }

    private static double used(long now, WindowBudget budget, long promised) {
        return budget.limit() <= 0 ? 0 : (budget.limit() - budget.left(now) + promised) / (double) budget.limit();
    }

    private double whole(long now, ServerLimit limit) {
        return learnedOf(limit).factor(now);
    }

    private LearnedLimit learnedOf(ServerLimit limit) {
        return Objects.requireNonNull(learned.get(limit));
    }
}
