package io.segmentrelay.sandbox.dynamics;

import java.util.Optional;
import java.util.function.Function;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A call as it came.
 *
 * @param path without the query, decoded
 * @param uriLength of path and query as they came, bytes
 * @param headers by their name in any case
 * @param parameters of the query, decoded
 * @param body as UTF-8
 * @param json the body, where it is a JSON object
 */
record Incoming(
        String method,
        String path,
        int uriLength,
        Function<String, Optional<String>> headers,
        Function<String, Optional<String>> parameters,
        String body,
        Optional<ObjectNode> json) {

    Optional<String> header(String name) {
        return headers.apply(name);
    }

    Optional<String> parameter(String name) {
        return parameters.apply(name);
    }
}
