package io.segmentrelay.workflow;

import java.time.Duration;

/** Is told what happens to requests: for logs and metrics, which the workflow does not know. Must not block or throw. */
public interface Progress {

    /** A step is done, and this is the next state. */
    void moved(SegmentTask from, SegmentTask to);

    /** A step could not be done for now, and will be tried again after the delay. */
    void delayed(SegmentTask task, int attempt, Duration delay, String reason);

    /** A delivery ended. */
    void ended(SegmentTask last, Outcome outcome);
}
