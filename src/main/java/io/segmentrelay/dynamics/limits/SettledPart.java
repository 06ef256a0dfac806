package io.segmentrelay.dynamics.limits;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What counts of a part that changes: a loss at once, a gain when it was held for a time. What is lost and comes back soon counts at
 * once again: whoever had it meanwhile had it for too short a time for it to count.
 *
 * <p>Times are nanoseconds that never go back. Not thread-safe.
 */
final class SettledPart {

    /** A part, from when it was heard of until the next. */
    private record Held(long from, double part) {}

    /** What counted, until it shrank. */
    private record Lost(long at, double counted) {}

    private final long settles;
    private final long remembered;
    private final Deque<Held> history = new ArrayDeque<>();
    private final Deque<Lost> losses = new ArrayDeque<>();

    /**
     * No part at all.
     *
     * @param settles how long a gain is held until it counts
     * @param remembered how long a loss may last for its return to count at once: shorter than it takes another to count it
     */
    SettledPart(Duration settles, Duration remembered) {
        this.settles = settles.toNanos();
        this.remembered = remembered.toNanos();
        countAtOnce(0);
    }

    /** This part counts, whatever was before. */
    void countAtOnce(double part) {
        history.clear();
        losses.clear();
        history.add(new Held(Long.MIN_VALUE / 2, part));
    }

    /** The part from now on. */
    void heard(long now, double part) {
        var counted = counted(now);
        if (part < counted) {
            losses.addLast(new Lost(now, counted));
        }
        history.addLast(new Held(now, part));
    }

    /** The part that is held, whether it counts or not. */
    double held() {
        return history.getLast().part();
    }

    /** What counts of it. */
    double counted(long now) {
        forget(now);
        var settled = history.stream().mapToDouble(Held::part).min().orElse(0);
        var returned = losses.stream().mapToDouble(Lost::counted).max().orElse(0);
        return Math.min(held(), Math.max(settled, returned));
    }

    private void forget(long now) {
        while (history.size() > 1 && second(history).from() <= now - settles) {
            history.removeFirst();
        }
        while (!losses.isEmpty() && losses.getFirst().at() <= now - remembered) {
            losses.removeFirst();
        }
    }

    private static Held second(Deque<Held> history) {
        return history.stream().skip(1).findFirst().orElseThrow();
    }
}
