package io.segmentrelay.sketch;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The cells of an invertible Bloom lookup table, as they are serialized: for each the exclusive or of its ids (16 bytes) and
 * of their check sums (4), and their number modulo 256 (1). An id is in one cell of each of {@link #PARTS} parts. Mutable.
 *
 * <p>The number need not be exact: of a difference, only +1 and -1 matter, and what they say is checked.
 */
final class Cells {

    /**
     * Hash functions, each with a part of the table of its own. Three would fill large tables more, but in small ones two ids
     * too often have all cells in common.
     */
    static final int PARTS = 4;

    /** Bytes of a cell. */
    static final int WIDTH = 21;

    private static final int LOW = 8;
    private static final int CHECK = 16;
    private static final int COUNT = 20;

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final byte[] bytes;
    private final ByteBuffer numbers;
    private final int perPart;

    /** @param bytes a whole number of cells for each part; not copied */
    Cells(byte[] bytes) {
        this.bytes = bytes;
        this.numbers = ByteBuffer.wrap(bytes);
        this.perPart = bytes.length / WIDTH / PARTS;
    }

    static Cells empty(int number) {
        return new Cells(new byte[number * WIDTH]);
    }

    int number() {
        return perPart * PARTS;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Adds an id once, or takes it away once. */
    void count(long high, long low, int by) {
        var mixed = mixed(high, low);
        for (var part = 0; part < PARTS; part++) {
            toggle(cell(mixed, part), high, low, check(mixed), by);
        }
    }

    private void toggle(int cell, long high, long low, int check, int by) {
        var at = cell * WIDTH;
        numbers.putLong(at, high(cell) ^ high);
        numbers.putLong(at + LOW, low(cell) ^ low);
        numbers.putInt(at + CHECK, numbers.getInt(at + CHECK) ^ check);
        bytes[at + COUNT] += (byte) by;
    }

    /** These less those of the other, which has as many. */
    Cells less(Cells other) {
        var difference = new Cells(bytes.clone());
        for (var cell = 0; cell < number(); cell++) {
            var at = cell * WIDTH + CHECK;
            difference.toggle(
                    cell,
                    other.high(cell),
                    other.low(cell),
                    other.numbers.getInt(at),
                    -other.bytes[cell * WIDTH + COUNT]);
        }
        return difference;
    }

    long high(int cell) {
        return numbers.getLong(cell * WIDTH);
    }

    long low(int cell) {
        return numbers.getLong(cell * WIDTH + LOW);
    }

    /** +1 or -1, where the cell seems to hold one id alone, which was added or taken away; else 0. */
    int alone(int cell) {
        var count = bytes[cell * WIDTH + COUNT];
        if (count != 1 && count != -1) {
            return 0;
        }
        var mixed = mixed(high(cell), low(cell));
        return check(mixed) == numbers.getInt(cell * WIDTH + CHECK) && cell(mixed, cell / perPart) == cell ? count : 0;
    }

    boolean isEmpty(int cell) {
        var at = cell * WIDTH;
        return high(cell) == 0 && low(cell) == 0 && numbers.getInt(at + CHECK) == 0 && bytes[at + COUNT] == 0;
    }

    boolean areEmpty() {
        for (var b : bytes) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /** The cells that an id is in, one for each part. */
    int[] cells(long high, long low) {
        var mixed = mixed(high, low);
        var cells = new int[PARTS];
        Arrays.setAll(cells, part -> cell(mixed, part));
        return cells;
    }

    private int cell(long mixed, int part) {
        return part * perPart + (int) Math.unsignedMultiplyHigh(mix(mixed + (part + 1) * GOLDEN), perPart);
    }

    private static int check(long mixed) {
        return (int) (mix(mixed ^ 0xD1B54A32D192ED03L) >>> 32);
    }

    private static long mixed(long high, long low) {
        return mix((low ^ 0xA0761D6478BD642FL) + Long.rotateLeft(mix(high ^ GOLDEN), 17));
    }

    /** The finalizer of SplitMix64. */
    private static long mix(long value) {
        var mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
