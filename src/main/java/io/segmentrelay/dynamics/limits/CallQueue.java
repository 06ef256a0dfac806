package io.segmentrelay.dynamics.limits;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedSet;

import io.segmentrelay.dynamics.limits.DynamicsGate.Priority;

/**
 * Who may call, and who is next: queues, places and budgets, and nothing that waits. What is nearer to its end goes first;
 * polls go before it within their share, though never two in a row, and after it beyond that.
 *
 * <p>Times are nanoseconds that never go back. Not thread-safe.
 *
 * @param <C> a call, equal to itself only
 */
final class CallQueue<C> {

    /** Polls may take a fifth of the budget from others who wait. */
    private static final int POLL_SHARE = 5;

    private final int maxConcurrency;
    private final Map<Priority, SequencedSet<C>> waiting = new EnumMap<>(Priority.class);
    private final CallBudget budget;
    private final CallBudget pollShare;
    private final ThrottlePause pause = new ThrottlePause();
    private int underWay;
    private boolean lastWasPoll;

    /**
     * @param maxConcurrency calls under way at once, at least 1
     * @param perWindow calls in any {@code window}, at least 1
     */
    CallQueue(int maxConcurrency, int perWindow, Duration window) {
        this.maxConcurrency = maxConcurrency;
        budget = new CallBudget(perWindow, window);
        pollShare = new CallBudget(Math.max(1, perWindow / POLL_SHARE), window);
        Arrays.stream(Priority.values()).forEach(priority -> waiting.put(priority, new LinkedHashSet<>()));
    }

    /** It waits from now on. */
    void add(Priority priority, C call) {
        of(priority).add(call);
    }

    /** It waits no longer, and was not let in. */
    void remove(Priority priority, C call) {
        of(priority).remove(call);
    }

    /** Lets the next one in, which takes a place and some of the budget; empty: nobody waits, or nobody may. */
    Optional<C> admit(long now) {
        if (underWay >= maxConcurrency || pause.isClosed(now) || budget.left(now) == 0) {
            return Optional.empty();
        }
        return next(now).map(priority -> {
            underWay++;
            budget.start(now);
            lastWasPoll = priority == Priority.POLL;
            if (lastWasPoll && pollShare.left(now) > 0) {
                pollShare.start(now);
            }
            return of(priority).removeFirst();
        });
    }

    /** One that was let in has ended: its place is free. */
    void ended() {
        underWay--;
    }

    /** As {@link DynamicsGate#throttled}. */
    void throttled(long now, Optional<Duration> retryAfter) {
        pause.close(now, retryAfter);
    }

    /** As {@link DynamicsGate#answered}. */
    void answered(long now) {
        pause.answered(now);
    }

    int waiting() {
        return waiting.values().stream().mapToInt(SequencedSet::size).sum();
    }

    int underWay() {
        return underWay;
    }

    /** How many more the budget has for now. */
    int budgetLeft(long now) {
        return budget.left(now);
    }

    /** Until when the server wants no calls; empty where it wants them now. */
    OptionalLong pausedUntil(long now) {
        return pause.isClosed(now) ? OptionalLong.of(pause.until()) : OptionalLong.empty();
    }

    /** When time alone lets somebody in; empty where nobody waits, or only the end of a call can. */
    OptionalLong nextStart(long now) {
        if (waiting() == 0 || underWay >= maxConcurrency) {
            return OptionalLong.empty();
        }
        return budget.left(now) == 0 ? OptionalLong.of(Math.max(pause.until(), budget.nextStart())) : pausedUntil(now);
    }

    private Optional<Priority> next(long now) {
        var others = Arrays.stream(Priority.values())
                .filter(priority -> priority != Priority.POLL && !of(priority).isEmpty())
                .findFirst();
        if (of(Priority.POLL).isEmpty()) {
            return others;
        }
        var pollsGoFirst = others.isEmpty() || (!lastWasPoll && pollShare.left(now) > 0);
        return pollsGoFirst ? Optional.of(Priority.POLL) : others;
    }

    private SequencedSet<C> of(Priority priority) {
        return Objects.requireNonNull(waiting.get(priority));
    }
}
