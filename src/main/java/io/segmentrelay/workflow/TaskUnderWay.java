package io.segmentrelay.workflow;

import java.util.Optional;

import io.segmentrelay.trace.Span;

/** Where one delivery of a request is in the workflow: read by its cut-off, written by its steps. */
final class TaskUnderWay {

    private final CutOff cutOff = new CutOff(() -> task().isReading());
    private volatile SegmentTask task;
    private volatile Optional<String> trouble = Optional.empty();
    private volatile boolean overdue;
    private final Span delivery;
    private volatile Span step = Span.NONE;

    /** @param delivery what is told of it */
    TaskUnderWay(SegmentTask task, Span delivery) {
        this.task = task;
        this.delivery = delivery;
    }

    SegmentTask task() {
        return task;
    }

    void at(SegmentTask next) {
        if (delivery.isOn() && (!step.isOn() || next.step() != task.step())) {
            step.end();
            step = delivery.child(next.step().label(), Span.Kind.INTERNAL)
                    .with("segment_relay.segment_id", next.ids().segmentId().toString());
        }
        task = next;
    }

    /** Of the step that it is in. */
    Span step() {
        return step;
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
