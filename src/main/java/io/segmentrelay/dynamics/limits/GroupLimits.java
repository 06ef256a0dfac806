package io.segmentrelay.dynamics.limits;

import java.util.Collection;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What a process has of the limits that it shares with the others of its group: its parts, and what is reserved of them. The other
 * side of {@link DynamicsGate}, for whoever knows the group. Thread-safe.
 */
public final class GroupLimits {

    private final boolean shared;
    private final CallQueue<?> queue; // guarded by the lock, as what follows
    private final Object lock;
    private final LongSupplier now;
    private final Runnable changed;
    private boolean asksForMore;
    private volatile Runnable moreNeeded = () -> {};

    /**
     * The gate's.
     *
     * @param now called under the lock
     * @param changed lets in who may by now
     */
    GroupLimits(boolean shared, CallQueue<?> queue, Object lock, LongSupplier now, Runnable changed) {
        this.shared = shared;
        this.queue = queue;
        this.lock = lock;
        this.now = now;
        this.changed = changed;
    }

    /** Whether the limits are shared within a group. */
    public boolean isShared() {
        return shared;
    }

    /**
     * This process has now these parts of the limits of its group, and no others. Of no effect where it shares them with nobody.
     *
     * @param parts with what is found to be reserved of those that are new
     */
    public void parts(Collection<SharedPart> parts) {
        synchronized (lock) {
            queue.parts(now.getAsLong(), parts);
            asksForMore = false;
        }
        changed.run();
    }

    /**
     * What is to be written down as reserved of a part, before it is used: for what was used of it, is, and is waited for. What is
     * less than before counts at once.
     *
     * @param goes whether the part is on its way to another process: no more than what was used is reserved of it then
     * @return empty for a part that is not shared
     */
    public Optional<Reservation> reserve(String part, boolean goes) {
        synchronized (lock) {
            return queue.reserve(now.getAsLong(), part, goes);
        }
    }

    /** A reservation is written down, and may be used. */
    public void reserved(String part, Reservation written) {
        synchronized (lock) {
            asksForMore = false;
            queue.reserved(part, written);
        }
        changed.run();
    }

    /** Who is told, once each time, that more is needed than is {@linkplain #reserve reserved}. It must not block, nor call back at once. */
    public void onMoreNeeded(Runnable told) {
        this.moreNeeded = told;
    }

    /** Tells that more is needed, where it is, and nobody has been told. */
    void askForMore() {
        synchronized (lock) {
            if (asksForMore || !queue.isShort(now.getAsLong())) {
                return;
            }
            asksForMore = true;
        }
        moreNeeded.run();
    }
}
