package io.segmentrelay.dynamics.web;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.segmentrelay.dynamics.http.Answers;
import io.segmentrelay.http.HttpAnswer;

import static org.assertj.core.api.Assertions.assertThat;

/** What is made of the answer to a batch. */
class BatchAnswerTest {

    private static final UUID DEFINITION = UUID.fromString("def00000-0000-4000-8000-000000000002");

    private static final String CREATED = """
            --response
            Content-Type: multipart/mixed; boundary=set

            --set
            Content-Type: application/http
            Content-Transfer-Encoding: binary
            Content-ID: 1

            HTTP/1.1 204 No Content
            OData-Version: 4.0
            Location: https://x/api/data/v9.2/msdynmkt_segmentdefinitions(def00000-0000-4000-8000-000000000002)
            OData-EntityId: https://x/api/data/v9.2/msdynmkt_segmentdefinitions(def00000-0000-4000-8000-000000000002)


            --set
            Content-Type: application/http
            Content-Transfer-Encoding: binary
            Content-ID: 2

            HTTP/1.1 204 No Content
            OData-Version: 4.0
            OData-EntityId: https://x/api/data/v9.2/msdynmkt_segments(def00000-0000-4000-8000-000000000002)


            --set--
            """;

    private static String answered(int status, String headers, String body) {
        return """
                --response
                Content-Type: application/http
                Content-Transfer-Encoding: binary

                HTTP/1.1 %d Whatever
                %sOData-Version: 4.0

                %s
                """.formatted(status, headers, body);
    }

    private static final String END = "--response--\n";

    private static BatchAnswer read(int status, Map<String, String> headers, String body) {
        return BatchAnswer.of(new HttpAnswer(status, name -> Optional.ofNullable(headers.get(name)), body));
    }

    private static BatchAnswer read(int status, String body) {
        return read(status, Map.of("Content-Type", "multipart/mixed; boundary=response"), body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n"})
    void knowsWhatWasDone(String lineEnd) {
        // When
        var answer = read(200, (CREATED + answered(204, "", "") + END).replace("\n", lineEnd));

        // Then
        assertThat(answer.parts()).hasSize(3);
        assertThat(answer.isDone(0) && answer.isDone(1) && answer.isDone(2)).isTrue();
        assertThat(Answers.entityId(answer.parts().getFirst())).contains(DEFINITION);
        assertThat(answer.speaking().status()).isEqualTo(200);
    }

    @Test
    void aPublishThatWasRefusedIsNotDone() {
        // When
        var answer = read(400, CREATED + answered(400, "", "{\"error\":{}}") + END);

        // Then
        assertThat(answer.isDone(1)).isTrue();
        assertThat(answer.isDone(2)).isFalse();
        assertThat(answer.speaking().status()).isEqualTo(200);
    }

    @Test
    void aChangeSetThatFailedHasOneAnswer() {
        // When
        var answer = read(412, answered(412, "", "{\"error\":{\"code\":\"0x80040237\"}}") + END);

        // Then
        assertThat(answer.parts()).hasSize(1);
        assertThat(answer.isDone(0)).isFalse();
        assertThat(answer.isDone(1)).isFalse();
        assertThat(answer.speaking().status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"401, 200", "403, 403", "408, 400", "429, 200", "429, 429", "500, 200", "503, 503"})
    void whatAsksForPatienceOrATokenSpeaksForAll(int part, int whole) {
        // When
        var answer = read(whole, CREATED + answered(part, "", "") + END);

        // Then
        assertThat(answer.speaking().status()).isEqualTo(part);
    }

    @Test
    void howLongToWaitIsSaidInsideOrOutside() {
        // When
        var inside = read(200, CREATED + answered(429, "Retry-After: 7\n", "") + END);
        var outside = read(
                200,
                Map.of("Content-Type", "multipart/mixed; boundary=response", "Retry-After", "8"),
                CREATED + answered(429, "", "") + END);

        // Then
        assertThat(inside.speaking().header("retry-after")).contains("7");
        assertThat(outside.speaking().header("Retry-After")).contains("8");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 150, 400, 600})
    void whatIsCutOffIsNotDone(int length) {
        // Given
        var whole = CREATED + answered(204, "", "") + END;

        // When
        var answer = read(200, whole.substring(0, length));

        // Then
        assertThat(answer.isDone(2)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/html | <html></html>",
                "multipart/mixed | no boundary",
                "multipart/mixed; boundary=response | --other",
                "multipart/mixed; boundary=response | --response",
                "application/json | {}"
            })
    void whatCannotBeReadSaysNothing(String type, String body) {
        // When
        var answer = read(200, Map.of("Content-Type", type), body);

        // Then
        assertThat(answer.parts()).isEmpty();
        assertThat(answer.isDone(0)).isFalse();
        assertThat(answer.speaking().status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"400, 200", "404, 200", "405, 200", "501, 200", "412, 200", "503, 503", "401, 401"})
    void aServerThatTakesNoBatchLeavesItToSingleCalls(int status, int spoken) {
        // When
        var answer = read(status, Map.of(), "");

        // Then
        assertThat(answer.parts()).isEmpty();
        assertThat(answer.speaking().status()).isEqualTo(spoken);
    }
}
