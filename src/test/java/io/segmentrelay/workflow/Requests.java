package io.segmentrelay.workflow;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import io.segmentrelay.event.RequestKey;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.SegmentSpec;
import io.segmentrelay.event.SegmentType;

/** Requests to test with. */
final class Requests {

    private Requests() {}

    static SegmentRequest request(String id, Instant now, Duration readyWithin) {
        var spec = new SegmentSpec(
                "County known",
                Optional.of("PROFILE(contact).FILTER(ISNOTNULL(address1_county))"),
                "contact",
                SegmentType.DYNAMIC,
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(readyWithin));
        return new SegmentRequest(new RequestKey("/tests", id), spec, now, now.plus(readyWithin), Optional.empty());
    }
}
