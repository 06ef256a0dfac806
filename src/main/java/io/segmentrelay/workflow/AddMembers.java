package io.segmentrelay.workflow;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import io.segmentrelay.dynamics.Dynamics.SegmentIds;
import io.segmentrelay.dynamics.StaticGroup;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.SegmentSpec;
import io.segmentrelay.event.Step;

/**
 * The rows are there, and the listed members are to be added, some with each call: the included ones first. How many are added goes into the
 * continuation, so that a long list comes to its end however short the deliveries are.
 *
 * @param added how many are
 * @param repeated whether an earlier delivery has been here
 * @param isDraft whether the segment was seen as a draft since: one that was published has its members
 */
record AddMembers(SegmentRequest request, Instant since, SegmentIds ids, int added, boolean repeated, boolean isDraft)
        implements SegmentTask {

    /** What the next call adds. */
    record Chunk(UUID groupId, List<UUID> members) {}

    /** Whether there are any to add. */
    static boolean isNeeded(SegmentSpec spec) {
        return !spec.includedMembers().isEmpty() || !spec.excludedMembers().isEmpty();
    }

    /** Whether a group would have more than it may. */
    static boolean isTooMany(SegmentSpec spec) {
        return Math.max(spec.includedMembers().size(), spec.excludedMembers().size()) > StaticGroup.MOST;
    }

    @Override
    public Step step() {
        return Step.ADD_MEMBERS;
    }

    @Override
    public RelayEvent.Continuation toEvent() {
        return new RelayEvent.Pending(
                request,
                step(),
                ids.definitionId(),
                ids.segmentId(),
                since,
                Optional.empty(),
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                added);
    }

    /** The same, having been seen as a draft. */
    AddMembers draft() {
        return new AddMembers(request, since, ids, added, repeated, true);
    }

    /** The next ones; none: all are added. */
    Chunk next() {
        var spec = request.spec();
        var included = spec.includedMembers().size();
        return added < included
                ? chunk(StaticGroup.INCLUDE, spec.includedMembers(), added)
                : chunk(StaticGroup.EXCLUDE, spec.excludedMembers(), added - included);
    }

    private Chunk chunk(StaticGroup group, List<UUID> members, int from) {
        var begin = Math.min(from, members.size());
        var end = Math.min(begin + StaticGroup.MOST_OF_A_CALL, members.size());
        return new Chunk(group.id(request.key().uuid()), members.subList(begin, end));
    }

    /** So many more are added. */
    AddMembers added(int more) {
        return new AddMembers(request, since, ids, added + more, repeated, isDraft);
    }

    /** All are. */
    Publish all(Instant now) {
        return new Publish(request, now, ids, repeated);
    }
}
