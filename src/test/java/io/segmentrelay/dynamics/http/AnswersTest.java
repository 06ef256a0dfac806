package io.segmentrelay.dynamics.http;

import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.segmentrelay.dynamics.http.Answers.Verdict;
import io.segmentrelay.dynamics.limits.ServerLimit;
import io.segmentrelay.http.HttpAnswer;

import static org.assertj.core.api.Assertions.assertThat;

class AnswersTest {

    @ParameterizedTest
    @CsvSource({
        "200, DONE",
        "204, DONE",
        "302, WEATHER",
        "400, REJECTED",
        "401, TOKEN",
        "403, TOKEN",
        "404, REJECTED",
        "408, WEATHER",
        "412, WEATHER",
        "429, THROTTLED",
        "500, WEATHER",
        "503, WEATHER"
    })
    void aStatusHasOneMeaning(int status, Verdict verdict) {
        assertThat(Answers.verdict(status, false)).isEqualTo(verdict);
        assertThat(Answers.verdict(answer(status, Map.of()), false)).isEqualTo(verdict);
    }

    @Test
    void onlyACreateMeetsItsDuplicate() {
        assertThat(Answers.verdict(412, true)).isEqualTo(Verdict.DUPLICATE);
    }

    @ParameterizedTest
    @CsvSource({
        "503, 17.5, THROTTLED",
        "503, 'Tue, 24 Nov 2026 10:00:00 GMT', THROTTLED",
        "503, soon, WEATHER",
        "500, 17.5, WEATHER",
        "429, soon, THROTTLED"
    })
    void aServerThatSaysWhenToComeAgainSaysItToAll(int status, String retryAfter, Verdict verdict) {
        assertThat(Answers.verdict(answer(status, Map.of("Retry-After", retryAfter)), false))
                .isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({
        "0x80072322, REQUESTS",
        "0x80072321, EXECUTION_TIME",
        "0X80072326, CONCURRENCY",
        "0x80040237,",
    })
    void theServerNamesTheLimitThatWasReached(String code, ServerLimit limit) {
        var answer = new HttpAnswer(
                429, name -> Optional.empty(), "{\"error\":{\"code\":\"%s\",\"message\":\"x\"}}".formatted(code));
        assertThat(Answers.limit(answer)).isEqualTo(Optional.ofNullable(limit));
    }

    private static HttpAnswer answer(int status, Map<String, String> headers) {
        return new HttpAnswer(status, name -> Optional.ofNullable(headers.get(name)), "");
    }
}
