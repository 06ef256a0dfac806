package io.segmentrelay.workflow;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import io.segmentrelay.time.Durations;

/**
 * When a delivery ends, all counted from its beginning.
 *
 * <pre>
 * in time:  ├── work ──┬─ window ─► Pending
 *                      └─ deadline ─► last look ─┬─ live ─► Ready
 *                                                └─ not live, or no answer in time ─► Failed
 * late:     ├── last look …
 * </pre>
 *
 * <p>The look past the deadline is given some time, since it is what keeps a request that was answered from being answered
 * otherwise: more to a delivery that has only begun, for it may be the repeat of one that came to its end.
 *
 * @param untilDeadline zero where it has passed
 * @param patience after which nothing is waited for any more
 * @param afterPatience how the delivery ends then, or as soon as it would wait
 * @param inAll after which it ends wherever it is, at least {@code patience} where that counts
 * @param afterAll how it ends then
 */
record DeliverySchedule(
        Duration untilDeadline, Duration patience, Ending afterPatience, Duration inAll, Ending afterAll) {

    /** How long a look may take where the delivery has worked for a while: about a poll. */
    private static final Duration SHORTEST_LOOK = Duration.ofSeconds(1);

    /** What a delivery that began shortly before the deadline has in all. */
    private static final Duration JUST_BEGUN = Duration.ofSeconds(5);

    /** What one that began past its deadline has: a call that hangs, and another one. */
    private static final Duration LATE = Duration.ofSeconds(30);

    /** How a delivery ends that is cut. */
    enum Ending {
        /** With a continuation. */
        HAND_OVER,
        /** With a failure, since the deadline has passed. */
        GIVE_UP
    }

    /**
     * Of a delivery that begins now.
     *
     * @param interval between two polls, at first
     * @param window what a delivery usually has
     */
    static DeliverySchedule of(Instant now, Instant deadline, Allowance allowance, Duration interval, Duration window) {
        var untilDeadline = Duration.between(now, deadline);
        if (!untilDeadline.isPositive()) {
            return late(allowance, window);
        }
        if (allowance.toWait().compareTo(untilDeadline) < 0) {
            return new DeliverySchedule(
                    untilDeadline, allowance.toWait(), Ending.HAND_OVER, allowance.inAll(), Ending.HAND_OVER);
        }
        var look = Durations.min(Durations.max(interval, SHORTEST_LOOK), JUST_BEGUN);
        return new DeliverySchedule(
                untilDeadline,
                Durations.max(untilDeadline.plus(look), JUST_BEGUN),
                Ending.GIVE_UP,
                allowance.inAll(),
                Ending.HAND_OVER);
    }

    /** One with less time than a look may need leaves it to the next. */
    private static DeliverySchedule late(Allowance allowance, Duration window) {
        var ending = allowance.inAll().compareTo(Durations.min(LATE, window)) < 0 ? Ending.HAND_OVER : Ending.GIVE_UP;
        return new DeliverySchedule(
                Duration.ZERO, Durations.min(LATE, allowance.inAll()), ending, allowance.inAll(), ending);
    }

    /** Whether the deadline had passed already. */
    boolean isLate() {
        return untilDeadline.isZero();
    }

    /** When the deadline passes while the delivery is under way. */
    Optional<Duration> deadline() {
        return isLate() || untilDeadline.compareTo(inAll) >= 0 ? Optional.empty() : Optional.of(untilDeadline);
    }
}
