package io.segmentrelay.workflow;

import java.time.Duration;

/** Nobody listens. */
final class NoProgress implements Progress {

    @Override
    public void moved(SegmentTask from, SegmentTask to) {}

    @Override
    public void delayed(SegmentTask task, int attempt, Duration delay, String reason) {}

    @Override
    public void ended(SegmentTask last, Outcome outcome) {}
}
