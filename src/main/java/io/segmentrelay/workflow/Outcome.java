package io.segmentrelay.workflow;

import java.time.Instant;
import java.util.Iterator;
import java.util.Set;
import java.util.stream.IntStream;

import io.segmentrelay.dynamics.Dynamics.SegmentIds;
import io.segmentrelay.dynamics.MemberList;
import io.segmentrelay.event.EventIds;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.SegmentFacts;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.Warning;

/** What one delivery of a request led to. */
public sealed interface Outcome {

    /** The request. */
    SegmentRequest request();

    /**
     * The segment is live.
     *
     * @param request the request
     * @param ids its rows
     * @param list its members
     * @param liveAt when its members were computed; where the server does not say, when it was seen live
     * @param warnings what is less than perfect
     */
    record Ready(SegmentRequest request, SegmentIds ids, MemberList list, Instant liveAt, Set<Warning> warnings)
            implements Outcome {

        public Ready {
            warnings = Set.copyOf(warnings);
        }

        /** The pages, made one at a time: a big segment's pages together are many times its member set. */
        public Iterator<RelayEvent.ReadyPage> pages(int pageSize) {
            var members = list.members();
            var pageCount = Math.max(1, Math.ceilDiv(members.size(), pageSize));
            var snapshotId = EventIds.snapshotId(ids.segmentId(), members.digest());
            return IntStream.rangeClosed(1, pageCount)
                    .mapToObj(page -> new RelayEvent.ReadyPage(
                            request,
                            ids.segmentId(),
                            ids.definitionId(),
                            SegmentFacts.of(request.spec()),
                            list.primaryKeyColumn().orElse(request.spec().baseEntity() + "id"),
                            java.util.Optional.empty(),
                            snapshotId,
                            members.size(),
                            page,
                            pageCount,
                            members.slice((page - 1) * pageSize, Math.min(page * pageSize, members.size())),
                            warnings,
                            liveAt))
                    .iterator();
        }
    }

    /**
     * The window is over, or the process is about to stop: to be continued by another delivery.
     *
     * @param task where to go on
     */
    record Pending(SegmentTask task) implements Outcome {
        @Override
        public SegmentRequest request() {
            return task.request();
        }
    }

    /**
     * The request ended without a segment.
     *
     * @param request the request
     * @param event what to tell
     */
    record Failed(SegmentRequest request, RelayEvent.Failed event) implements Outcome {}
}
