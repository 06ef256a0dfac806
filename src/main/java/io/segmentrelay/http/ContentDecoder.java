package io.segmentrelay.http;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

import org.jspecify.annotations.Nullable;

/**
 * Undoes a body's {@code Content-Encoding} as the bytes come, a few at a time: gzip (RFC 1952, members one after the other)
 * and deflate (RFC 1950; also the bare RFC 1951 that some servers mean by it). What grows as only a bomb does is refused.
 * Not thread-safe.
 */
final class ContentDecoder implements AutoCloseable {

    /** What the relay can undo, as it tells servers. */
    static final String ACCEPTED = "gzip, deflate";

    /** Why a body that is not {@link #isWhole} cannot be read. */
    static final String CUT_SHORT = "its encoding is cut short";

    /** Nothing that is read here shrinks to a hundredth; what does is made to fill the memory. */
    private static final int MAX_GROWTH = 100;

    /** Below this, in bytes, growth is no matter. */
    private static final int GROWS_FREELY = 1024 * 1024;

    private static final int MAX_HEADER = 64 * 1024;
    private static final int TRAILER = 8;

    /** Of gzip, and its one method. */
    private static final byte[] MAGIC = {0x1F, (byte) 0x8B, 8};

    /** A body that is not what its header says. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(String reason) {
            super(reason, null, false, false);
        }
    }

    private enum State {
        HEADER,
        DATA,
        TRAILER,
        ENDED
    }

    private final boolean gzip;
    private final CRC32 crc = new CRC32();
    private final byte[] out = new byte[8 * 1024];
    private State state = State.HEADER;
    private byte[] input = new byte[0];
    private @Nullable Inflater inflater;
    private boolean begun;
    private long taken;
    private long given;

    private ContentDecoder(boolean gzip) {
        this.gzip = gzip;
    }

    /**
     * The decoder of an encoding; empty for none.
     *
     * @throws Malformed for one that the relay did not ask for, or for several
     */
    static Optional<ContentDecoder> of(String contentEncoding) throws Malformed {
        var encodings = Arrays.stream(contentEncoding.toLowerCase(Locale.ROOT).split(",", -1))
                .map(String::strip)
                .filter(each -> !each.isEmpty() && !each.equals("identity"))
                .toList();
        if (encodings.isEmpty()) {
            return Optional.empty();
        }
        if (encodings.size() > 1) {
            throw notAskedFor(contentEncoding);
        }
        return switch (encodings.getFirst()) {
            case "gzip", "x-gzip" -> Optional.of(new ContentDecoder(true));
            case "deflate" -> Optional.of(new ContentDecoder(false));
            default -> throw notAskedFor(contentEncoding);
        };
    }

    private static Malformed notAskedFor(String contentEncoding) {
        return new Malformed(
                "it is encoded as %s, but the relay accepts %s".formatted(CleanText.of(contentEncoding, 40), ACCEPTED));
    }

    /** Hands what these bytes mean to the reader, until that is full. */
    void feed(byte[] chunk, BodyReader<?> reader) throws Malformed {
        taken += chunk.length;
        begun |= chunk.length > 0;
        input = input.length == 0 ? chunk : join(input, chunk);
        var goesOn = true;
        while (goesOn && !reader.isFull()) {
            goesOn = switch (state) {
                case HEADER -> header();
                case DATA -> data(reader);
                case TRAILER -> trailer();
                case ENDED -> false;
            };
        }
    }

    /** Whether all came. A body of no bytes is one that is not there, whatever its headers say. */
    boolean isWhole() {
        return !begun || state == State.ENDED || (state == State.HEADER && given() && input.length == 0);
    }

    private boolean given() {
        return inflater != null;
    }

