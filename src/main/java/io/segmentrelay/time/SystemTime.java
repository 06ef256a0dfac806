package io.segmentrelay.time;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.smallrye.mutiny.Uni;

/** The machine's time. Timers fire on one daemon thread, which must not be blocked. */
public final class SystemTime implements Time {

    private final ScheduledThreadPoolExecutor timers;

    /** Starts the timer thread; it ends with the JVM. */
    public SystemTime() {
        timers = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("relay-timer").daemon().factory());
        // Tens of thousands of tasks each cancel a timer of minutes within seconds: without this they pile up.
        timers.setRemoveOnCancelPolicy(true);
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public Uni<Void> after(Duration delay) {
        return Uni.createFrom().emitter(emitter -> {
            var timer =
                    timers.schedule(() -> emitter.complete(null), Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
            emitter.onTermination(() -> timer.cancel(false));
        });
    }
}
