package io.segmentrelay.trigger.lambda;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Optional;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Tells Lambda why the function could not start.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html#runtimes-api-initerror">Initialization error</a>
 */
final class InitError {

    private static final String ADDRESS = "AWS_LAMBDA_RUNTIME_API";

    /** The runtime API is on the same machine. */
    private static final int TIMEOUT_MILLIS = 2_000;

    private InitError() {}

    /** Reports the line, where there is a Lambda to report it to; a report that fails ends nothing. */
    static void report(String line) {
        Optional.ofNullable(System.getenv(ADDRESS))
                .filter(address -> !address.isBlank())
                .ifPresent(address -> report(address, line));
    }

    /** @param address host and port */
    static void report(String address, String line) {
        try {
            send(URI.create("http://%s/2018-06-01/runtime/init/error".formatted(address)), line);
        } catch (IOException | IllegalArgumentException e) {
            System.err.println("Not reported to Lambda: " + e);
        }
    }

    private static void send(URI uri, String line) throws IOException {
        var body = JsonNodeFactory.instance
                .objectNode()
                .put("errorType", "NotStarted")
                .put("errorMessage", line)
                .toString()
                .getBytes(UTF_8);
        var connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setRequestProperty("Lambda-Runtime-Function-Error-Type", "Runtime.NotStarted");
        connection.setDoOutput(true);
        try (var out = connection.getOutputStream()) {
            out.write(body);
        }
        connection.getResponseCode();
        connection.disconnect();
    }
}
