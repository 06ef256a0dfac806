package io.segmentrelay.trigger.http;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * The codings that a body came in ({@code Content-Encoding}, RFC 9110, section 8.4), taken off within a limit: a few bytes may
 * stand for gigabytes.
 *
 * @param names in the order in which they were applied, in lower case, without {@code identity}
 */
record ContentCodings(List<String> names) {

    /** What {@code Accept-Encoding} says of a 415. */
    static final String TAKEN = "gzip, deflate, identity";

    private static final Set<String> GZIP = Set.of("gzip", "x-gzip");

    private static final String DEFLATE = "deflate";

    /** Each is another pass over the body; nobody has use for more. */
    private static final int MOST = 4;

    ContentCodings {
        names = List.copyOf(names);
    }

    /** Of all header lines of the name, each a list. */
    static ContentCodings of(List<String> headers) {
        var names = new ArrayList<String>();
        for (var header : headers) {
            for (var name : header.split(",", -1)) {
                var coding = name.strip().toLowerCase(Locale.ROOT);
                if (!coding.isEmpty() && !coding.equals("identity")) {
                    names.add(coding);
                }
            }
        }
        return new ContentCodings(names);
    }

    /** The first that is not known, or says that there are too many. */
    Optional<String> misfit() {
        if (names.size() > MOST) {
            return Optional.of("The body came in %d content codings: taken are up to %d".formatted(names.size(), MOST));
        }
        return names.stream()
                .filter(name -> !GZIP.contains(name) && !name.equals(DEFLATE))
                .findFirst()
                .map(name -> "The content coding '%s' is not taken: send the body in one of %s"
                        .formatted(
                                name.substring(0, Math.min(name.length(), 40)).replaceAll("\\p{Cntrl}", "?"), TAKEN));
    }

    /**
     * The body as it was before.
     *
     * @param most bytes after any of the codings
     * @throws TooLarge where there are more
     * @throws IOException where it is none in these codings, or only a part of one; its message says which
     */
    byte[] decode(byte[] body, int most) throws IOException {
        var decoded = body;
        for (var name : names.reversed()) {
            // A message without a body stays one, whatever its headers say.
            decoded = decoded.length == 0 ? decoded : decode(name, decoded, most);
        }
        return decoded;
    }

    private static byte[] decode(String name, byte[] body, int most) throws IOException {
        byte[] decoded;
        try (var in = open(name, body)) {
            decoded = in.readNBytes(most + 1);
        } catch (EOFException e) {
            throw new IOException(
                    "The body ends before its content coding '%s' does: send all of it".formatted(name), e);
        } catch (IOException e) {
            throw new IOException("The body is not in the content coding '%s' that its header says".formatted(name), e);
        }
        if (decoded.length > most) {
            throw new TooLarge();
        }
        return decoded;
    }

    private static InputStream open(String name, byte[] body) throws IOException {
        var in = new ByteArrayInputStream(body);
        return GZIP.contains(name) ? new GZIPInputStream(in) : new Inflating(in, new Inflater(!isZlib(body)));
    }

    /** By its header (RFC 1950): there are senders who leave it out, as if "deflate" meant the algorithm alone. */
    private static boolean isZlib(byte[] body) {
        var head = Arrays.copyOf(body, 2);
        return (head[0] & 0x0F) == 8 && (((head[0] & 0xFF) << 8) | (head[1] & 0xFF)) % 31 == 0;
    }

    /** Gives its memory back when it is closed, which a stream with an inflater of somebody else's does not. */
    private static final class Inflating extends InflaterInputStream {

        Inflating(InputStream in, Inflater inflater) {
            super(in, inflater);
        }

        @Override
        public void close() throws IOException {
            super.close();
            inf.end();
        }
    }

    /** More than the limit. */
    static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1L;
    }
}
