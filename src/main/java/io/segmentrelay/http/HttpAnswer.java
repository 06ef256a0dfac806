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

    /** What encodings a body may have, for {@code Accept-Encoding}. */
    public static final String ENCODINGS = ContentDecoder.ACCEPTED;

    /** The most bytes of a small answer, as they come: one that has more is not read further. */
    public static final int MAX_SIZE = TextBody.MAX;

    /**
     * An answer that came whole, by a client that leaves it as it is.
     *
     * @param bytes the body, encoded as the header {@code Content-Encoding} says
     * @return with the body's text; where that cannot be read, with the reason in brackets
     */
    public static HttpAnswer of(int status, Function<String, Optional<String>> headers, byte[] bytes) {
        return TextBody.of(new HttpAnswer(status, headers, ""), bytes);
    }

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
