package io.segmentrelay.trigger.lambda;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import software.amazon.awssdk.awscore.exception.AwsServiceException;

import io.segmentrelay.event.wire.Refused;
import io.segmentrelay.event.wire.Refused.Reason;

/** Which failures of SQS pass by themselves, and which do not. */
final class SqsRefusals {

    /** Credentials are renewed, a queue that was just deleted may be made again in a minute, and keys are asked too often. */
    private static final Pattern PASSES =
            Pattern.compile("Expired|Throttl|TooManyRequests|RequestLimit|DeletedRecently|RequestTimeout");

    private static final Pattern NO_QUEUE = Pattern.compile("NonExistentQueue|QueueDoesNotExist|InvalidAddress");
    private static final Pattern LOGIN = Pattern.compile(
            "InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|IncompleteSignature|MissingAuthenticationToken|InvalidSecurity");
    private static final Pattern KEY = Pattern.compile("^K(ms|MS)");

    /** SQS has no code of its own for it, where it is one message. */
    private static final Pattern TOO_LARGE = Pattern.compile("(?i)shorter than|too long|maximum (message )?size");

    private static final Set<Integer> PASSING_STATUS = Set.of(408, 429);

    private SqsRefusals() {}

    /**
     * A failure that will not pass until a setting changes as {@link Refused}, any other one as it is.
     *
     * @param characters of the message
     * @see <a href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html#API_SendMessage_Errors">
     *     SendMessage, Errors</a>
     */
    static Throwable classified(Throwable failure, String queueUrl, int characters) {
        return failure instanceof AwsServiceException answer
                ? of(answer, queueUrl.substring(queueUrl.lastIndexOf('/') + 1), characters)
                        .<Throwable>map(refused -> refused)
                        .orElse(failure)
                : failure;
    }

    private static Optional<Refused> of(AwsServiceException answer, String queue, int characters) {
        var details = Optional.ofNullable(answer.awsErrorDetails());
        var code = details.map(error -> error.errorCode()).orElse("");
        var message = details.map(error -> error.errorMessage()).orElse("");
        if (answer.isThrottlingException()
                || answer.statusCode() >= 500
                || PASSING_STATUS.contains(answer.statusCode())
                || PASSES.matcher(code).find()) {
            return Optional.empty();
        }
        if (answer.statusCode() == 413 || TOO_LARGE.matcher(message).find()) {
            return refused(
                    queue,
                    Reason.TOO_LARGE,
                    "the message is too large, with %d characters: raise its MaximumMessageSize".formatted(characters));
        }
        if (code.contains("InvalidMessageContents")) {
            return refused(queue, Reason.INVALID, "it finds fault with the characters of this message");
        }
        if (NO_QUEUE.matcher(code).find()) {
            return refused(queue, Reason.NO_SUCH_RECEIVER, "there is no such queue: make it, or set another URL");
        }
        if (LOGIN.matcher(code).find()) {
            return refused(
                    queue, Reason.AUTHENTICATION, "the function's credentials are not accepted (%s)".formatted(code));
        }
        if (answer.statusCode() == 401
                || answer.statusCode() == 403
                || KEY.matcher(code).find()) {
            return refused(
                    queue,
                    Reason.AUTHORIZATION,
                    "the function's role may not send (%s): grant sqs:SendMessage, and the use of the queue's KMS key"
                            .formatted(code));
        }
        return answer.statusCode() / 100 == 4
                ? refused(queue, Reason.NOT_UNDERSTOOD, "it does not take the request (%s)".formatted(code))
                : Optional.empty();
    }

    private static Optional<Refused> refused(String queue, Reason reason, String advice) {
        return Optional.of(new Refused(queue, reason, "queue %s: %s".formatted(queue, advice)));
    }
}
