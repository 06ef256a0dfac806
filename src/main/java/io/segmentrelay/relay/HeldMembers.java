package io.segmentrelay.relay;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import io.smallrye.mutiny.Uni;

import io.segmentrelay.dynamics.DynamicsException;
import io.segmentrelay.dynamics.MemberList;

/**
 * The member lists that are read, and not yet handed over. While a receiver is down and segments go on going live, their lists
 * would fill the memory: beyond a part of it no further one is read, and their requests wait where nothing has to be held.
 */
public final class HeldMembers {

    private static final int HEAP_PARTS = 6;
    private static final long BYTES_EACH = 16;
    /** On a page that is being sent, in its last two forms. */
    private static final long PAGE_BYTES_EACH = 128;
    /** On their way at once, at most: see {@link io.segmentrelay.event.wire.EventSink#inOrder}. */
    private static final long PAGES = 5;
    /** The request, and all that surrounds it. */
    private static final long BYTES_AROUND = 4_096;

    private final AtomicLong bytes = new AtomicLong();
    private final long most;
    private final int pageSize;

    /** @param most bytes, which the lists being read when it is reached may exceed */
    HeldMembers(long most, int pageSize) {
        this.most = most;
        this.pageSize = pageSize;
    }

    /** Up to a sixth of the largest heap. */
    public static HeldMembers ofTheHeap(int pageSize) {
        return new HeldMembers(Runtime.getRuntime().maxMemory() / HEAP_PARTS, pageSize);
    }

    /** Reads a list, unless too many are held: that is weather, for the workflow to wait out. */
    Uni<MemberList> read(Supplier<Uni<MemberList>> list) {
        return Uni.createFrom()
                .deferred(() -> bytes.get() < most
                        ? list.get()
                        : Uni.createFrom()
                                .failure(new DynamicsException.Weather(
                                        "answers wait for their receiver, and no further member list is read until then",
                                        Optional.empty(),
                                        null)));
    }

    /** Hands a list over, holding it until then. */
    <T> Uni<T> holding(int members, Supplier<Uni<T>> handOver) {
        var weight = BYTES_AROUND + members * BYTES_EACH + Math.min(members, PAGES * pageSize) * PAGE_BYTES_EACH;
        return Uni.createFrom().deferred(() -> {
            bytes.addAndGet(weight);
            return handOver.get().onTermination().invoke(() -> bytes.addAndGet(-weight));
        });
    }

    /** What is held, in bytes. */
    public long bytes() {
        return bytes.get();
    }
}
