package io.segmentrelay.trigger.http;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.segmentrelay.trigger.http.WebHookHandshake.Verdict;

import static org.assertj.core.api.Assertions.assertThat;

class WebHookHandshakeTest {

    private static final List<String> NO_RATE = List.of();

    @Test
    void refusesEachSenderWhereNoneIsNamed() {
        // When
        var verdict = new WebHookHandshake(List.of()).verdict(List.of("eventgrid.azure.net"), NO_RATE);

        // Then
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.problem().status()).isEqualTo(403));
    }

    @Test
    void allowsEachSenderWhereAllAre() {
        // When
        var verdict = new WebHookHandshake(List.of("*")).verdict(List.of("anybody.example"), NO_RATE);

        // Then
        assertThat(verdict).isEqualTo(new Verdict.Allowed("*", "*"));
    }

    @Test
    void anAsteriskThatIsAskedForIsNoName() {
        // When
        var verdict = new WebHookHandshake(List.of("eventgrid.azure.net")).verdict(List.of("*"), NO_RATE);

        // Then
        assertThat(verdict).isInstanceOf(Verdict.Refused.class);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "120, 120", "' 120 ', 120", "*, *"})
    void grantsTheRateThatIsAskedFor(String rate, String granted) {
        // When
        var verdict = new WebHookHandshake(List.of("a.example")).verdict(List.of(" A.example "), List.of(rate));

        // Then
        assertThat(verdict).isEqualTo(new Verdict.Allowed("A.example", granted));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "1.5", "many", "1234567890123456789"})
    void saysWhatARateIs(String rate) {
        // When
        var verdict = new WebHookHandshake(List.of("*")).verdict(List.of("a.example"), List.of(rate));

        // Then
        assertThat(verdict).isInstanceOfSatisfying(Verdict.Refused.class, refused -> {
            assertThat(refused.problem().status()).isEqualTo(400);
            assertThat(refused.problem().detail()).contains("WebHook-Request-Rate", "a minute");
        });
    }

    @Test
    void refusesTwoNamesAtOnce() {
        // When
        var verdict = new WebHookHandshake(List.of("*")).verdict(List.of("a.example", "b.example"), NO_RATE);

        // Then
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.problem().status()).isEqualTo(400));
    }

    @Test
    void showsNoControlCharacterOfAName() {
        // When
        var verdict = new WebHookHandshake(List.of()).verdict(List.of("a\u0007b"), NO_RATE);

        // Then
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.problem().detail()).doesNotContain("\u0007"));
    }
}
