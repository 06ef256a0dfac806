package io.segmentrelay.trigger.kafka;

import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.ToIntFunction;

import io.smallrye.mutiny.subscription.MultiSubscriber;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.relay.InFlight;

/**
 * Takes items from a channel one by one, as long as there is room in flight, and never waits for one to end before it
 * takes the next: that is what lets one partition have thousands of requests under way.
 */
final class KafkaIntake<T> implements MultiSubscriber<T> {

    private static final Logger LOG = Logger.getLogger(KafkaIntake.class);

    private final InFlight inFlight;
    private final ToIntFunction<T> weight;
    private final BiConsumer<T, Runnable> work;
    private final BooleanSupplier open;
    private final Runnable ended;
    private final AtomicBoolean asked = new AtomicBoolean();
    private final AtomicReference<Flow.@Nullable Subscription> subscription = new AtomicReference<>();

    /**
     * An intake into the given room.
     *
     * @param weight of an item in flight
     * @param work is given each item, and what to call when it has left
     * @param open whether more may be taken at all
     * @param ended is called when the channel ends, which it should not
     */
    KafkaIntake(
            InFlight inFlight,
            ToIntFunction<T> weight,
            BiConsumer<T, Runnable> work,
            BooleanSupplier open,
            Runnable ended) {
        this.inFlight = inFlight;
        this.weight = weight;
        this.work = work;
        this.open = open;
        this.ended = ended;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription.set(given);
        inFlight.onRoom(this::more);
        more();
    }

    @Override
    public void onItem(T item) {
        if (!open.getAsBoolean()) {
            return; // it was asked for before the stop: whoever comes next reads it again
        }
        var place = inFlight.enter(weight.applyAsInt(item));
        asked.set(false);
        work.accept(item, place::leave);
        more();
    }

    @Override
    public void onFailure(Throwable failure) {
        LOG.error("A Kafka channel has ended: restart the process", failure);
        ended.run();
    }

    @Override
    public void onCompletion() {
        LOG.debug("A Kafka channel is complete");
        ended.run();
    }

    /** Asks for one more, unless one is asked for already: so the room is overdrawn by one item at most. */
    private void more() {
        var channel = subscription.get();
        if (channel != null && open.getAsBoolean() && inFlight.hasRoom() && asked.compareAndSet(false, true)) {
            channel.request(1);
        }
    }
}
