package io.segmentrelay.relay;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How much is on its way in this process, over all triggers, and the limit that holds memory flat. A big event counts for
 * as many as its bytes.
 */
public final class InFlight {

    private static final int BYTES_OF_ONE = 8 * 1024;

    private final int most;
    private final AtomicInteger count = new AtomicInteger();
    private final List<Runnable> waiting = new CopyOnWriteArrayList<>();

    /** @param most events of usual size */
    public InFlight(int most) {
        this.most = most;
    }

    /** A limit by what the events hold: this share of the largest heap, 0 to 1, though no more events than {@code most}. */
    public static InFlight ofTheHeap(double share, int most) {
        var fit = (long) (Runtime.getRuntime().maxMemory() * share) / BYTES_OF_ONE;
        return new InFlight((int) Math.max(1, Math.min(most, fit)));
    }

    /** What an event of this many bytes counts for. */
    public static int weight(int bytes) {
        return 1 + bytes / BYTES_OF_ONE;
    }

    /** Whether another event may be taken. */
    public boolean hasRoom() {
        return count.get() < most;
    }

    /**
     * Takes a place for an event, whether there is room or not.
     *
     * @param weight see {@link #weight}
     */
    public Place enter(int weight) {
        count.addAndGet(weight);
        return new Place(weight);
    }

    /** What is on its way now. */
    public int count() {
        return count.get();
    }

    /** Calls back whenever there is room (again); must be quick. */
    public void onRoom(Runnable callback) {
        waiting.add(callback);
    }

    /** Of an event on its way. It can be left once, however many of those who see it end say so. */
    public final class Place {
        private final int weight;
        private final AtomicBoolean left = new AtomicBoolean();

        private Place(int weight) {
            this.weight = weight;
        }

        /** The event has left: its outcome is handed over, or it is given back. */
        public void leave() {
            if (left.compareAndSet(false, true) && count.addAndGet(-weight) < most) {
                waiting.forEach(Runnable::run);
            }
        }
    }
}
