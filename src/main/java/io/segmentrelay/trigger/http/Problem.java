package io.segmentrelay.trigger.http;

import java.time.Duration;
import java.util.Optional;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/**
 * An answer that says what is wrong and what to do (RFC 9457, {@code application/problem+json}).
 *
 * @param status HTTP status
 * @param title the kind of problem
 * @param detail what to do about this one
 * @param retryAfter when to deliver again; empty: not at all
 */
record Problem(int status, String title, String detail, Optional<Duration> retryAfter) {

    static Problem badRequest(String detail) {
        return new Problem(400, "Not a CloudEvent for this relay", detail, Optional.empty());
    }

    static Problem tooLarge(long bytes) {
        return new Problem(
                413,
                "Event too large",
                "An event may have %d bytes (relay.max-event-size)".formatted(bytes),
                Optional.empty());
    }

    static Problem methodNotAllowed() {
        return new Problem(405, "Method not allowed", "POST a CloudEvent to /", Optional.empty());
    }

    static Problem notFound() {
        return new Problem(404, "Not found", "POST a CloudEvent to /", Optional.empty());
    }

    static Problem unavailable(String detail, Duration retryAfter) {
        return new Problem(503, "Deliver again later", detail, Optional.of(retryAfter));
    }

    void answer(RoutingContext context) {
        var response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        retryAfter.ifPresent(wait -> response.putHeader("Retry-After", Long.toString(Math.max(1, wait.toSeconds()))));
        if (status == 405) {
            response.putHeader("Allow", "POST");
        }
        response.setStatusCode(status)
                .putHeader("Content-Type", "application/problem+json")
                .end(new JsonObject()
                        .put("type", "about:blank")
                        .put("title", title)
                        .put("status", status)
                        .put("detail", detail)
                        .toBuffer());
    }
}
