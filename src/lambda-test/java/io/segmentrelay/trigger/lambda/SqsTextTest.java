package io.segmentrelay.trigger.lambda;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class SqsTextTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "6f1c0000-0000-4000-8000-000000000001 | 6f1c0000-0000-4000-8000-000000000001",
                "a/b:c#1                              | a/b:c#1",
            })
    void keepsIdsThatSqsTakes(String id, String expected) {
        assertThat(SqsText.id(id)).isEqualTo(expected);
    }

    @Test
    void namesOtherIdsAlwaysInTheSameWay() {
        // Given
        var withSpace = "request 1";
        var tooLong = "x".repeat(129);

        // When
        var ids = java.util.List.of(SqsText.id(withSpace), SqsText.id(tooLong), SqsText.id(new String(withSpace)));

        // Then
        assertThat(ids).allSatisfy(id -> assertThat(id).matches("[0-9a-f-]{36}"));
        assertThat(ids.getFirst()).isEqualTo(ids.getLast()).isNotEqualTo(ids.get(1));
    }

    @Test
    void escapesWhatSqsRefusesInJson() {
        assertThat(SqsText.json("{\"name\":\"\uffff ok \ud83d\ude00 \ufffe\"}"))
                .isEqualTo("{\"name\":\"\\uffff ok \ud83d\ude00 \\ufffe\"}");
    }

    @Test
    void leavesOutWhatSqsRefusesInText() {
        assertThat(SqsText.fit("bad \u0001 \uffff\n")).isEqualTo("bad ? ?\n");
    }
}
