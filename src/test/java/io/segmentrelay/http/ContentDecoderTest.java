package io.segmentrelay.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.segmentrelay.http.ContentDecoder.Malformed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ContentDecoderTest {

    private static final byte[] CONTENT = content();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 1000, 1_000_000})
    void readsEveryFormHoweverItIsCut(int size) throws Exception {
        assertThat(decode("gzip", gzip(CONTENT), size)).isEqualTo(CONTENT);
        assertThat(decode("gzip", withAllHeaderFields(gzip(CONTENT)), size)).isEqualTo(CONTENT);
        assertThat(decode("gzip", join(gzip(CONTENT), gzip(CONTENT)), size)).isEqualTo(join(CONTENT, CONTENT));
        assertThat(decode("gzip", join(gzip(CONTENT), new byte[20]), size))
                .as("padding behind it")
                .isEqualTo(CONTENT);
        assertThat(decode("deflate", deflate(false), size)).isEqualTo(CONTENT);
        assertThat(decode("deflate", deflate(true), size))
                .as("without a header")
                .isEqualTo(CONTENT);
        assertThat(decode("gzip", gzip(new byte[0]), size)).isEmpty();
    }

    @Test
    void noBytesAreNoBody() throws Exception {
        assertThat(decode("gzip", new byte[0], 1)).isEmpty();
    }

    @Test
    void whatIsCutShortIsNotWhole() throws Exception {
        var whole = gzip(CONTENT);
        for (var length : new int[] {1, 9, 10, 100, whole.length - 8, whole.length - 1}) {
            assertThatThrownBy(() -> decode("gzip", Arrays.copyOf(whole, length), 100))
                    .as("%d bytes", length)
                    .hasMessage("cut short");
        }
        assertThatThrownBy(() -> decode("deflate", Arrays.copyOf(deflate(false), 50), 100))
                .hasMessage("cut short");
    }

    @Test
    void whatWasChangedOnItsWayIsRefused() throws Exception {
        // Given
        var changed = gzip(CONTENT);
        changed[changed.length - 5] ^= 1; // of the checksum

        // When / Then
        assertThatThrownBy(() -> decode("gzip", changed, 100)).isInstanceOf(Malformed.class);
        assertThatThrownBy(() -> decode("gzip", "plain text all along".getBytes(UTF_8), 100))
                .isInstanceOf(Malformed.class)
                .hasMessage("it is no gzip, which its header says it is");
        assertThatThrownBy(() -> decode("deflate", new byte[] {-1, -1, -1, -1}, 100))
                .isInstanceOf(Malformed.class);
        assertThatThrownBy(() -> decode("gzip", endlessName(), 1000)).isInstanceOf(Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate"})
    void aBombIsRefusedBeforeItIsLarge(String encoding) throws Exception {
        // Given: 200 MB in 200 KB
        var bomb = new ByteArrayOutputStream();
        try (var out = encoding.equals("gzip") ? new GZIPOutputStream(bomb) : new DeflaterOutputStream(bomb)) {
            var zeros = new byte[1024 * 1024];
            for (var i = 0; i < 200; i++) {
                out.write(zeros);
            }
        }
        var counted = new Counted();

        // When / Then
        assertThatThrownBy(() -> ContentDecoder.of(encoding).orElseThrow().feed(bomb.toByteArray(), counted))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining("grows more than 100 times");
        assertThat(counted.bytes).isLessThan(25 * 1024 * 1024);
    }

    private static final class Counted implements BodyReader<Integer> {
        private int bytes;

        @Override
        public void feed(byte[] more) {
            bytes += more.length;
        }

        @Override
        public Integer finish() {
            return bytes;
        }

        @Override
        public Integer unreadable(String reason) {
            throw new IllegalStateException(reason);
        }
    }

    private static final class Collected implements BodyReader<byte[]> {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public void feed(byte[] more) {
            bytes.writeBytes(more);
        }

        @Override
        public byte[] finish() {
            return bytes.toByteArray();
        }

        @Override
        public byte[] unreadable(String reason) {
            throw new IllegalStateException(reason);
        }
    }

    private static byte[] decode(String encoding, byte[] bytes, int size) throws Malformed {
        var collected = new Collected();
        try (var decoder = ContentDecoder.of(encoding).orElseThrow()) {
            for (var i = 0; i < bytes.length; i += size) {
                decoder.feed(Arrays.copyOfRange(bytes, i, Math.min(bytes.length, i + size)), collected);
            }
            if (!decoder.isWhole()) {
                throw new IllegalStateException("cut short");
            }
        }
        return collected.finish();
    }

    private static byte[] gzip(byte[] content) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }

    private static byte[] deflate(boolean bare) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DeflaterOutputStream(bytes, new Deflater(Deflater.DEFAULT_COMPRESSION, bare))) {
            out.write(CONTENT);
        }
        return bytes.toByteArray();
    }

    /** A header with an extra field, a name, a comment and a checksum, which is not looked at. */
    private static byte[] withAllHeaderFields(byte[] gzip) {
        var bytes = new ByteArrayOutputStream();
        bytes.write(gzip, 0, 3);
        bytes.write(0x1E);
        bytes.write(gzip, 4, 6);
        bytes.writeBytes(new byte[] {3, 0, 1, 2, 3});
        bytes.writeBytes("name\0".getBytes(UTF_8));
        bytes.writeBytes("comment\0".getBytes(UTF_8));
        bytes.writeBytes(new byte[] {9, 9});
        bytes.write(gzip, 10, gzip.length - 10);
        return bytes.toByteArray();
    }

    private static byte[] endlessName() {
        var bytes = new byte[200_000];
        Arrays.fill(bytes, (byte) 'x');
        System.arraycopy(new byte[] {0x1F, (byte) 0x8B, 8, 8, 0, 0, 0, 0, 0, 0}, 0, bytes, 0, 10);
        return bytes;
    }

    private static byte[] join(byte[] first, byte[] second) {
        var joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }

    private static byte[] content() {
        var content = new byte[30_000];
        new Random(1).nextBytes(content);
        Arrays.fill(content, 5_000, 25_000, (byte) 'a');
        return content;
    }
}
