package io.segmentrelay.workflow;

/** What a try at a step led to. */
sealed interface Next {

    /** To the next state. */
    record Go(SegmentTask to) implements Next {}

    /** To the end of the delivery. */
    record End(Outcome outcome) implements Next {}
}
