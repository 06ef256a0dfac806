package io.segmentrelay.workflow;

import java.util.Optional;
import java.util.function.Consumer;

import io.smallrye.mutiny.Uni;

import io.segmentrelay.workflow.Schedule.Ending;

/** One delivery's place in the workflow: read by its cut-off, written by its steps. */
public final class Delivery {

    private volatile SegmentTask task;
    private volatile Optional<String> trouble = Optional.empty();
    private volatile Consumer<Ending> onCut = ending -> {};
    private volatile boolean overdue;
    private boolean isPausing;
    private Optional<Ending> impatience = Optional.empty();

    Delivery(SegmentTask task) {
        this.task = task;
    }

    SegmentTask task() {
        return task;
    }

    /** The last trouble, in words. */
    Optional<String> trouble() {
        return trouble;
    }

    void at(SegmentTask next) {
        task = next;
    }

    void troubled(String reason) {
        trouble = Optional.of(reason);
    }

    /** From now on nothing is begun: there is only a look at what is there. */
    void deadlinePassed() {
        overdue = true;
    }

    /** Whether the deadline has passed. */
    boolean isOverdue() {
        return overdue;
    }

    void onCut(Consumer<Ending> callback) {
        onCut = callback;
    }

    /** Ends the delivery where it is. */
    void cut(Ending ending) {
        onCut.accept(ending);
    }

    /** Pauses before another try; where there is no more time to wait, that is the end of the delivery. */
    Uni<Void> pause(Uni<Void> timer) {
        return Uni.createFrom().deferred(() -> {
            var ending = pauses(true);
            if (ending.isPresent()) {
                cut(ending.orElseThrow());
                return Uni.createFrom().nothing();
            }
            return timer.onTermination().invoke(() -> pauses(false));
        });
    }

    /** Only what is not worth to be begun anew goes on: the reading of a list, which may be long. */
    void waitNoMore(Ending ending) {
        boolean goesOn;
        synchronized (this) {
            impatience = Optional.of(ending);
            goesOn = isReading();
        }
        if (!goesOn) {
            cut(ending);
        }
    }

    /** Whether a list is being read right now. */
    synchronized boolean isReading() {
        return task.isReading() && !isPausing;
    }

    private synchronized Optional<Ending> pauses(boolean now) {
        isPausing = now;
        return impatience;
    }
}
