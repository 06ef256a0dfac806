package io.segmentrelay.workflow;

import java.util.Optional;
import java.util.UUID;

import io.segmentrelay.dynamics.DynamicsException;
import io.segmentrelay.event.FailureCode;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.RelayEvent.ServerError;
import io.segmentrelay.event.Step;
import io.segmentrelay.event.Wish;

/** How requests end without what they asked for: each with a code, and with one sentence that a person can act on. */
final class RequestFailures {

    private RequestFailures() {}

    static Outcome.Failed rejected(SegmentTask task, DynamicsException.Rejected rejected) {
        var answer = rejected.answer();
        return failed(
                task,
                FailureCode.REJECTED_BY_DYNAMICS,
                "Dynamics refused this step with %d: %s; correct the request and send it with a new id"
                        .formatted(
                                answer.status(),
                                answer.message().or(answer::code).orElse("no reason given")),
                Optional.of(serverError(answer)));
    }

    static Outcome.Failed unauthorized(SegmentTask task, DynamicsException.Unauthorized refused) {
        return failed(
                task,
                FailureCode.UNAUTHORIZED,
                "%s; check the AZURE_* settings and the application user's security role, then send the request again"
                        .formatted(refused.getMessage()),
                refused.answer().map(RequestFailures::serverError));
    }

    static Outcome.Failed unreadable(SegmentTask task, DynamicsException.UnreadableMembers unreadable) {
        return failed(
                task,
                FailureCode.MEMBERS_UNREADABLE,
                "The segment is live, but its member list cannot be read: %s".formatted(unreadable.getMessage()),
                Optional.empty());
    }

    static Outcome.Failed gone(SegmentTask task, String reason) {
        return failed(
                task,
                FailureCode.GOING_LIVE_FAILED,
                "The segment will not go live: %s; look at it in Customer Insights - Journeys".formatted(reason),
                Optional.empty());
    }

    static Outcome.Failed tooManyMembers(SegmentTask task) {
        return failed(
                task,
                FailureCode.INVALID_REQUEST,
                "includedMembers and excludedMembers may have 200,000 members each, as the server takes no more in a group; make several segments",
                Optional.empty());
    }

    /** A request that is repeated after the segment was deleted that was made for it. */
    static Outcome.Failed retired(SegmentTask task) {
        return failed(
                task,
                FailureCode.SEGMENT_NOT_FOUND,
                "The segment of this request was retired, and is not made again; to have one anew, send the request with a new id",
                Optional.empty());
    }

    static Outcome.Failed notFound(SegmentTask task, String reason) {
        return failed(
                task,
                FailureCode.SEGMENT_NOT_FOUND,
                "The segment cannot be found: %s; give the id of its row in msdynmkt_segments, or the source and id of its request"
                        .formatted(reason),
                Optional.empty());
    }

    static Outcome.Failed notLive(SegmentTask task, String reason) {
        return failed(
                task,
                FailureCode.SEGMENT_NOT_LIVE,
                "The segment is not live: %s; publish it in Customer Insights - Journeys, then send the request with a new id"
                        .formatted(reason),
                Optional.empty());
    }

    static Outcome.Failed retireForbidden(SegmentTask task, String reason) {
        return failed(
                task,
                FailureCode.RETIRE_REFUSED,
                Step.RETIRE,
                "The segment was not deleted: " + reason,
                Optional.empty());
    }

    /** @param refusal what the server said */
    static RelayEvent.Failed retireRefused(SegmentTask task, Throwable refusal) {
        var answer =
                switch (refusal) {
                    case DynamicsException.Rejected rejected -> Optional.of(rejected.answer());
                    case DynamicsException.Unauthorized refused -> refused.answer();
                    default -> Optional.<DynamicsException.Answer>empty();
                };
        return failed(
                        task,
                        FailureCode.RETIRE_REFUSED,
                        "Dynamics refused to delete the %s: %s; take it out of what uses it, or grant the privilege, then ask again with a new id"
                                .formatted(
                                        task instanceof RetireTask retire
                                                ? retire.retirement().next().label()
                                                : "segment",
                                        answer.flatMap(a -> a.message().or(a::code))
                                                .orElseGet(() -> String.valueOf(refusal.getMessage()))),
                        answer.map(RequestFailures::serverError))
                .event();
    }

    /** @param last what was seen, or went wrong, last */
    static Outcome.Failed deadlineExceeded(SegmentTask task, Optional<String> last) {
        return deadlineExceeded(task, last, Optional.empty());
    }

    /** Past the deadline, the server said no. */
    static Outcome.Failed deadlineExceeded(SegmentTask task, DynamicsException.Rejected refusal) {
        var answer = refusal.answer();
        return deadlineExceeded(
                task,
                Optional.of(answer.message().or(answer::code).orElseGet(() -> String.valueOf(refusal.getMessage()))),
                Optional.of(serverError(answer)));
    }

    private static Outcome.Failed deadlineExceeded(
            SegmentTask task, Optional<String> last, Optional<ServerError> dynamics) {
        var toRetire = task.request().wish() instanceof Wish.Retirement;
        return failed(
                task,
                FailureCode.DEADLINE_EXCEEDED,
                "The segment was not %s by %s (step %s%s); %s, or look at it in Dynamics"
                        .formatted(
                                toRetire ? "deleted" : "ready",
                                task.request().deadline(),
                                task.step().label(),
                                last.map(", last: "::concat).orElse(""),
                                toRetire ? "ask again with a new id" : "allow more with readyWithin"),
                dynamics);
    }

    private static Outcome.Failed failed(
            SegmentTask task, FailureCode code, String message, Optional<ServerError> dynamics) {
        return failed(task, code, task.step(), message, dynamics);
    }

    private static Outcome.Failed failed(
            SegmentTask task, FailureCode code, Step step, String message, Optional<ServerError> dynamics) {
        var event = new RelayEvent.Failed(
                task.request().key(),
                code,
                step,
                message,
                segmentId(task),
                definitionId(task),
                dynamics,
                task.request().trace());
        return new Outcome.Failed(task.request(), event.finding(task.request().queryFindings()), after(task));
    }

    /** A segment that is kept for a time only is deleted then, even though its members could not be told. */
    private static After after(SegmentTask task) {
        return task instanceof LifeTask life
                ? After.onOrOver(LifeTask.kept(life.life(), life.since()), life.life())
                : After.NOTHING;
    }

    /** Only what the server has, so far as is known: an id that nobody will find helps nobody. */
    private static Optional<UUID> definitionId(SegmentTask task) {
        return task.step() == Step.CREATE_DEFINITION || task.step() == Step.FIND_SEGMENT
                ? Optional.empty()
                : Optional.of(task.ids().definitionId());
    }

    private static Optional<UUID> segmentId(SegmentTask task) {
        return task instanceof SegmentTask.CreateDefinition
                        || task instanceof SegmentTask.CreateSegment
                        || task instanceof FindSegment
                ? Optional.empty()
                : Optional.of(task.ids().segmentId());
    }

    private static ServerError serverError(DynamicsException.Answer answer) {
        return new ServerError(answer.status(), answer.code(), answer.message(), answer.serviceRequestId());
    }
}
