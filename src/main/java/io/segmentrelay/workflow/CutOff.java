package io.segmentrelay.workflow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;

import io.segmentrelay.time.Time;
import io.segmentrelay.workflow.DeliverySchedule.Ending;

/**
 * Ends one delivery before its work does: at the times of its {@link DeliverySchedule}, as soon as it would wait after
 * that, or when it is told to. Knows no task, but whether a list is being read. Thread-safe.
 */
final class CutOff {

    private final BooleanSupplier isAtAList;
    private final CompletableFuture<Ending> ended = new CompletableFuture<>();
    private boolean isPausing; // guarded by this, as what follows
    private Optional<Ending> impatience = Optional.empty();

    /** @param isAtAList whether the step that is under way, or paused, is to read a list */
    CutOff(BooleanSupplier isAtAList) {
        this.isAtAList = isAtAList;
    }

    /** How the delivery is to end, as soon as it is; cancelling it drops the timers. For one subscriber. */
    Uni<Ending> ending(DeliverySchedule schedule, Time time) {
        return Uni.createFrom().emitter(emitter -> {
            var timers = timers(schedule, time);
            emitter.onTermination(() -> timers.forEach(Cancellable::cancel));
            var unused = ended.thenAccept(emitter::complete);
        });
    }

    /** Ends the delivery where it is, unless it has been ended. */
    void now(Ending ending) {
        ended.complete(ending);
    }

    /** Pauses before another try; where there is no more time to wait, that is the end of the delivery. */
    Uni<Void> pause(Uni<Void> timer) {
        return Uni.createFrom().deferred(() -> {
            var ending = pauses(true);
            if (ending.isPresent()) {
                now(ending.orElseThrow());
                return Uni.createFrom().nothing();
            }
            return timer.onTermination().invoke(() -> pauses(false));
        });
    }

    /** Whether a list is being read right now. */
    synchronized boolean isReading() {
        return isAtAList.getAsBoolean() && !isPausing;
    }

    private List<Cancellable> timers(DeliverySchedule schedule, Time time) {
        var timers = new ArrayList<Cancellable>();
        timers.add(time.after(schedule.inAll()).subscribe().with(fired -> now(schedule.afterAll())));
        if (schedule.patience().compareTo(schedule.inAll()) < 0) {
            timers.add(time.after(schedule.patience()).subscribe().with(fired -> waitNoMore(schedule.afterPatience())));
        }
        return timers;
    }

    /** Only what is not worth to be begun anew goes on: the reading of a list, which may be long. */
    private void waitNoMore(Ending ending) {
        boolean goesOn;
        synchronized (this) {
            impatience = Optional.of(ending);
            goesOn = isReading();
        }
        if (!goesOn) {
            now(ending);
        }
    }

    private synchronized Optional<Ending> pauses(boolean now) {
        isPausing = now;
        return impatience;
    }
}
