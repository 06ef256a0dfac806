package io.segmentrelay.event;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import io.segmentrelay.query.QueryFinding;
import io.segmentrelay.trace.TraceContext;

/** What the relay emits. Each knows its request, so that ids, keys and extensions can be derived in one place. */
public sealed interface RelayEvent {

    /** The request that this is about. */
    RequestKey key();

    /** The relay's own: all the state that a request has on its way. */
    sealed interface Continuation extends RelayEvent {

        /** The request. */
        SegmentRequest request();

        @Override
        default RequestKey key() {
            return request().key();
        }
    }

    /**
     * The relay's own continuation ({@code io.segmentrelay.segment.pending.v1}).
     *
     * @param request the request
     * @param step the step to go on with: never {@link Step#VALIDATE}
     * @param definitionId the definition's id; what the server said, once it said so
     * @param segmentId the segment's id; what the server said, once it said so
     * @param stepSince when this step began
     * @param liveAt when the segment was seen live; present at {@link Step#FETCH_MEMBERS}
     * @param warnings what is known so far
     * @param found what is known of a segment that was there before the request
     * @param retirement how far the segment's deletion is; present at {@link Step#RETIRE}
     * @param membersAdded how many of the listed members have been added, the included ones first; counts at {@link Step#ADD_MEMBERS}
     */
    record Pending(
            SegmentRequest request,
            Step step,
            UUID definitionId,
            UUID segmentId,
            Instant stepSince,
            Optional<Instant> liveAt,
            Set<Warning> warnings,
            Optional<SegmentFacts> found,
            Optional<Retirement> retirement,
            int membersAdded)
            implements Continuation {
        public Pending {
            warnings = Set.copyOf(warnings);
        }

        /** Of a request for a new segment. */
        public Pending(
                SegmentRequest request,
                Step step,
                UUID definitionId,
                UUID segmentId,
                Instant stepSince,
                Optional<Instant> liveAt,
                Set<Warning> warnings) {
            this(
                    request,
                    step,
                    definitionId,
                    segmentId,
                    stepSince,
                    liveAt,
                    warnings,
                    Optional.empty(),
                    Optional.empty(),
                    0);
        }

        /** The same, with what looks wrong in the request's query. */
        public Pending finding(List<QueryFinding> findings) {
            return of(request.finding(findings));
        }

        /** The same state of the request as it is given. */
        public Pending of(SegmentRequest given) {
            return new Pending(
                    given, step, definitionId, segmentId, stepSince, liveAt, warnings, found, retirement, membersAdded);
        }
    }

    /**
     * The relay's own continuation of a request whose segment is live ({@code io.segmentrelay.segment.followed.v1}). Of all with
     * one {@link #mailboxKey()} the one with the highest turn counts.
     *
     * @param request the request, as {@link SegmentRequest#about} has it
     * @param segmentId the segment's id
     * @param definitionId the definition's id
     * @param facts what is told of the segment
     * @param turn from 0, counted up by one with every one that is handed over
     * @param since when this stage began
     * @param retireAt when the segment is to be deleted; absent: not by this request
     * @param stage where the request is
     */
    record Followed(
            SegmentRequest request,
            UUID segmentId,
            UUID definitionId,
            SegmentFacts facts,
            long turn,
            Instant since,
            Optional<Instant> retireAt,
            LifeStage stage)
            implements Continuation {

        /** The same state of the request as it is given. */
        public Followed of(SegmentRequest given) {
            return new Followed(given, segmentId, definitionId, facts, turn, since, retireAt, stage);
        }

        /**
         * Under which key it is kept: the segment's id, for the request that made it; behind that the request's own, for any other,
         * since several may follow one segment.
         */
        public String mailboxKey() {
            return mailboxKey(key(), segmentId);
        }

        /** As {@link #mailboxKey()}, of a request and its segment. */
        public static String mailboxKey(RequestKey request, UUID segmentId) {
            var own = request.uuid();
            return own.equals(segmentId) ? segmentId.toString() : "%s/%s".formatted(segmentId, own);
        }
    }

    /**
     * What the relay's replicas are to know of a segment ({@code io.segmentrelay.segment.marked.v1}).
     *
     * @param key of the request that led to it
     * @param mark what they are to know
     * @param trace where the request is in its trace
     */
    record Marked(RequestKey key, Mark mark, Optional<TraceContext> trace) implements RelayEvent {}

    /**
     * One page of a segment's members ({@code io.segmentrelay.segment.ready.v1}).
     *
     * @param request the request
     * @param segmentId the segment's id
     * @param definitionId the definition's id
     * @param facts what is told of the segment beside its members
     * @param primaryKeyColumn of the base entity, as the server names it
     * @param replaces what these pages stand for, where they do not come first
     * @param snapshotId the membership's id: the same for the same members of the same segment
     * @param memberCount of all pages
     * @param page from 1
     * @param pageCount at least 1
     * @param members of this page, ascending
     * @param warnings what is less than perfect
     * @param liveAt when the members were computed; where the server does not say, when the segment was seen live
     */
    record ReadyPage(
            SegmentRequest request,
            UUID segmentId,
            UUID definitionId,
            SegmentFacts facts,
            String primaryKeyColumn,
            Optional<Replaces> replaces,
            UUID snapshotId,
            int memberCount,
            int page,
            int pageCount,
            List<UUID> members,
            Set<Warning> warnings,
            Instant liveAt)
            implements RelayEvent {
        public ReadyPage {
            warnings = Set.copyOf(warnings);
        }

        @Override
        public RequestKey key() {
            return request.key();
        }

        /** Without the members, which are personal data. */
        @Override
        public String toString() {
            return "ReadyPage[request=%s, segmentId=%s, page=%d/%d]".formatted(key(), segmentId, page, pageCount);
        }
    }

