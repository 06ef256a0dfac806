package io.segmentrelay.time;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.TreeSet;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;

/** Time that stands still until a test moves it. Timers fire on the thread that moves it, in the order of their due times. */
public final class VirtualTime implements Time {

    private record Timer(Instant due, long order, UniEmitter<? super Void> emitter) {}

    private final Object lock = new Object();
    private final TreeSet<Timer> timers =
            new TreeSet<>(Comparator.comparing(Timer::due).thenComparingLong(Timer::order));
    private Instant now;
    private long created;

    /** Starts on the morning of an ordinary day. */
    public VirtualTime() {
        this(Instant.parse("2026-01-05T08:00:00Z"));
    }

    /** Starts at {@code start}. */
    public VirtualTime(Instant start) {
        now = start;
    }

    @Override
    public Instant now() {
        synchronized (lock) {
            return now;
        }
    }

    @Override
    public long nanos() {
        return Duration.between(Instant.EPOCH, now()).toNanos();
    }

    @Override
    public Uni<Void> after(Duration delay) {
        return Uni.createFrom().emitter(emitter -> {
            if (!delay.isPositive()) {
                emitter.complete(null);
                return;
            }
            Timer timer;
            synchronized (lock) {
                timer = new Timer(now.plus(delay), created++, emitter);
                timers.add(timer);
            }
            emitter.onTermination(() -> drop(timer));
        });
    }

    /** Moves time on, firing what falls due on the way, each at its own time; also what the fired ones set up. */
    public void advance(Duration by) {
        advanceTo(now().plus(by));
    }

    /** Moves time on to {@code until}, as {@link #advance} does; a time that has passed changes nothing. */
    public void advanceTo(Instant until) {
        while (true) {
            Timer next;
            synchronized (lock) {
                if (timers.isEmpty() || timers.first().due().isAfter(until)) {
                    now = now.isAfter(until) ? now : until;
                    return;
                }
                next = timers.removeFirst();
                now = now.isAfter(next.due()) ? now : next.due();
            }
            next.emitter().complete(null);
        }
    }

    /** Moves time on to the next timer and fires it (with all that are due at the same time); false where there is none. */
    public boolean advanceToNextTimer() {
        Instant due;
        synchronized (lock) {
            if (timers.isEmpty()) {
                return false;
            }
            due = timers.first().due();
        }
        advanceTo(due);
        return true;
    }

    /** How many timers wait: none may be left over by what has ended. */
    public int timers() {
        synchronized (lock) {
            return timers.size();
        }
    }

    private void drop(Timer timer) {
        synchronized (lock) {
            timers.remove(timer);
        }
    }
}
