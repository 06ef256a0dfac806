package io.segmentrelay.trigger.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ContentCodingsTest {

    private static final byte[] BODY = "{\"displayName\":\"Köln\"}".repeat(20).getBytes(UTF_8);

    private interface Coder {
        OutputStream over(OutputStream out) throws IOException;
    }

    private static byte[] coded(byte[] body, Coder coder) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = coder.over(bytes)) {
            out.write(body);
        }
        return bytes.toByteArray();
    }

    static byte[] gzip(byte[] body) throws IOException {
        return coded(body, GZIPOutputStream::new);
    }

    private static byte[] zlib(byte[] body) throws IOException {
        return coded(body, DeflaterOutputStream::new);
    }

    private static byte[] raw(byte[] body) throws IOException {
        return coded(body, out -> new DeflaterOutputStream(out, new Deflater(9, true)));
    }

    private static byte[] decode(byte[] body, String... headers) throws IOException {
        return ContentCodings.of(List.of(headers)).decode(body, BODY.length);
    }

    @Test
    void takesOffWhatTheHeadersSayLastFirst() throws IOException {
        assertThat(decode(BODY)).isEqualTo(BODY);
        assertThat(decode(BODY, "identity", "")).isEqualTo(BODY);
        assertThat(decode(gzip(BODY), "gzip")).isEqualTo(BODY);
        assertThat(decode(gzip(BODY), " X-GZip ")).isEqualTo(BODY);
        assertThat(decode(zlib(BODY), "deflate")).isEqualTo(BODY);
        assertThat(decode(raw(BODY), "deflate")).isEqualTo(BODY);
        assertThat(decode(gzip(zlib(BODY)), "deflate, identity,gzip")).isEqualTo(BODY);
        assertThat(decode(gzip(zlib(BODY)), "deflate", "gzip")).isEqualTo(BODY);
        assertThat(decode(new byte[0], "gzip")).isEmpty();
    }

    @Test
    void stopsAtTheLimitHoweverMuchThereIs() throws IOException {
        // Given
        var bomb = gzip(new byte[50_000_000]);
        var bombInABomb = gzip(gzip(new byte[50_000_000]));

        // Then
        assertThat(bombInABomb.length).isLessThan(BODY.length);
        assertThatThrownBy(() -> decode(bomb, "gzip")).isInstanceOf(ContentCodings.TooLarge.class);
        assertThatThrownBy(() -> decode(bombInABomb, "gzip, gzip")).isInstanceOf(ContentCodings.TooLarge.class);
        assertThatThrownBy(() -> decode(zlib(Arrays.copyOf(BODY, BODY.length + 1)), "deflate"))
                .isInstanceOf(ContentCodings.TooLarge.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate"})
    void saysWhatIsWrongWithABodyThatIsNone(String coding) throws IOException {
        // Given
        var whole = coding.equals("gzip") ? gzip(BODY) : zlib(BODY);
        var half = Arrays.copyOf(whole, whole.length / 2);

        // Then
        assertThatThrownBy(() -> decode(half, coding))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ends before its content coding '%s' does", coding);
        assertThatThrownBy(() -> decode(BODY, coding))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not in the content coding '%s'", coding);
    }

    @Test
    void namesTheFirstCodingThatIsNotTaken() {
        assertThat(ContentCodings.of(List.of("gzip, deflate, x-gzip")).misfit()).isEmpty();
        assertThat(ContentCodings.of(List.of("gzip, br")).misfit())
                .contains("The content coding 'br' is not taken: send the body in one of gzip, deflate, identity");
        assertThat(ContentCodings.of(List.of("gzip".repeat(100_000)))
                        .misfit()
                        .orElseThrow()
                        .length())
                .isLessThan(200);
        assertThat(ContentCodings.of(List.of("gzip,gzip,gzip,gzip,gzip")).misfit())
                .contains("The body came in 5 content codings: taken are up to 4");
    }
}
