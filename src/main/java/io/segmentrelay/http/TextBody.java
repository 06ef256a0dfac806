package io.segmentrelay.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.regex.Pattern;

/** Reads a small body into text: of the charset that its byte order mark says, else its header, else UTF-8. */
final class TextBody implements BodyReader<HttpAnswer> {

    /** The most of a refusal that is read, in bytes: enough for its words. */
    static final int MAX_ERROR = 64 * 1024;

    /** The most of any other answer, in bytes. Some hundred rows have a tenth of it. */
    static final int MAX = 8 * 1024 * 1024;

    private static final Pattern CHARSET = Pattern.compile("(?i)\\bcharset\\s*=\\s*\"?([\\w.:-]{1,40})");

    private final HttpAnswer head;
    private final int max;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean tooLong;

    TextBody(HttpAnswer head) {
        this.head = head;
        this.max = head.status() < 300 ? MAX : MAX_ERROR;
    }

    /** A body that came whole. */
    static HttpAnswer of(HttpAnswer head, byte[] encoded) {
        var body = new TextBody(head);
        try {
            var decoder = ContentDecoder.of(head.header("Content-Encoding").orElse(""));
            if (decoder.isEmpty()) {
                body.feed(encoded);
                return body.finish();
            }
            try (var decoding = decoder.orElseThrow()) {
                decoding.feed(encoded, body);
                return body.isFull() || decoding.isWhole() ? body.finish() : body.unreadable(ContentDecoder.CUT_SHORT);
            }
        } catch (ContentDecoder.Malformed e) {
            return body.unreadable(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void feed(byte[] more) {
        var room = max - bytes.size();
        tooLong |= more.length > room;
        bytes.write(more, 0, Math.min(more.length, room));
    }

    @Override
    public boolean isFull() {
        return tooLong;
    }

    @Override
    public HttpAnswer finish() {
        // A part of a refusal says why; a part of an answer says nothing.
        return tooLong && max == MAX ? unreadable("it is larger than %d bytes".formatted(MAX)) : head.with(text());
    }

    @Override
    public HttpAnswer unreadable(String reason) {
        return head.with("(%s)".formatted(reason));
    }

    private String text() {
        var all = bytes.toByteArray();
        if (startsWith(all, 0xEF, 0xBB, 0xBF)) {
            return new String(all, 3, all.length - 3, StandardCharsets.UTF_8);
        }
        if (startsWith(all, 0xFE, 0xFF) || startsWith(all, 0xFF, 0xFE)) {
            return new String(all, StandardCharsets.UTF_16); // reads the mark
        }
        return new String(all, charset());
    }

    private Charset charset() {
        var named = head.header("Content-Type").map(CHARSET::matcher);
        try {
            return named.isPresent() && named.orElseThrow().find()
                    ? Charset.forName(named.orElseThrow().group(1))
                    : StandardCharsets.UTF_8;
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return StandardCharsets.UTF_8;
        }
    }

    private static boolean startsWith(byte[] bytes, int... mark) {
        if (bytes.length < mark.length) {
            return false;
        }
        for (var i = 0; i < mark.length; i++) {
            if ((bytes[i] & 0xFF) != mark[i]) {
                return false;
            }
        }
        return true;
    }
}
