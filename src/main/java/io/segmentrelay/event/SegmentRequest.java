package io.segmentrelay.event;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import io.segmentrelay.query.QueryFinding;
import io.segmentrelay.trace.TraceContext;

/**
 * A request that was accepted: what does not change on its way.
 *
 * @param key what identifies it
 * @param wish what it asks for
 * @param afterwards what is to come after the members are told
 * @param requestedAt the request's {@code time}, or when it was handed to the relay where it has none
 * @param deadline when it fails with {@code deadline-exceeded}: no concern of what comes after the members are told
 * @param trace where it is in its trace: where it came from, or where a delivery of it is
 * @param warnings what is less than perfect about how it came
 * @param queryFindings what looks wrong in the query of its segment; none where that is not looked at
 */
public record SegmentRequest(
        RequestKey key,
        Wish wish,
        Afterwards afterwards,
        Instant requestedAt,
        Instant deadline,
        Optional<TraceContext> trace,
        Set<Warning> warnings,
        List<QueryFinding> queryFindings) {

    public SegmentRequest {
        warnings = Set.copyOf(warnings);
        queryFindings = List.copyOf(queryFindings);
    }

    /** One in whose query nothing looks wrong. */
    public SegmentRequest(
            RequestKey key,
            Wish wish,
            Afterwards afterwards,
            Instant requestedAt,
            Instant deadline,
            Optional<TraceContext> trace,
            Set<Warning> warnings) {
        this(key, wish, afterwards, requestedAt, deadline, trace, warnings, List.of());
    }

    /** One for a segment and nothing beyond, which came as it should. */
    public SegmentRequest(
            RequestKey key, SegmentSpec spec, Instant requestedAt, Instant deadline, Optional<TraceContext> trace) {
        this(key, new Wish.NewSegment(spec), Afterwards.NOTHING, requestedAt, deadline, trace, Set.of());
    }

    /**
     * The segment that it asks for.
     *
     * @throws IllegalStateException where it asks for something else: the states that make a segment come from no such request
     */
    public SegmentSpec spec() {
        if (wish instanceof Wish.NewSegment(var spec)) {
            return spec;
        }
        throw new IllegalStateException("This request asks for no new segment");
    }

    /** When what goes on after its first answer was asked for: the same for each delivery of one event. */
    public Instant askedAt() {
        return afterwards.follow().map(Follow::since).orElse(requestedAt);
    }

    /** The same, with what looks wrong in its query. */
    public SegmentRequest finding(List<QueryFinding> findings) {
        return new SegmentRequest(key, wish, afterwards, requestedAt, deadline, trace, warnings, findings);
    }

    /** The same request, its segment being there: all that it needs from then on, without a query that may be long. */
    public SegmentRequest about(UUID segmentId) {
        return new SegmentRequest(
                key,
                new Wish.Members(new Target.Segment(segmentId)),
                afterwards,
                requestedAt,
                deadline,
                trace,
                warnings);
    }

    /** The same, at that place of its trace. */
    public SegmentRequest in(TraceContext place) {
        return new SegmentRequest(
                key, wish, afterwards, requestedAt, deadline, Optional.of(place), warnings, queryFindings);
    }
}
