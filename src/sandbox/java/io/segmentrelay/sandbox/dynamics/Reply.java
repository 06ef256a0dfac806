package io.segmentrelay.sandbox.dynamics;

import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * An answer.
 *
 * @param headers beyond those that every answer has
 * @param length of the body, bytes
 * @param body in parts, made while they are sent
 */
record Reply(int status, Map<String, String> headers, long length, Supplier<Iterator<byte[]>> body) {

    static final String JSON = "application/json; odata.metadata=minimal";

    static Reply empty(int status) {
        return of(status, Map.of(), new byte[0]);
    }

    static Reply json(int status, JsonNode body) {
        return of(status, Map.of("Content-Type", JSON), Json.utf8(body));
    }

    static Reply of(int status, Map<String, String> headers, byte[] body) {
        return new Reply(status, headers, body.length, () -> List.of(body).iterator());
    }

    /** Dynamics' way to say no. */
    static Reply error(int status, String code, String message) {
        var body = Json.object();
        body.putObject("error").put("code", code).put("message", message);
        return json(status, body);
    }

    /** What Dynamics says with this status when nothing better is known. */
    static Reply error(int status) {
        return switch (status) {
            case 400 -> error(400, "0x80040203", "Invalid argument.");
            case 401 -> error(401, "0x80048306", "The token is missing, expired or not valid.");
            case 403 ->
                error(
                        403,
                        "0x80040220",
                        "Principal user is missing prvReadmsdynmkt_segmentdefinition privilege on OTC=10422.");
            case 404 -> error(404, "0x80060888", "Resource not found.");
            case 408 -> error(408, "0x80044151", "The request timed out.");
            case 412 -> error(412, "0x80060882", "The version of the existing record doesn't match.");
            case 413 -> error(413, "0x80044501", "The request is too large.");
            case 429 ->
                error(
                        429,
                        "0x80072322",
                        "Number of requests exceeded the limit of 6000 over time window of 300 seconds.");
            case 501 -> error(501, "0x80060883", "The requested operation is not implemented.");
            case 503 -> error(503, "0x80072324", "The service is unavailable.");
            default -> error(status, "0x80040216", "An unexpected error occurred.");
        };
    }

    Reply with(String name, String value) {
        var more = new HashMap<>(headers);
        more.put(name, value);
        return new Reply(status, Map.copyOf(more), length, body);
    }

    /** A header, by its name as it was set. */
    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }
}