    private boolean header() throws Malformed {
        var length = gzip ? gzipHeader() : deflateHeader();
        if (length < 0) {
            if (input.length > MAX_HEADER) {
                throw malformed();
            }
            return false;
        }
        if (state == State.ENDED) {
            return false;
        }
        input = Arrays.copyOfRange(input, length, input.length);
        crc.reset();
        state = State.DATA;
        return true;
    }

    /** Bytes of a gzip member's header; negative where it goes on. */
    private int gzipHeader() throws Malformed {
        if (given() && input.length > 0 && input[0] != MAGIC[0]) {
            state = State.ENDED; // padding behind the last member
            return 0;
        }
        for (var i = 0; i < Math.min(MAGIC.length, input.length); i++) {
            if (input[i] != MAGIC[i]) {
                throw malformed();
            }
        }
        if (input.length < 10) {
            return -1;
        }
        var flags = input[3];
        var position = 10;
        if ((flags & 0x04) != 0) {
            if (input.length < position + 2) {
                return -1;
            }
            position += 2 + (input[position] & 0xFF) + ((input[position + 1] & 0xFF) << 8);
        }
        for (var text : List.of(0x08, 0x10)) {
            if ((flags & text) != 0) {
                position = afterZero(position);
                if (position < 0) {
                    return -1;
                }
            }
        }
        position += (flags & 0x02) != 0 ? 2 : 0;
        if (position > input.length) {
            return -1;
        }
        inflate(true);
        return position;
    }

    private int afterZero(int from) {
        for (var i = from; i < input.length; i++) {
            if (input[i] == 0) {
                return i + 1;
            }
        }
        return -1;
    }

    /** None of its own: the first two bytes say whether it is RFC 1950. */
    private int deflateHeader() {
        if (input.length < 2) {
            return -1;
        }
        var zlib = (input[0] & 0x0F) == 8 && (((input[0] & 0xFF) << 8) | (input[1] & 0xFF)) % 31 == 0;
        inflate(!zlib);
        return 0;
    }

    private void inflate(boolean bare) {
        close();
        inflater = new Inflater(bare);
    }

    private boolean data(BodyReader<?> reader) throws Malformed {
        var inflating = inflater;
        if (inflating == null || input.length == 0) {
            return false;
        }
        inflating.setInput(input);
        try {
            while (!reader.isFull()) {
                var count = inflating.inflate(out);
                if (count > 0) {
                    give(count, reader);
                } else if (inflating.finished()) {
                    state = gzip ? State.TRAILER : State.ENDED;
                    break;
                } else if (inflating.needsDictionary()) {
                    throw malformed();
                } else {
                    break;
                }
            }
        } catch (DataFormatException e) {
            throw malformed();
        }
        var left = inflating.getRemaining();
        input = Arrays.copyOfRange(input, input.length - left, input.length);
        return state != State.DATA;
    }

    private void give(int count, BodyReader<?> reader) throws Malformed {
        given += count;
        if (given > GROWS_FREELY && given / MAX_GROWTH > taken) {
            throw new Malformed("it grows more than %d times when it is decoded".formatted(MAX_GROWTH));
        }
        crc.update(out, 0, count);
        reader.feed(Arrays.copyOf(out, count));
    }

    private boolean trailer() throws Malformed {
        var inflated = inflater;
        if (inflated == null || input.length < TRAILER) {
            return false;
        }
        var numbers = ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN);
        if (numbers.getInt() != (int) crc.getValue() || numbers.getInt() != (int) inflated.getBytesWritten()) {
            throw malformed();
        }
        input = Arrays.copyOfRange(input, TRAILER, input.length);
        state = State.HEADER;
        return input.length > 0;
    }

    private Malformed malformed() {
        return new Malformed("it is no %s, which its header says it is".formatted(gzip ? "gzip" : "deflate"));
    }

    private static byte[] join(byte[] first, byte[] second) {
        var joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }

    /** Gives back memory that is not on the heap; nothing can be fed afterwards. */
    @Override
    public void close() {
        if (inflater != null) {
            inflater.end();
        }
    }
}
