package io.segmentrelay.dynamics.limits;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import io.smallrye.mutiny.subscription.Cancellable;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.time.Time;

/**
 * Starts what may start, and wakes in time for what may later. Whoever comes while another thread is at it leaves it to that one: so
 * nothing is started under a lock, and what ends at once does not pile up on the stack. Thread-safe.
 */
final class Pump {

    /** What is pumped; asked by one thread at a time. Times are nanoseconds that never go back. */
    interface Source {

        /** What is to be started now; it must not block. Empty: nothing, for now. */
        Optional<Runnable> next();

        long now();

        /** When time alone lets something start; {@code Long.MAX_VALUE}: never. */
        long nextAt(long now);

        /** Nothing is left to be started now. */
        void idle();
    }

    private final Time time;
    private final Source source;
    private final AtomicInteger pumping = new AtomicInteger();
    /** Only touched while pumping. */
    private @Nullable Cancellable timer;

    private volatile long timerAt;

    Pump(Time time, Source source) {
        this.time = time;
        this.source = source;
    }

    /** Something has changed: starts all that may start. */
    void run() {
        if (pumping.getAndIncrement() != 0) {
            return;
        }
        var missed = 1;
        do {
            for (var next = source.next(); next.isPresent(); next = source.next()) {
                next.orElseThrow().run();
            }
            setTimer();
            source.idle();
            missed = pumping.addAndGet(-missed);
        } while (missed != 0);
    }

    private void setTimer() {
        var now = source.now();
        var wakeAt = source.nextAt(now);
        if (timer != null && timerAt == wakeAt) {
            return;
        }
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        timerAt = wakeAt;
        if (wakeAt != Long.MAX_VALUE) {
            timer = time.after(Duration.ofNanos(wakeAt - now)).subscribe().with(ignored -> wake());
        }
    }

    private void wake() {
        timerAt = Long.MIN_VALUE; // it has fired: the next one is another, even for the same time
        run();
    }
}
