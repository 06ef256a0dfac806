package io.segmentrelay.trigger.http;

import java.time.Duration;
import java.util.Map;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/**
 * An answer that says what is wrong and what to do (RFC 9457, {@code application/problem+json}).
 *
 * @param status HTTP status
 * @param title the kind of problem
 * @param detail what to do about this one
 * @param headers that the status asks for
 */
record HttpProblem(int status, String title, String detail, Map<String, String> headers) {

    static final String ALLOWED = "POST, OPTIONS";

    static HttpProblem badRequest(String detail) {
        return new HttpProblem(400, "Not a CloudEvent for this relay", detail, Map.of());
    }

    /** Of HTTP itself: whatever status the server found for it. */
    static HttpProblem clientError(int status) {
        return new HttpProblem(status, "Not a request that can be read", "POST a CloudEvent to /", Map.of());
    }

    /**
     * No token, or none that counts.
     *
     * @param challenge of {@code WWW-Authenticate}
     */
    static HttpProblem unauthorized(String detail, String challenge) {
        return new HttpProblem(401, "Not authenticated", detail, Map.of("WWW-Authenticate", challenge));
    }

    /** Of a web hook's sender: it may not deliver. */
    static HttpProblem notAllowed(String detail) {
        return new HttpProblem(403, "Not allowed to deliver", detail, Map.of("Allow", ALLOWED));
    }

    /** Of a web hook's sender: its question cannot be read. */
    static HttpProblem badHandshake(String detail) {
        return new HttpProblem(400, "Not a web hook's handshake", detail, Map.of("Allow", ALLOWED));
    }

    static HttpProblem tooLarge(String detail) {
        // What is still on its way is not waited for.
        return new HttpProblem(413, "Too large", detail, Map.of("Connection", "close"));
    }

    /** Of the body: says what codings are taken, as RFC 9110 (section 15.5.16) asks for. */
    static HttpProblem unsupportedCoding(String detail) {
        return new HttpProblem(
                415, "Content coding not taken", detail, Map.of("Accept-Encoding", ContentCodings.TAKEN));
    }

    static HttpProblem methodNotAllowed() {
        return new HttpProblem(405, "Method not allowed", "POST a CloudEvent to /", Map.of("Allow", ALLOWED));
    }

    static HttpProblem notFound() {
        return new HttpProblem(404, "Not found", "POST a CloudEvent to /", Map.of());
    }

    /** Whatever the method: nothing is delivered here. */
    static HttpProblem switchedOff() {
        return new HttpProblem(
                404,
                "Not found",
                "No deliveries are taken over HTTP here (relay.http.enabled is false): write events to Kafka",
                Map.of());
    }

    static HttpProblem unavailable(String detail, Duration retryAfter) {
        return new HttpProblem(
                503,
                "Deliver again later",
                detail,
                Map.of("Retry-After", Long.toString(Math.max(1, retryAfter.toSeconds()))));
    }

    void answer(RoutingContext context) {
        var response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        // A body that nobody wants is let through, or the connection's next request would wait behind it.
        PausedRequest.letThrough(context);
        headers.forEach(response::putHeader);
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
