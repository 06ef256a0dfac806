package io.segmentrelay.sandbox.dynamics;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Calls that came in one request.
 *
 * @see <a href="https://learn.microsoft.com/power-apps/developer/data-platform/webapi/execute-batch-operations-using-web-api">
 *     Execute batch operations using the Web API</a>
 */
record Batch(List<Item> items) {

    private static final Pattern REQUEST_LINE = Pattern.compile("([A-Z]+) (\\S+) HTTP/1[.]1");
    private static final MimeConfig LIMITS =
            MimeConfig.custom().setMaxLineLen(-1).build();

    Batch {
        items = List.copyOf(items);
    }

    /** What is done, or not, at once. */
    record Item(boolean isChangeSet, List<Incoming> calls) {
        Item {
            calls = List.copyOf(calls);
        }
    }

    /** Empty where the body is no batch. */
    static Optional<Batch> of(Incoming call) {
        var type = call.header("Content-Type").orElse("");
        return type.startsWith("multipart/mixed") ? read(call, type) : Optional.empty();
    }

    /** All of them, in their order. */
    List<Incoming> calls() {
        return items.stream().flatMap(item -> item.calls().stream()).toList();
    }

    private static Optional<Batch> read(Incoming outer, String type) {
        var items = new ArrayList<Item>();
        var changeSet = new ArrayList<Incoming>();
        var depth = 0;
        var tokens = new MimeTokenStream(LIMITS);
        tokens.parseHeadless(new ByteArrayInputStream(outer.body().getBytes(UTF_8)), type);
        try {
            for (var state = tokens.getState(); state != EntityState.T_END_OF_STREAM; state = tokens.next()) {
                switch (state) {
                    case T_START_MULTIPART -> depth++;
                    case T_END_MULTIPART -> {
                        if (depth-- == 2) {
                            items.add(new Item(true, changeSet));
                            changeSet.clear();
                        }
                    }
                    case T_BODY -> {
                        var inner = incoming(
                                outer, new String(tokens.getDecodedInputStream().readAllBytes(), UTF_8));
                        if (inner.isEmpty()) {
                            return Optional.empty();
                        }
                        if (depth == 2) {
                            changeSet.add(inner.orElseThrow());
                        } else {
                            items.add(new Item(false, List.of(inner.orElseThrow())));
                        }
                    }
                    default -> {}
                }
            }
        } catch (MimeException | IOException e) {
            return Optional.empty();
        }
        return items.isEmpty() ? Optional.empty() : Optional.of(new Batch(items));
    }

    private static Optional<Incoming> incoming(Incoming outer, String text) {
        var headAndBody = text.split("\r?\n\r?\n", 2);
        var lines = headAndBody[0].split("\r?\n", -1);
        var requestLine = REQUEST_LINE.matcher(lines[0]);
        if (!requestLine.matches()) {
            return Optional.empty();
        }
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        outer.header("Authorization").ifPresent(value -> headers.put("Authorization", value));
        for (var i = 1; i < lines.length; i++) {
            var colon = lines[i].indexOf(':');
            if (colon > 0) {
                headers.put(
                        lines[i].substring(0, colon).strip(),
                        lines[i].substring(colon + 1).strip());
            }
        }
        var body = headAndBody.length == 2 ? headAndBody[1] : "";
        var uri = URI.create(requestLine.group(2));
        return Optional.of(new Incoming(
                requestLine.group(1),
                uri.getPath(),
                requestLine.group(2).length(),
                name -> Optional.ofNullable(headers.get(name)),
                name -> parameter(uri, name),
                body,
                body.isBlank() ? Optional.empty() : Json.object(body.getBytes(UTF_8))));
    }

    private static Optional<String> parameter(URI uri, String name) {
        return Optional.ofNullable(uri.getRawQuery()).stream()
                .flatMap(query -> List.of(query.split("&")).stream())
                .map(pair -> URLDecoder.decode(pair, UTF_8))
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> pair.substring(name.length() + 1))
                .findFirst();
    }
}
