package io.segmentrelay.dynamics.http;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import io.segmentrelay.dynamics.DynamicsException.Answer;
import io.segmentrelay.dynamics.DynamicsException.Rejected;
import io.segmentrelay.dynamics.DynamicsException.Unauthorized;
import io.segmentrelay.dynamics.DynamicsException.Weather;
import io.segmentrelay.dynamics.limits.ServerLimit;
import io.segmentrelay.http.CleanText;
import io.segmentrelay.http.ErrorBody;
import io.segmentrelay.http.HttpAnswer;
import io.segmentrelay.http.NoAnswer;
import io.segmentrelay.http.RetryAfter;

/** What an answer of Dynamics means. */
public final class Answers {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final Pattern ENTITY_ID =
            Pattern.compile("\\(([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\\)\\s*$");

    /** What is to be done about a status. */
    public enum Verdict {
        /** It worked. */
        DONE,
        /** A create that something is in the way of: a row that an earlier one of ours made, or another's. */
        DUPLICATE,
        /** The token is not good (any more). */
        TOKEN,
        /** Too many calls, or a server that says when to come again: all have to wait. */
        THROTTLED,
        /** Try again later. */
        WEATHER,
        /** No, and no again. */
        REJECTED
    }

    private Answers() {}

    /**
     * Which status means what.
     *
     * @see <a href="https://learn.microsoft.com/power-apps/developer/data-platform/webapi/compose-http-requests-handle-errors#identify-status-codes">
     *     Identify status codes</a>
     */
    public static Verdict verdict(int status, boolean create) {
        return switch (status) {
            case 401, 403 -> Verdict.TOKEN;
            case 408 -> Verdict.WEATHER;
            case 412 ->
                create ? Verdict.DUPLICATE : Verdict.WEATHER; // else a version mismatch: another call was quicker
            case 429 -> Verdict.THROTTLED;
            default -> {
                if (status >= 200 && status < 300) {
                    yield Verdict.DONE;
                }
                // A redirect is nobody's answer: a proxy's, or a maintenance page's.
                yield status >= 400 && status < 500 ? Verdict.REJECTED : Verdict.WEATHER;
            }
        };
    }

    /** What an answer means: as its status does; but a 503 that says when to come again is said to all. */
    public static Verdict verdict(HttpAnswer answer, boolean create) {
        var saysWhen =
                answer.status() == 503 && retryAfter(answer, Instant.EPOCH).isPresent();
        return saysWhen ? Verdict.THROTTLED : verdict(answer.status(), create);
    }

    /**
     * Which of its limits the server says that the application user has reached.
     *
     * @see <a href="https://learn.microsoft.com/power-apps/developer/data-platform/api-limits#service-protection-api-limit-errors-returned">
     *     Service Protection API limit errors returned</a>
     */
    public static Optional<ServerLimit> limit(HttpAnswer answer) {
        return ErrorBody.of(answer)
                .code()
                .map(code -> code.toLowerCase(Locale.ROOT))
                .flatMap(code -> switch (code) {
                    case "0x80072322" -> Optional.of(ServerLimit.REQUESTS);
                    case "0x80072321" -> Optional.of(ServerLimit.EXECUTION_TIME);
                    case "0x80072326" -> Optional.of(ServerLimit.CONCURRENCY);
                    default -> Optional.empty();
                });
    }

    /** An answer that is none of use: weather, with the server's words, and with what it asked to wait. */
    public static Weather weather(HttpAnswer answer, Instant now) {
        return new Weather(
                "Dynamics answered %d%s".formatted(answer.status(), words(answer)), retryAfter(answer, now), null);
    }

    private static String words(HttpAnswer answer) {
        return ErrorBody.of(answer)
                .message()
                .map(message -> ": " + CleanText.of(message, CleanText.SHORT))
                .orElse("");
    }

    /** No answer at all. The cause's own words may hold addresses, but nothing secret: it goes along as the cause. */
    public static Weather weather(Throwable cause) {
        var reason = cause instanceof NoAnswer
                ? cause.getMessage()
                : cause.getClass().getSimpleName();
        return new Weather("no answer from Dynamics: " + reason, Optional.empty(), cause);
    }

    public static Rejected rejected(HttpAnswer answer) {
        return new Rejected(answer(answer));
    }

    public static Unauthorized unauthorized(HttpAnswer answer) {
        return new Unauthorized(
                answer.status() == 401
                        ? "Dynamics does not accept the token (401): check that the application user exists in this organization"
                        : "Dynamics refuses the application user (403): check its security roles",
                Optional.of(answer(answer)));
    }

    /** {@code Retry-After}, measured by the answer's own clock where it is a date. */
    public static Optional<Duration> retryAfter(HttpAnswer answer, Instant now) {
        return answer.header("Retry-After")
                .flatMap(header -> RetryAfter.parse(
                        header, answer.header("Date").flatMap(RetryAfter::date).orElse(now)));
    }

    /** The id of the row that was created; empty where the server does not say it in a readable form. */
    public static Optional<UUID> entityId(HttpAnswer answer) {
        return answer.header("OData-EntityId")
                .map(ENTITY_ID::matcher)
                .filter(java.util.regex.Matcher::find)
                .map(found -> UUID.fromString(found.group(1)));
    }

    /**
     * The body of an answer that should be JSON.
     *
     * @throws Weather where it is not: a proxy's page, or cut short
     */
    public static JsonNode json(HttpAnswer answer) {
        try {
            var json = JSON.readTree(answer.body());
            if (json.isContainerNode()) {
                return json;
            }
        } catch (JsonProcessingException e) {
            // Said below; its own words hold some of the body.
        }
        throw new Weather(
                "Dynamics answered %d with something that is no JSON%s".formatted(answer.status(), words(answer)),
                Optional.empty(),
                null);
    }

    /**
     * Of an action that may refuse within an answer of 200, as the member list does: {@code StatusCode} and {@code ResultText}.
     *
     * @throws Weather where a {@code StatusCode} says that it may pass
     * @throws Rejected where it says no
     */
    public static void refuseWithin(HttpAnswer answer) {
        if (answer.body().isBlank()) {
            return;
        }
        var body = json(answer);
        var status = body.path("StatusCode").asInt(answer.status());
        switch (verdict(status, false)) {
            case DONE, DUPLICATE -> {}
            case REJECTED, TOKEN ->
                throw new Rejected(new Answer(
                        status,
                        Optional.empty(),
                        Optional.of(CleanText.of(body.path("ResultText").asText(), CleanText.LONG)),
                        answer(answer).serviceRequestId()));
            case THROTTLED, WEATHER ->
                throw new Weather("Dynamics answered with StatusCode " + status, Optional.empty(), null);
        }
    }

    private static Answer answer(HttpAnswer answer) {
        var error = ErrorBody.of(answer);
        return new Answer(
                answer.status(),
                error.code(),
                error.message(),
                answer.header("x-ms-service-request-id")
                        .or(() -> answer.header("REQ_ID"))
                        .map(id -> CleanText.of(id, CleanText.SHORT)));
    }
}
