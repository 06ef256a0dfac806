package io.segmentrelay.workflow;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

import io.segmentrelay.dynamics.Dynamics.SegmentIds;
import io.segmentrelay.dynamics.MemberList;
import io.segmentrelay.event.EventIds;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.Row;
import io.segmentrelay.event.SegmentFacts;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.Warning;
import io.segmentrelay.sketch.Reconciliation.Difference;

/** What one delivery of a request led to. */
public sealed interface Outcome {

    /** The request. */
    SegmentRequest request();

    /** What comes after it is told. */
    After after();

    /** One that is told in pages. */
    sealed interface Paged extends Outcome {

        /** The segment. */
        SegmentIds ids();

        /** Ids on all pages together, which are held until they are told. */
        int size();

        /** What is handed over before the first page, in the same delivery. */
        Optional<SegmentTask> intent();

        /** The pages, made one at a time: a big segment's pages together are many times its member set. */
        Iterator<RelayEvent> pages(int pageSize);
    }

    /**
     * The segment is live.
     *
     * @param request the request
     * @param ids its rows
     * @param facts what is told of it beside its members
     * @param list its members
     * @param replaces the membership that was told before, where there was one
     * @param liveAt when its members were computed; where the server does not say, when it was seen live
     * @param warnings what is less than perfect
     */
    record Ready(
            SegmentRequest request,
            SegmentIds ids,
            SegmentFacts facts,
            MemberList list,
            Optional<RelayEvent.Replaces> replaces,
            Instant liveAt,
            Set<Warning> warnings,
            Optional<SegmentTask> intent,
            After after)
            implements Paged {

        public Ready {
            warnings = Set.copyOf(warnings);
        }

        /** With nothing to come after it. */
        static Ready last(
                SegmentRequest request,
                SegmentIds ids,
                SegmentFacts facts,
                MemberList list,
                Instant liveAt,
                Set<Warning> warnings) {
            return new Ready(
                    request,
                    ids,
                    facts,
                    list,
                    Optional.empty(),
                    liveAt,
                    withThoseOf(list, warnings),
                    Optional.empty(),
                    After.NOTHING);
        }

        /** Of a segment that was asked for, with nothing to come after it. */
        public Ready(SegmentRequest request, SegmentIds ids, MemberList list, Instant liveAt, Set<Warning> warnings) {
            this(
                    request,
                    ids,
                    SegmentFacts.of(request.spec()),
                    list,
                    Optional.empty(),
                    liveAt,
                    warnings,
                    Optional.empty(),
                    After.NOTHING);
        }

        @Override
        public int size() {
            return list.members().size();
        }

        @Override
        public Iterator<RelayEvent> pages(int pageSize) {
            var members = list.members();
            var pageCount = Math.max(1, Math.ceilDiv(members.size(), pageSize));
            var snapshotId = EventIds.snapshotId(ids.segmentId(), members.digest());
            return IntStream.rangeClosed(1, pageCount)
                    .<RelayEvent>mapToObj(page -> new RelayEvent.ReadyPage(
                            request,
                            ids.segmentId(),
                            ids.definitionId(),
                            facts,
                            primaryKeyColumn(list, facts),
                            replaces,
                            snapshotId,
                            members.size(),
                            page,
                            pageCount,
                            members.slice((page - 1) * pageSize, Math.min(page * pageSize, members.size())),
                            warnings,
                            liveAt))
                    .iterator();
        }

        /** Those of a list beside others. */
        static Set<Warning> withThoseOf(MemberList list, Set<Warning> warnings) {
            var all = EnumSet.noneOf(Warning.class);
            all.addAll(warnings);
            if (list.isIncomplete()) {
                all.add(Warning.MEMBERS_INCOMPLETE);
            }
            return all;
        }
    }

    /**
     * The membership of a followed segment has changed.
     *
     * @param request the request that follows
     * @param ids the segment
     * @param facts what is told of it beside its members
     * @param primaryKeyColumn of the base entity
     * @param memberCount how many members it has now
     * @param change what joined and left
     * @param revision that the change leads to
     * @param previousSnapshotId the membership that it is a change of
     * @param snapshotId the membership that it leads to
     * @param computedAt when that was computed; where the server does not say, when that was seen
     */
    record Changed(
            SegmentRequest request,
            SegmentIds ids,
            SegmentFacts facts,
            String primaryKeyColumn,
            int memberCount,
            Difference change,
            long revision,
            UUID previousSnapshotId,
            UUID snapshotId,
            Instant computedAt,
            Optional<SegmentTask> intent,
            After after)
            implements Paged {

        @Override
        public int size() {
            return change.size();
        }

        /** Those that joined first. */
        @Override
        public Iterator<RelayEvent> pages(int pageSize) {
            var pageCount = Math.max(1, Math.ceilDiv(size(), pageSize));
            return IntStream.rangeClosed(1, pageCount)
                    .<RelayEvent>mapToObj(page -> new RelayEvent.ChangedPage(
                            request,
                            ids.segmentId(),
                            ids.definitionId(),
                            facts,
                            primaryKeyColumn,
                            revision,
                            previousSnapshotId,
                            snapshotId,
                            memberCount,
                            page,
                            pageCount,
                            part(change.joined(), (page - 1) * pageSize, pageSize),
                            part(
                                    change.left(),
                                    (page - 1) * pageSize - change.joined().size(),
                                    pageSize),
                            computedAt))
                    .iterator();
        }

        private static List<UUID> part(List<UUID> ids, int from, int length) {
            return ids.subList(Math.clamp(from, 0, ids.size()), Math.clamp((long) from + length, 0, ids.size()));
        }
    }

    /**
     * The window is over, the process is about to stop, or the request is kept elsewhere from now on: to be continued by another
     * delivery.
     *
     * @param task where to go on
     */
    record Pending(SegmentTask task) implements Outcome {
        @Override
        public SegmentRequest request() {
            return task.request();
        }

        @Override
        public After after() {
            return After.on(task);
        }
    }

    /**
     * Something else is told.
     *
     * @param request the request
     * @param events what, in this order
     */
    record Told(SegmentRequest request, List<RelayEvent> events, After after) implements Outcome {
        public Told {
            events = List.copyOf(events);
        }
    }

    /**
     * The request ended without what it asked for.
     *
     * @param request the request
     * @param event what to tell
     */
    record Failed(SegmentRequest request, RelayEvent.Failed event, After after) implements Outcome {

        /** One that had nothing else to come. */
        public Failed(SegmentRequest request, RelayEvent.Failed event) {
            this(request, event, After.NOTHING);
        }

        /** The same, with the rows that are left. */
        Failed leaving(List<Row> rows) {
            return new Failed(request, event.leaving(rows), after);
        }
    }

    /** As the server names it, else as all such columns are named. */
    static String primaryKeyColumn(MemberList list, SegmentFacts facts) {
        return list.primaryKeyColumn().orElse(facts.baseEntity() + "id");
    }
}
