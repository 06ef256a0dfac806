package io.segmentrelay.workflow;

import java.util.Optional;

/** Where one delivery of a request is in the workflow: read by its cut-off, written by its steps. */
final class TaskUnderWay {

    private final CutOff cutOff = new CutOff(() -> task().isReading());
    private volatile SegmentTask task;
    private volatile Optional<String> trouble = Optional.empty();
    private volatile boolean overdue;

    TaskUnderWay(SegmentTask task) {
        this.task = task;
    }

    SegmentTask task() {
        return task;
    }

    void at(SegmentTask next) {
        task = next;
    }

    /** The last trouble, in words. */
    Optional<String> trouble() {
        return trouble;
    }

    void troubled(String reason) {
        trouble = Optional.of(reason);
    }

    /** Whether the deadline has passed. */
    boolean isOverdue() {
        return overdue;
    }

    /** From now on nothing is begun: there is only a look at what is there. */
    void deadlinePassed() {
        overdue = true;
    }

    /** What ends the delivery before its work does. */
    CutOff cutOff() {
        return cutOff;
    }
}
