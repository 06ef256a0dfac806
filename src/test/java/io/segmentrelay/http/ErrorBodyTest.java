package io.segmentrelay.http;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class ErrorBodyTest {

    static Stream<Arguments> bodies() {
        return Stream.of(
                arguments("{\"error\":{\"code\":\"0x1\",\"message\":\"Colour is wrong.\"}}", "0x1", "Colour is wrong."),
                arguments("{\"Message\": \"Colour is wrong.\"}", "", "Colour is wrong."),
                arguments(
                        "{\"odata.error\":{\"code\":\"7\",\"message\":{\"lang\":\"en-US\",\"value\":\"Colour is wrong.\"}}}",
                        "7",
                        "Colour is wrong."),
                arguments(
                        "{\"error\":{\"code\":7,\"message\":{\"lang\":\"en-US\",\"value\":\"Colour is wrong.\"}}}",
                        "7",
                        "Colour is wrong."),
                arguments(
                        "{\"type\":\"about:blank\",\"title\":\"Wrong\",\"status\":400,\"detail\":\"Colour is wrong.\"}",
                        "",
                        "Colour is wrong."),
                arguments("{\"title\":\"Wrong colour\",\"status\":400}", "", "Wrong colour"),
                arguments(
                        "{\"error\":\"invalid_scope\",\"error_description\":\"AADSTS1: no\"}",
                        "invalid_scope",
                        "AADSTS1: no"),
                arguments("{\"error\":\"server_error\"}", "server_error", ""),
                arguments(
                        "{\"error\":{\"code\":\"7\",\"message\":\"Widget \\x27colour\\x27 is wrong.\"}}",
                        "7",
                        "Widget 'colour' is wrong."),
                arguments("{'error':{'code':'7','message':'It\\'s wrong.',}}", "7", "It's wrong."),
                arguments("{\"error\":{\"code\":\"7\",\"message\":\"two\nlines\"}}", "7", "two lines"),
                arguments("{\"error\":{\"code\":\"7\",\"message\":\"cut sho", "", "cut sho"),
                arguments("{\"error\":{\"message\":\"said\",\"code", "", "said"),
                arguments("{\"ResultText\":\"position 12\"}", "", "position 12"),
                arguments("[{\"message\":\"in a list\"}]", "", "in a list"),
                arguments("\"only text\"", "", "only text"),
                arguments("Colour is wrong.", "", "Colour is wrong."),
                arguments("two\r\n\tlines\u0000\u2028", "", "two lines"),
                arguments(
                        "<html><head><title>502 Bad Gateway</title><style>p{}</style></head><body><script>x()</script><p>Try later</p></body></html>",
                        "",
                        "502 Bad Gateway: Try later"),
                arguments("<Error><Message>Colour is wrong.</Message></Error>", "", "Colour is wrong."),
                arguments("{}", "", ""),
                arguments("", "", ""),
                arguments(" \r\n ", "", ""));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void understandsWhatServersSay(String body, String code, String message) {
        // When
        var said = ErrorBody.of(new HttpAnswer(400, name -> Optional.empty(), body));

        // Then
        assertThat(said.code().orElse("")).isEqualTo(code);
        assertThat(said.message().orElse("")).isEqualTo(message);
    }

    @Test
    void aBodyIsNeverShownWhole() {
        for (var body : new String[] {
            "x".repeat(100_000),
            "{\"error\":{\"message\":\"" + "x".repeat(100_000) + "\"}}",
            "<".repeat(100_000),
            "<html>" + "<script>".repeat(10_000),
            "{\"message\":\"" + "\\".repeat(50_000),
            "[".repeat(100_000)
        }) {
            // When
            var said = ErrorBody.of(new HttpAnswer(400, name -> Optional.empty(), body));

            // Then
            assertThat(said.message().orElse("").length()).isLessThanOrEqualTo(1_000);
        }
    }

    @Test
    void readsTextInTheCharsetThatItIsIn() {
        var text = "{\"message\":\"Zwölf\"}";
        assertThat(read("", text.getBytes(StandardCharsets.UTF_8))).isEqualTo(text);
        assertThat(read("", ("\uFEFF" + text).getBytes(StandardCharsets.UTF_8))).isEqualTo(text);
        assertThat(read("", text.getBytes(StandardCharsets.UTF_16))).isEqualTo(text);
        assertThat(read("", ("\uFEFF" + text).getBytes(StandardCharsets.UTF_16LE)))
                .isEqualTo(text);
        assertThat(read("application/json; charset=\"iso-8859-1\"", text.getBytes(StandardCharsets.ISO_8859_1)))
                .isEqualTo(text);
        assertThat(read("application/json; charset=nonsense", text.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(text);
    }

    private static String read(String contentType, byte[] bytes) {
        var body = new TextBody(
                new HttpAnswer(400, name -> Optional.of(contentType).filter(type -> !type.isEmpty()), ""));
        body.feed(bytes);
        return body.finish().body();
    }
}
