package io.segmentrelay.workflow;

import io.segmentrelay.config.RelayConfig.FailedSegments;
import io.segmentrelay.config.RelayConfig.Retire;

/**
 * What the workflow needs beyond {@code ready}.
 *
 * @param marks what the replicas have told one another
 * @param retire which segments may be deleted
 * @param failedSegments what becomes of the rows of a request that failed
 * @param maxSketch characters of the longest sketch that is written into a continuation, from 128
 */
public record LifeParts(LifeMarks marks, Retire retire, FailedSegments failedSegments, int maxSketch) {}
