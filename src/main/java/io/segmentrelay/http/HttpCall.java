package io.segmentrelay.http;

import java.time.Duration;
import java.util.Map;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;

/**
 * A request.
 *
 * @param url absolute
 * @param headers one value each; what encodings the answer may have is added
 * @param body empty where there is none
 * @param timeout to connect, and of each pause until the answer is whole
 * @param repeat what may be done where the connection is lost before an answer has begun
 */
public record HttpCall(
        HttpMethod method, String url, Map<String, String> headers, Buffer body, Duration timeout, Repeat repeat) {

    /** Whether a request may reach the server twice. A connection that was idle may be closed by the time it is used again. */
    public enum Repeat {
        /** A repeat does no harm: what is lost on a connection that was used before is sent again on one of its own. */
        HARMLESS,
        /** Something has to be looked at before: it is sent once, on a connection of its own, which nobody closes meanwhile. */
        NEVER
    }

    /** A request without a body, which may be repeated. */
    public static HttpCall get(String url, Map<String, String> headers, Duration timeout) {
        return new HttpCall(HttpMethod.GET, url, headers, Buffer.buffer(), timeout, Repeat.HARMLESS);
    }

    /** A request with a body. */
    public static HttpCall post(String url, Map<String, String> headers, byte[] body, Duration timeout, Repeat repeat) {
        return new HttpCall(HttpMethod.POST, url, headers, Buffer.buffer(body), timeout, repeat);
    }

    /** Where it goes; headers and body may hold secrets. */
    @Override
    public String toString() {
        return "HttpCall[%s %s]".formatted(method, url);
    }
}
