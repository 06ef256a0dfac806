package io.segmentrelay.event;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import io.segmentrelay.query.QueryFinding;

/** What the relay emits. Each knows its request, so that ids, keys and extensions can be derived in one place. */
public sealed interface RelayEvent {

    /** The request that this is about. */
    RequestKey key();

    /**
     * The relay's own continuation ({@code io.segmentrelay.segment.pending.v1}).
     *
     * @param request the request
     * @param step the step to go on with: never {@link Step#VALIDATE}
     * @param definitionId the definition's id; what the server said, once it said so
     * @param segmentId the segment's id; what the server said, once it said so
     * @param stepSince when this step began
     * @param liveAt when the segment was seen live; present from {@link Step#FETCH_MEMBERS} on
     * @param warnings what is known so far
     */
    record Pending(
            SegmentRequest request,
            Step step,
            UUID definitionId,
            UUID segmentId,
            Instant stepSince,
            Optional<Instant> liveAt,
            Set<Warning> warnings)
            implements RelayEvent {
        public Pending {
            warnings = Set.copyOf(warnings);
        }

        @Override
        public RequestKey key() {
            return request.key();
        }
    }

    /**
     * One page of a segment's members ({@code io.segmentrelay.segment.ready.v1}).
     *
     * @param request the request
     * @param segmentId the segment's id
     * @param definitionId the definition's id
     * @param primaryKeyColumn of the base entity, as the server names it
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
            String primaryKeyColumn,
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
     * The request ended without a segment ({@code io.segmentrelay.segment.failed.v1}).
     *
     * @param key what identifies the request
     * @param code why
     * @param step where
     * @param message one sentence that a person can act on
     * @param segmentId absent where there is none yet
     * @param definitionId absent where there is none yet
     * @param dynamics the server's own words; absent where it was not the server
     * @param queryFindings what looks wrong in the request's query
     * @param traceparent the W3C trace context that the request came with
     */
    record Failed(
            RequestKey key,
            FailureCode code,
            Step step,
            String message,
            Optional<UUID> segmentId,
            Optional<UUID> definitionId,
            Optional<ServerError> dynamics,
            List<QueryFinding> queryFindings,
            Optional<String> traceparent)
            implements RelayEvent {
        public Failed {
            queryFindings = List.copyOf(queryFindings);
        }

        /** One of a request in whose query nothing looks wrong. */
        public Failed(
                RequestKey key,
                FailureCode code,
                Step step,
                String message,
                Optional<UUID> segmentId,
                Optional<UUID> definitionId,
                Optional<ServerError> dynamics,
                Optional<String> traceparent) {
            this(key, code, step, message, segmentId, definitionId, dynamics, List.of(), traceparent);
        }

        /** The same, with what looks wrong in the request's query. */
        public Failed finding(List<QueryFinding> findings) {
            return new Failed(key, code, step, message, segmentId, definitionId, dynamics, findings, traceparent);
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
