package io.segmentrelay.workflow;

import java.util.Optional;

import io.smallrye.mutiny.Uni;

/** One delivery's place in the workflow: read by its cut-off, written by its steps. */
final class Delivery {

    private volatile SegmentTask task;
    private volatile Optional<String> trouble = Optional.empty();
    private volatile Runnable onCut = () -> {};
    private boolean isPausing;
    private boolean mayWait = true;

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

    void onCut(Runnable callback) {
        onCut = callback;
    }

    /** Ends the delivery where it is. */
    void cut() {
        onCut.run();
    }

    /** Pauses before another try; where there is no more time to wait, that is the end of the delivery. */
    Uni<Void> pause(Uni<Void> timer) {
        return Uni.createFrom().deferred(() -> {
            if (!pauses(true)) {
                cut();
                return Uni.createFrom().nothing();
            }
            return timer.onTermination().invoke(() -> pauses(false));
        });
    }

    /** Only what is not worth to be begun anew goes on: the reading of a list, which may be long. */
    void waitNoMore() {
        boolean goesOn;
        synchronized (this) {
            mayWait = false;
            goesOn = task instanceof SegmentTask.FetchMembers && !isPausing;
        }
        if (!goesOn) {
            cut();
        }
    }

    private synchronized boolean pauses(boolean now) {
        isPausing = now;
        return mayWait;
    }
}
