package io.segmentrelay.dynamics;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;

import org.jboss.resteasy.reactive.RestResponse;

/**
 * What came over the wire.
 *
 * @param status HTTP status
 * @param headers a header's (first) value by its name
 * @param body empty where there is none
 */
record HttpAnswer(int status, Function<String, Optional<String>> headers, String body) {

    /** The most of an error's body that is read, in bytes. */
    static final int MAX_ERROR_BODY = 64 * 1024;

    static HttpAnswer of(RestResponse<String> response) {
        return new HttpAnswer(
                response.getStatus(), name -> Optional.ofNullable(response.getHeaderString(name)), body(response));
    }

    /** The REST client turns the body into what was asked for on success only; else it hands over what it has read. */
    private static String body(RestResponse<?> response) {
        Object entity = response.getEntity();
        if (entity instanceof InputStream stream) {
            try (stream) {
                return new String(stream.readNBytes(MAX_ERROR_BODY), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return entity instanceof String text ? text : "";
    }

    Optional<String> header(String name) {
        return headers.apply(name);
    }

    /** The status only: the body may hold anything. */
    @Override
    public String toString() {
        return "HttpAnswer[status=%d]".formatted(status);
    }
}
