package io.segmentrelay.trigger.http;

import java.util.Optional;

import io.segmentrelay.event.wire.Refused;
import io.segmentrelay.event.wire.Refused.Reason;

/** Which answers of a sink pass by themselves, and which do not. */
final class HttpRefusals {

    private HttpRefusals() {}

    /**
     * Decides by the status of an answer that is not 2xx. 408, 409, 423, 425, 429 and 5xx pass, but 501, 505 and 511.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-15">RFC 9110, Status Codes</a>
     */
    static Optional<Refused> of(int status) {
        return switch (status) {
            case 408, 409, 423, 425, 429 -> Optional.empty();
            case 401, 403, 407, 511 ->
                refused(
                        status,
                        Reason.AUTHORIZATION,
                        "it does not let the relay send: look at the token that the SinkBinding mounts at /oidc/token, and at the receiver's policy");
            case 404, 410 ->
                refused(status, Reason.NO_SUCH_RECEIVER, "there is no receiver at that address: set K_SINK to one");
            case 405, 501, 505 ->
                refused(
                        status,
                        Reason.UNSUPPORTED,
                        "it takes no POST there: set K_SINK to an address that takes CloudEvents");
            case 413 ->
                refused(
                        status,
                        Reason.TOO_LARGE,
                        "the event is too large: raise the limit of the receiver, or of what stands before it");
            case 422 -> refused(status, Reason.INVALID, "it finds fault with this event: look at its log");
            default -> byClass(status);
        };
    }

    private static Optional<Refused> byClass(int status) {
        return switch (status / 100) {
            case 3 ->
                refused(
                        status,
                        Reason.NO_SUCH_RECEIVER,
                        "it has moved, and redirects are not followed: set K_SINK to where it is now");
            case 4 ->
                refused(
                        status,
                        Reason.NOT_UNDERSTOOD,
                        "it does not understand CloudEvents over HTTP in binary mode: set K_SINK to a receiver that does, or look at its log");
            default -> Optional.empty();
        };
    }

    private static Optional<Refused> refused(int status, Reason reason, String advice) {
        return Optional.of(
                new Refused(HttpEventSink.RECEIVER, reason, "the sink answered %d: %s".formatted(status, advice)));
    }
}
