package io.segmentrelay.trigger.kafka;

import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Offsets as ranges, from the first to the one after the last, and their form in a commit's metadata: in base64, the lengths of the
 * runs from the committed position on, in turn of those that are not in a range and of those that are, in seven bits a byte.
 */
final class OffsetRanges {

    /** Characters; a broker takes 4096 by default ({@code offset.metadata.max.bytes}). What does not fit is left out. */
    private static final int MAX_LENGTH = 3_000;

    private static final int MAX_BYTES = MAX_LENGTH / 4 * 3;
    private static final int LONGEST_NUMBER = 10;

    private final NavigableMap<Long, Long> ends = new TreeMap<>();

    /** Adds a range that begins where the last one ends, or later. */
    void add(long from, long to) {
        if (to <= from) {
            return;
        }
        var last = ends.lastEntry();
        ends.put(last != null && last.getValue() == from ? last.getKey() : from, to);
    }

    /** Whether an offset is in one of them. */
    boolean contains(long offset) {
        var before = ends.floorEntry(offset);
        return before != null && offset < before.getValue();
    }

    /** Adds, to others, what lies at or after an offset. */
    void addTo(OffsetRanges others, long from) {
        for (Map.Entry<Long, Long> range : ends.entrySet()) {
            others.add(Math.max(from, range.getKey()), range.getValue());
        }
    }

    /** For a commit of this position; empty where there are none. */
    String text(long position) {
        var bytes = new ByteArrayOutputStream();
        var at = position;
        for (Map.Entry<Long, Long> range : ends.entrySet()) {
            if (bytes.size() > MAX_BYTES - 2 * LONGEST_NUMBER) {
                break;
            }
            write(bytes, range.getKey() - at);
            write(bytes, range.getValue() - range.getKey());
            at = range.getValue();
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
    }

    /** What {@link #text} wrote; none where it was written by somebody else. */
    static OffsetRanges of(long position, String text) {
        var ranges = new OffsetRanges();
        try {
            var lengths = numbers(Base64.getUrlDecoder().decode(text));
            var at = position;
            while (lengths.hasNext()) {
                var from = Math.addExact(at, lengths.next());
                at = Math.addExact(from, lengths.next());
                ranges.add(from, at);
            }
            return ranges;
        } catch (IllegalArgumentException | ArithmeticException | NoSuchElementException e) {
            return new OffsetRanges();
        }
    }

    private static void write(ByteArrayOutputStream bytes, long number) {
        var rest = number;
        while (rest >= 0x80) {
            bytes.write((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
    }

    private static Iterator<Long> numbers(byte[] bytes) {
        var numbers = Stream.<Long>builder();
        var number = 0L;
        var shift = 0;
        for (var b : bytes) {
            if (shift > 56) {
                throw new IllegalArgumentException("a number of more than 63 bits");
            }
            number |= (long) (b & 0x7f) << shift;
            shift += 7;
            if (b >= 0) {
                numbers.add(number);
                number = 0;
                shift = 0;
            }
        }
        if (shift > 0) {
            throw new IllegalArgumentException("half a number");
        }
        return numbers.build().iterator();
    }
}
