package io.segmentrelay.dynamics.web;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;

import io.segmentrelay.dynamics.http.Answers;
import io.segmentrelay.dynamics.http.Answers.Verdict;
import io.segmentrelay.dynamics.http.WebApi;
import io.segmentrelay.http.HttpAnswer;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * What came back for a {@code $batch}.
 *
 * @param whole as it came
 * @param parts the answers in it, in their order, those of a change set among them; empty where it is no such answer, or cannot be
 *     read. A change set that failed has one answer, and nothing comes after an answer that says no
 */
record BatchAnswer(HttpAnswer whole, List<HttpAnswer> parts) {

    /** A server that has no such thing, however often it is asked. */
    private static final int NOT_IMPLEMENTED = 501;

    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/\\d(?:[.]\\d)? (\\d{3})(?: .*)?");

    /** Beyond what a batch of three calls is answered with; a part's line may be as long as the whole. */
    private static final MimeConfig LIMITS = MimeConfig.custom()
            .setMaxLineLen(-1)
            .setMaxHeaderCount(100)
            .setMaxHeaderLen(10_000)
            .build();

    BatchAnswer {
        parts = List.copyOf(parts);
    }

    static BatchAnswer of(HttpAnswer whole) {
        var type = whole.header("Content-Type")
                .filter(value -> value.regionMatches(true, 0, WebApi.MULTIPART, 0, WebApi.MULTIPART.length()));
        return new BatchAnswer(
                whole, type.map(value -> parts(whole.body(), value)).orElse(List.of()));
    }

    /**
     * The answer that says what is to be done next: one that asks for another token, for patience or for another try, wherever it
     * is; else that they have come, whatever they say.
     */
    HttpAnswer speaking() {
        return Stream.concat(Stream.of(whole), parts.stream())
                .filter(BatchAnswer::wantsAnotherTry)
                .findFirst()
                .map(this::withWholesHeaders)
                .orElseGet(() -> new HttpAnswer(200, whole.headers(), ""));
    }

    private static boolean wantsAnotherTry(HttpAnswer answer) {
        return answer.status() != NOT_IMPLEMENTED
                && switch (Answers.verdict(answer, true)) {
                    case TOKEN, THROTTLED, WEATHER -> true;
                    case DONE, DUPLICATE, REJECTED -> false;
                };
    }

    /** How long to wait may be said outside only. */
    private HttpAnswer withWholesHeaders(HttpAnswer part) {
        return new HttpAnswer(part.status(), name -> part.header(name).or(() -> whole.header(name)), part.body());
    }

    /** Whether the call at this place was made, and worked. */
    boolean isDone(int place) {
        return place < parts.size() && Answers.verdict(parts.get(place), true) == Verdict.DONE;
    }

    private static List<HttpAnswer> parts(String body, String contentType) {
        var parts = new ArrayList<HttpAnswer>();
        var tokens = new MimeTokenStream(LIMITS);
        tokens.parseHeadless(new ByteArrayInputStream(body.getBytes(UTF_8)), contentType);
        try {
            for (var state = tokens.getState(); state != EntityState.T_END_OF_STREAM; state = tokens.next()) {
                if (state == EntityState.T_BODY) {
                    part(new String(tokens.getDecodedInputStream().readAllBytes(), UTF_8))
                            .ifPresent(parts::add);
                }
            }
        } catch (MimeException | IOException e) {
            return List.of();
        }
        return parts;
    }

    private static Optional<HttpAnswer> part(String text) {
        var headAndBody = text.split("\r?\n\r?\n", 2);
        var lines = headAndBody[0].split("\r?\n", -1);
        var status = STATUS_LINE.matcher(lines[0]);
        if (!status.matches()) {
            return Optional.empty();
        }
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (var i = 1; i < lines.length; i++) {
            var colon = lines[i].indexOf(':');
            if (colon > 0) {
                headers.putIfAbsent(
                        lines[i].substring(0, colon).strip(),
                        lines[i].substring(colon + 1).strip());
            }
        }
        return Optional.of(new HttpAnswer(
                Integer.parseInt(status.group(1)),
                name -> Optional.ofNullable(headers.get(name)),
                headAndBody.length == 2 ? headAndBody[1] : ""));
    }
}