    /**
     * A change that could not be told as one.
     *
     * @param revision from 1
     * @param snapshotId of the revision before
     */
    record Replaces(long revision, UUID snapshotId) {}

    /**
     * One page of a change of a segment's members ({@code io.segmentrelay.segment.changed.v1}).
     *
     * @param request the request that follows the segment
     * @param segmentId the segment's id
     * @param definitionId the definition's id
     * @param facts what is told of the segment beside its members
     * @param primaryKeyColumn of the base entity, as the server names it
     * @param revision from 1, counted up by one
     * @param previousSnapshotId the membership that this is a change of
     * @param snapshotId the membership that it leads to
     * @param memberCount of that
     * @param page from 1
     * @param pageCount at least 1
     * @param joined on this page, ascending
     * @param left on this page, ascending
     * @param computedAt when the members were computed; where the server does not say, when that was seen
     */
    record ChangedPage(
            SegmentRequest request,
            UUID segmentId,
            UUID definitionId,
            SegmentFacts facts,
            String primaryKeyColumn,
            long revision,
            UUID previousSnapshotId,
            UUID snapshotId,
            int memberCount,
            int page,
            int pageCount,
            List<UUID> joined,
            List<UUID> left,
            Instant computedAt)
            implements RelayEvent {

        @Override
        public RequestKey key() {
            return request.key();
        }

        /** Without the members, which are personal data. */
        @Override
        public String toString() {
            return "ChangedPage[request=%s, segmentId=%s, revision=%d, page=%d/%d]"
                    .formatted(key(), segmentId, revision, page, pageCount);
        }
    }

    /**
     * A follow has ended ({@code io.segmentrelay.segment.ended.v1}).
     *
     * @param key of the request that followed
     * @param segmentId the segment's id
     * @param definitionId the definition's id
     * @param reason why
     * @param revision the last one that was told
     * @param snapshotId of that
     * @param trace where the request is in its trace
     */
    record Ended(
            RequestKey key,
            UUID segmentId,
            UUID definitionId,
            EndReason reason,
            long revision,
            UUID snapshotId,
            Optional<TraceContext> trace)
            implements RelayEvent {}

    /**
     * The segment is deleted ({@code io.segmentrelay.segment.retired.v1}).
     *
     * @param key of the request that asked for it, or that said for how long to keep the segment
     * @param segmentId the segment's id
     * @param definitionId the definition's id
     * @param retiredAt when
     * @param trace where the request is in its trace
     */
    record Retired(RequestKey key, UUID segmentId, UUID definitionId, Instant retiredAt, Optional<TraceContext> trace)
            implements RelayEvent {}

    /**
     * The request ended without what it asked for ({@code io.segmentrelay.segment.failed.v1}).
     *
     * @param key what identifies the request
     * @param code why
     * @param step where
     * @param message one sentence that a person can act on
     * @param segmentId absent where there is none yet
     * @param definitionId absent where there is none yet
     * @param dynamics the server's own words; absent where it was not the server
     * @param leftBehind rows of the request's own that are still there, in the order of {@link Row}
     * @param queryFindings what looks wrong in the request's query
     * @param trace where the request is in its trace
     */
    record Failed(
            RequestKey key,
            FailureCode code,
            Step step,
            String message,
            Optional<UUID> segmentId,
            Optional<UUID> definitionId,
            Optional<ServerError> dynamics,
            List<Row> leftBehind,
            List<QueryFinding> queryFindings,
            Optional<TraceContext> trace)
            implements RelayEvent {
        public Failed {
            leftBehind = leftBehind.stream().sorted().distinct().toList();
            queryFindings = List.copyOf(queryFindings);
        }

        /** One that leaves no row behind, of a request in whose query nothing looks wrong. */
        public Failed(
                RequestKey key,
                FailureCode code,
                Step step,
                String message,
                Optional<UUID> segmentId,
                Optional<UUID> definitionId,
                Optional<ServerError> dynamics,
                Optional<TraceContext> trace) {
            this(key, code, step, message, segmentId, definitionId, dynamics, List.of(), List.of(), trace);
        }

        /** The rows that it names: those that the server has, so far as is known. */
        public List<Row> rows() {
            var rows = new ArrayList<Row>();
            segmentId.ifPresent(id -> rows.add(Row.SEGMENT));
            definitionId.ifPresent(id -> rows.add(Row.DEFINITION));
            return List.copyOf(rows);
        }

        /** The same, with the rows that are left. */
        public Failed leaving(List<Row> rows) {
            return new Failed(key, code, step, message, segmentId, definitionId, dynamics, rows, queryFindings, trace);
        }

        /** The same, with what looks wrong in the request's query. */
        public Failed finding(List<QueryFinding> findings) {
            return new Failed(key, code, step, message, segmentId, definitionId, dynamics, leftBehind, findings, trace);
        }
    }

    /**
     * What the server said when it refused.
     *
     * @param status HTTP status
     * @param code of Dataverse, {@code 0x…}
     * @param message of Dataverse, cut to a bounded length
     * @param serviceRequestId what the vendor's support asks for
     */
    record ServerError(
            int status, Optional<String> code, Optional<String> message, Optional<String> serviceRequestId) {}
}
