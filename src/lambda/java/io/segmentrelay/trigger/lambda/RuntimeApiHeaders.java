package io.segmentrelay.trigger.lambda;

import java.net.CookieHandler;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Reads the invocation's deadline where Quarkus asks Lambda's runtime API itself (the native package, tests). The JDK
 * shows the headers of every answer that an {@code HttpURLConnection} gets to the cookie handler; cookies are not kept.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html">Lambda runtime API</a>
 */
final class RuntimeApiHeaders extends CookieHandler {

    private static final String NEXT = "/2018-06-01/runtime/invocation/next";
    private static final String DEADLINE = "Lambda-Runtime-Deadline-Ms";

    @Override
    public Map<String, List<String>> get(URI uri, Map<String, List<String>> requestHeaders) {
        return Map.of();
    }

    @Override
    public void put(URI uri, Map<String, List<String>> responseHeaders) {
        if (uri.getPath().endsWith(NEXT)) {
            responseHeaders.forEach((name, values) -> {
                // The map's key of the status line is null.
                if (DEADLINE.equalsIgnoreCase(name) && !values.isEmpty()) {
                    InvocationDeadline.set(Instant.ofEpochMilli(Long.parseLong(values.getFirst())));
                }
            });
        }
    }
}
