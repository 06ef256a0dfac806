package io.segmentrelay.trigger.http;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

import jakarta.enterprise.context.ApplicationScoped;

import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;

import io.segmentrelay.config.RelayConfig;
import io.segmentrelay.event.codec.DecodedEvent;
import io.segmentrelay.relay.InFlight;
import io.segmentrelay.relay.Relay;
import io.segmentrelay.relay.Trigger;
import io.segmentrelay.time.Time;

/**
 * Deliveries over HTTP: the caller waits until all is handed over, but not much longer than the window. A caller that goes
 * away changes nothing: what is under way is brought to its end, and the repeat that will come finds it.
 */
@ApplicationScoped
public class HttpDeliveries implements Trigger {

    /** What handing over may take beyond the window, before the caller is told to deliver again. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    /** What it may take when the process is asked to stop, so that the answer is out before the end. */
    private static final Duration STOP_GRACE = Duration.ofSeconds(5);

    private static final String KEY = Kept.class.getName();

    private final Relay relay;
    private final InFlight inFlight;
    private final Time time;
    private final Duration limit;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final Set<Runnable> cuts = ConcurrentHashMap.newKeySet();

    HttpDeliveries(Relay relay, InFlight inFlight, Time time, RelayConfig config) {
        this.relay = relay;
        this.inFlight = inFlight;
        this.time = time;
        this.limit = config.window().plus(GRACE);
    }

    /**
     * Keeps an event for the function that will be called with this request.
     *
     * @param bytes that it came in, after decompression
     */
    void put(RoutingContext context, DecodedEvent event, int bytes) {
        context.put(KEY, new Kept(event, bytes));
    }

    /** Runs the delivery that was kept with this request. */
    Uni<Void> deliver(RoutingContext context) {
        Kept kept = context.get(KEY);
        return kept == null
                ? Uni.createFrom().failure(new IllegalStateException("the admission was not asked"))
                : deliver(List.of(kept.event()), kept.bytes());
    }

    /**
     * Delivers events side by side.
     *
     * @param bytes that they came in, after decompression
     * @return fails with {@link NotHandedOver} where they should be delivered again
     */
    Uni<Void> deliver(List<DecodedEvent> events, int bytes) {
        if (events.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        var weight = events.size() - 1 + InFlight.weight(bytes);
        return Uni.createFrom().deferred(() -> {
            var place = inFlight.enter(weight);
            var all = Uni.join()
                    .all(events.stream().map(relay::deliver).toList())
                    .andFailFast()
                    .replaceWithVoid();
            return Uni.combine().any().of(all, cut()).onTermination().invoke(place::leave);
        });
    }

    /** The process is asked to stop: what cannot be handed over soon is given back. */
    @Override
    public void stop() {
        if (stopping.compareAndSet(false, true)) {
            time.after(STOP_GRACE).subscribe().with(passed -> cuts.forEach(Runnable::run));
        }
    }

    /** Fails when it has taken too long. */
    private Uni<Void> cut() {
        return Uni.createFrom().emitter(emitter -> {
            Runnable cut = () -> emitter.fail(new NotHandedOver());
            cuts.add(cut);
            var timer = time.after(limit).subscribe().with(passed -> cut.run());
            emitter.onTermination(() -> {
                cuts.remove(cut);
                timer.cancel();
            });
        });
    }

    private record Kept(DecodedEvent event, int bytes) {}

    /** The receiver did not take what a delivery led to in time. */
    static final class NotHandedOver extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
