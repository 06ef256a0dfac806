package io.segmentrelay.dynamics.limits;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedSet;

import io.segmentrelay.dynamics.limits.CallsUnderWay.Started;

/**
 * Who may call, and who is next: queues and the pause, and nothing that waits; what may be spent is {@link CallBudgets}' to say.
 * What is nearer to its end goes first, the oldest first in each queue; polls go before it within their share, though never two
 * in a row, and after it beyond that.
 *
 * <p>Times are nanoseconds that never go back, from 0 on. Not thread-safe.
 *
 * @param <C> a call, equal to itself only
 */
final class CallQueue<C> {

    private final Map<CallPriority, SequencedSet<C>> waiting = new EnumMap<>(CallPriority.class);
    private final CallsUnderWay underWay = new CallsUnderWay();
    private final CallBudgets budgets;
    private final Share share;
    private final ThrottlePause pause = new ThrottlePause();
    private boolean lastWasPoll;

    /** @param window that limits are counted in */
    CallQueue(CallLimits limits, Duration window, Share share) {
        this.share = share;
        budgets = new CallBudgets(limits, window, share, underWay);
        Arrays.stream(CallPriority.values()).forEach(priority -> waiting.put(priority, new LinkedHashSet<>()));
    }

    /** It waits from now on. */
    void add(CallPriority priority, C call) {
        of(priority).add(call);
    }

    /** It waits no longer, and was not let in. */
    void remove(CallPriority priority, C call) {
        of(priority).remove(call);
    }

    /** Lets the next one in, which takes a place and some of the budget; empty: nobody waits, or nobody may. */
    Optional<C> admit(long now) {
        if (pause.isClosed(now)) {
            return Optional.empty();
        }
        return next(now).filter(priority -> budgets.allow(now, priority)).map(priority -> {
            var expected = budgets.start(now, priority, waiting());
            lastWasPoll = priority == CallPriority.POLL;
            var call = of(priority).removeFirst();
            underWay.add(call, new Started(priority, now, expected));
            return call;
        });
    }

    /** One that was let in has ended: its place is free, and its time is known. */
    void ended(long now, C call) {
        var started = underWay.remove(call);
        budgets.end(now, started.priority(), now - started.since());
    }

    /** As {@link DynamicsGate#throttled}. */
    void throttled(long now, Optional<Duration> retryAfter, Optional<ServerLimit> limit) {
        // Forty calls under way are all refused at once: that is one lesson.
        var first = !pause.isClosed(now);
        pause.close(now, retryAfter);
        if (first) {
            limit.ifPresent(reached -> budgets.refused(now, reached, pause.until()));
        }
    }

    /** As {@link DynamicsGate#answered}. */
    void answered(long now) {
        pause.answered(now);
    }

    /** As {@link GroupLimits#parts}. */
    void parts(long now, Collection<SharedPart> parts) {
        share.heard(now, parts);
    }

    /** Whether more should be reserved of the process' parts for what waits. */
    boolean isShort(long now) {
        return share.isShort(now, budgets.need(now, waiting()));
    }

    /** As {@link GroupLimits#reserve}. */
    Optional<Reservation> reserve(long now, String part, boolean exactly) {
        return share.reserve(now, part, budgets.need(now, exactly ? 0 : waiting()), exactly);
    }

    /** As {@link GroupLimits#reserved}. */
    void reserved(String part, Reservation written) {
        share.reserved(part, written);
    }

    int waiting() {
        return waiting.values().stream().mapToInt(SequencedSet::size).sum();
    }

    int underWay() {
        return underWay.count();
    }

    CallBudgets budgets() {
        return budgets;
    }

    /** Until when the server wants no calls; empty where it wants them now. */
    OptionalLong pausedUntil(long now) {
        return pause.isClosed(now) ? OptionalLong.of(pause.until()) : OptionalLong.empty();
    }

    /** When time alone lets somebody in, perhaps; empty where nobody waits, or only the end of a call can. */
    OptionalLong nextStart(long now) {
        return next(now)
                .map(priority -> budgets.nextStart(now, priority))
                .filter(start -> start != Long.MAX_VALUE)
                .map(start -> OptionalLong.of(Math.max(pause.until(), start)))
                .orElse(OptionalLong.empty());
    }

    private Optional<CallPriority> next(long now) {
        var others = Arrays.stream(CallPriority.values())
                .filter(priority ->
                        priority != CallPriority.POLL && !of(priority).isEmpty())
                .findFirst();
        if (of(CallPriority.POLL).isEmpty()) {
            return others;
        }
        var pollsGoFirst = others.isEmpty() || (!lastWasPoll && budgets.pollsHaveShare(now));
        return pollsGoFirst ? Optional.of(CallPriority.POLL) : others;
    }

    private SequencedSet<C> of(CallPriority priority) {
        return Objects.requireNonNull(waiting.get(priority));
    }
}
