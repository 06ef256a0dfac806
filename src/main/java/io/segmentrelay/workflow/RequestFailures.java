package io.segmentrelay.workflow;

import java.util.Optional;
import java.util.UUID;

import io.segmentrelay.dynamics.DynamicsException;
import io.segmentrelay.event.FailureCode;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.RelayEvent.ServerError;
import io.segmentrelay.event.Step;

/** How requests end without a segment: each with a code, and with one sentence that a person can act on. */
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
        return failed(
                task,
                FailureCode.DEADLINE_EXCEEDED,
                "The segment was not ready by %s (step %s%s); allow more with readyWithin, or look at it in Dynamics"
                        .formatted(
                                task.request().deadline(),
                                task.step().label(),
                                last.map(", last: "::concat).orElse("")),
                dynamics);
    }

    private static Outcome.Failed failed(
            SegmentTask task, FailureCode code, String message, Optional<ServerError> dynamics) {
        var event = new RelayEvent.Failed(
                task.request().key(),
                code,
                task.step(),
                message,
                segmentId(task),
                definitionId(task),
                dynamics,
                task.request().traceparent());
        return new Outcome.Failed(task.request(), event.finding(task.request().queryFindings()));
    }

    /** Only what the server has, so far as is known: an id that nobody will find helps nobody. */
    private static Optional<UUID> definitionId(SegmentTask task) {
        return task.step() == Step.CREATE_DEFINITION
                ? Optional.empty()
                : Optional.of(task.ids().definitionId());
    }

    private static Optional<UUID> segmentId(SegmentTask task) {
        return task instanceof SegmentTask.CreateDefinition || task instanceof SegmentTask.CreateSegment
                ? Optional.empty()
                : Optional.of(task.ids().segmentId());
    }

    private static ServerError serverError(DynamicsException.Answer answer) {
        return new ServerError(answer.status(), answer.code(), answer.message(), answer.serviceRequestId());
    }
}
