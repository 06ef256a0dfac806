package io.segmentrelay.http;

import java.util.Optional;
import java.util.function.Function;

/**
 * What came over the wire.
 *
 * @param status HTTP status
 * @param headers a header's (first) value by its name
 * @param body decoded; empty where there is none
 */
public record HttpAnswer(int status, Function<String, Optional<String>> headers, String body) {

    /** The first value of this header. */
    public Optional<String> header(String name) {
        return headers.apply(name);
    }

    /** The same answer with this body. */
    HttpAnswer with(String text) {
        return new HttpAnswer(status, headers, text);
    }

    /** The status only: the body may hold anything. */
    @Override
    public String toString() {
        return "HttpAnswer[status=%d]".formatted(status);
    }
}
