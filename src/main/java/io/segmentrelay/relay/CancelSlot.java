package io.segmentrelay.relay;

import io.smallrye.mutiny.subscription.Cancellable;
import org.jspecify.annotations.Nullable;

/**
 * Work that may be cancelled before it has said how: a subscription is known only after it has begun, and by then it may be unwanted
 * already. Thread-safe.
 */
public final class CancelSlot {

    private @Nullable Cancellable running;
    private boolean cancelled;

    /** The work has begun; it is cancelled at once where that was asked for before. */
    public synchronized void runs(Cancellable started) {
        running = started;
        if (cancelled) {
            started.cancel();
        }
    }

    /** Cancels the work, now or when it begins. */
    public synchronized void cancel() {
        cancelled = true;
        if (running != null) {
            running.cancel();
        }
    }
}
