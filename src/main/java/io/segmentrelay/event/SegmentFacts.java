package io.segmentrelay.event;

import java.time.Duration;
import java.util.Optional;

/**
 * What is told of a segment beside its members.
 *
 * @param displayName its name in Dynamics
 * @param baseEntity the table's logical name
 * @param refreshInterval how often Dynamics computes its members anew; absent where that is not known
 */
public record SegmentFacts(String displayName, String baseEntity, Optional<Duration> refreshInterval) {

    /** Of a segment that is asked for. */
    public static SegmentFacts of(SegmentSpec spec) {
        return new SegmentFacts(
                spec.displayName(), spec.baseEntity(), spec.refresh().flatMap(SegmentSpec.Refresh::interval));
    }
}
