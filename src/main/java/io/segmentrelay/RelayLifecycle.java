package io.segmentrelay;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import org.jboss.logging.Logger;

import io.segmentrelay.config.SettingsCheck;
import io.segmentrelay.relay.InFlight;
import io.segmentrelay.relay.Relay;
import io.segmentrelay.relay.Trigger;
import io.segmentrelay.time.Time;

/** Starts the triggers, whichever there are, and hands over what is under way when the process is asked to stop. */
@ApplicationScoped
public class RelayLifecycle {

    private static final Logger LOG = Logger.getLogger(RelayLifecycle.class);

    /** Of the ten seconds that a stop may take in all, from its first sign on. */
    private static final Duration HAND_OVER = Duration.ofSeconds(6);

    private static final Duration COMMIT = Duration.ofSeconds(2);

    private final SettingsCheck settings;
    private final Instance<Trigger> triggers;
    private final Instance<Relay> relay;
    private final Instance<InFlight> rooms;
    private final Time time;
    private volatile boolean started;
    private final AtomicLong drainedAt = new AtomicLong();

    RelayLifecycle(
            SettingsCheck settings,
            Instance<Trigger> triggers,
            Instance<Relay> relay,
            @Any Instance<InFlight> rooms,
            Time time) {
        this.settings = settings;
        this.triggers = triggers;
        this.relay = relay;
        this.rooms = rooms;
        this.time = time;
    }

    /** Before anything connects to anywhere. */
    void check(@Observes @Priority(1) StartupEvent event) {
        settings.check();
    }

    void start(@Observes @Priority(10_000) StartupEvent event) {
        triggers.forEach(Trigger::start);
        started = true;
    }

    /** The first sign of a stop: HTTP deliveries are still answered while they are handed over. */
    void drain(@Observes ShutdownDelayInitiatedEvent event) {
        drain();
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        if (!started) {
            return;
        }
        drain();
        var empty = new CountDownLatch(1);
        rooms.forEach(room -> room.onRoom(() -> {
            if (inFlight() == 0) {
                empty.countDown();
            }
        }));
        // What HTTP has waited for already is not waited for again.
        var left = drainedAt.get() + HAND_OVER.toNanos() - time.nanos();
        if (inFlight() > 0 && !empty.await(left, TimeUnit.NANOSECONDS)) {
            LOG.warnf("Stopping with %d events not handed over: they will be delivered again", inFlight());
        }
        triggers.forEach(trigger -> trigger.commit(COMMIT));
    }

    private int inFlight() {
        return rooms.stream().mapToInt(InFlight::count).sum();
    }

    private void drain() {
        drainedAt.compareAndSet(0, time.nanos());
        triggers.forEach(Trigger::stop);
        relay.get().drain();
    }
}
