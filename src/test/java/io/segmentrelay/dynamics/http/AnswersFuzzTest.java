package io.segmentrelay.dynamics.http;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.segmentrelay.dynamics.DynamicsException;
import io.segmentrelay.dynamics.web.SegmentRows;
import io.segmentrelay.http.HttpAnswer;
import io.segmentrelay.http.RetryAfter;

import static org.assertj.core.api.Assertions.assertThat;

/** Any answer, as four lines of headers and a body: it has a meaning, of bounded length and on one line. */
public class AnswersFuzzTest {

    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

    /** Among them every branch that random bytes would not find in a short time. */
    public static Stream<byte[]> seeds() {
        var error = "{\"error\":{\"code\":\"0x80072322\",\"message\":\"Number of requests\\u000aexceeded\"}}";
        var entity =
                "https://contoso.crm4.dynamics.com/api/data/v9.0/msdynmkt_segments(6f1c3c1e-5d0b-4a8f-9d55-3f1f6b0f7a10)";
        return Stream.of(
                        "17.25\nTue, 24 Nov 2026 10:00:00 GMT\n%s\nid\n%s".formatted(entity, error),
                        "Tue, 24 Nov 2026 10:05:00 GMT\n\n\n\n{\"ResultText\":\"line 1, column 2: \\ud83d\\ude00\"}",
                        "-1\nnever\n(6f1c)\n\n<html>",
                        "99999999999999999999.9\n\n\n\n{\"value\":[{\"statuscode\":723270000}]}")
                .map(answer -> answer.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void atLength(byte[] answer) {
        check(answer);
    }

    /** Fails where the class comment is not true of it. */
    public static void check(byte[] bytes) {
        var lines = new String(bytes, StandardCharsets.UTF_8).split("\n", 5);
        Map<String, String> headers = lines.length < 5
                ? Map.of()
                : Map.of("Retry-After", lines[0], "Date", lines[1], "OData-EntityId", lines[2], "REQ_ID", lines[3]);
        var answer = new HttpAnswer(400, name -> Optional.ofNullable(headers.get(name)), lines[lines.length - 1]);

        assertThat(Answers.retryAfter(answer, NOW).orElse(Duration.ZERO)).isBetween(Duration.ZERO, RetryAfter.MAX);
        assertThat(Answers.entityId(answer)).isNotNull();
        var said = Answers.rejected(answer).answer();
        said.message()
                .ifPresent(
                        message -> assertThat(message).hasSizeBetween(1, 1_000).doesNotContain("\n", "\0"));
        said.code().ifPresent(code -> assertThat(code).hasSizeBetween(1, 200).doesNotContain("\n"));
        said.serviceRequestId().ifPresent(id -> assertThat(id).hasSizeLessThanOrEqualTo(200));
        try {
            var json = Answers.json(answer);
            assertThat(SegmentRows.definition(json).status()).isNotNull();
            SegmentRows.rows(json, SegmentRows.DEFINITION_ID)
                    .values()
                    .forEach(row ->
                            assertThat(SegmentRows.definition(row).status()).isNotNull());
        } catch (DynamicsException.Weather e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }
}
