package io.segmentrelay.relay;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.event.wire.Superseded;

/**
 * Keeps a segment from living twice in this process. Of several deliveries of one request the first one lives; the others
 * wait for it and end as it does, so that none is acknowledged before the outcome is handed over. Where the one that lives
 * is cancelled (its partition went to another replica), the next one lives in its place.
 *
 * <p>A life that fails as {@link Superseded} has ended: another replica goes on with it, from a state that may have come here already.
 *
 * <p>A continuation may come back before the delivery that handed it over has ended: it is no repeat of that one, and
 * lives after it.
 */
public final class SingleFlight {

    private final Map<String, Deque<Delivery>> lives = new HashMap<>();

    /**
     * Lives, or waits for the one that does.
     *
     * @param key of what may live once at a time
     * @param eventId of what was delivered
     * @param life what to do, if it is this delivery that lives; its item is the id of the continuation that it handed
     *     over, empty where the request has ended
     */
    public Uni<Void> live(String key, String eventId, Supplier<Uni<Optional<String>>> life) {
        return Uni.createFrom().emitter(emitter -> {
            var delivery = new Delivery(eventId, life, emitter);
            emitter.onTermination(() -> gone(key, delivery));
            if (enter(key, delivery)) {
                begin(key, delivery);
            }
        });
    }

    /** Requests that live. */
    public synchronized int size() {
        return lives.size();
    }

    private synchronized boolean enter(String key, Delivery delivery) {
        var deliveries = lives.computeIfAbsent(key, k -> new ArrayDeque<>(1));
        deliveries.addLast(delivery);
        return deliveries.getFirst() == delivery;
    }

    private void begin(String key, Delivery delivery) {
        var running = Uni.createFrom()
                .deferred(() -> delivery.life.get())
                .subscribe()
                .with(
                        continuation -> end(key, delivery, continuation, null),
                        failure -> end(key, delivery, Optional.empty(), failure));
        delivery.slot.runs(running);
    }

    /** The one that lived ended: so do those that waited for it, except for what continues it. */
    private void end(String key, Delivery delivery, Optional<String> continuation, @Nullable Throwable failure) {
        var ending = new ArrayList<Delivery>();
        Delivery next;
        synchronized (this) {
            var all = lives.get(key);
            if (all == null || all.peekFirst() != delivery) {
                return;
            }
            ending.add(all.removeFirst());
            // What it is superseded by may be among those that wait.
            all.removeIf(waiting -> !(failure instanceof Superseded)
                    && !continuation.equals(Optional.of(waiting.eventId))
                    && ending.add(waiting));
            next = all.peekFirst();
            if (next == null) {
                lives.remove(key);
            }
        }
        for (var each : ending) {
            if (failure == null || failure instanceof Superseded) {
                each.emitter.complete(null);
            } else {
                each.emitter.fail(failure);
            }
        }
        if (next != null) {
            begin(key, next);
        }
    }

    /** A delivery was cancelled (or has ended: then it is not there any more). */
    private void gone(String key, Delivery delivery) {
        Delivery next = null;
        synchronized (this) {
            var all = lives.get(key);
            if (all == null) {
                return;
            }
            var lived = all.peekFirst() == delivery;
            all.remove(delivery);
            if (all.isEmpty()) {
                lives.remove(key);
            } else if (lived) {
                next = all.getFirst();
            }
        }
        delivery.slot.cancel();
        if (next != null) {
            begin(key, next);
        }
    }

    /** One delivery of a request. */
    private static final class Delivery {
        private final String eventId;
        private final Supplier<Uni<Optional<String>>> life;
        private final UniEmitter<? super Void> emitter;
        private final CancelSlot slot = new CancelSlot();

        private Delivery(String eventId, Supplier<Uni<Optional<String>>> life, UniEmitter<? super Void> emitter) {
            this.eventId = eventId;
            this.life = life;
            this.emitter = emitter;
        }
    }
}
