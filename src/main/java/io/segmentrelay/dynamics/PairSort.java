package io.segmentrelay.dynamics;

/**
 * Sorts pairs of longs, compared as one unsigned number of 128 bits, where they lie: a radix sort by the most significant
 * byte first ("American flag"), which for GUIDs needs two or three passes and no memory of its own.
 */
final class PairSort {

    /** Below this, comparing neighbours is quicker than counting bytes. */
    private static final int SMALL = 32;

    private static final int BYTES = 16;

    private PairSort() {}

    /** Sorts the first {@code size} pairs of {@code halves}. */
    static void sort(long[] halves, int size) {
        sort(halves, 0, size, 0);
    }

    private static void sort(long[] halves, int from, int to, int depth) {
        if (to - from <= SMALL) {
            insertionSort(halves, from, to);
            return;
        }
        if (depth == BYTES) {
            return; // all equal
        }
        var ends = new int[256];
        for (var i = from; i < to; i++) {
            ends[byteAt(halves, i, depth)]++;
        }
        var next = new int[256];
        var start = from;
        for (var b = 0; b < 256; b++) {
            next[b] = start;
            start += ends[b];
            ends[b] = start;
        }
        for (var b = 0; b < 256; b++) {
            while (next[b] < ends[b]) {
                var target = byteAt(halves, next[b], depth);
                swap(halves, next[b], next[target]++);
            }
        }
        start = from;
        for (var b = 0; b < 256; b++) {
            if (ends[b] - start > 1) {
                sort(halves, start, ends[b], depth + 1);
            }
            start = ends[b];
        }
    }

    private static int byteAt(long[] halves, int pair, int depth) {
        var half = halves[2 * pair + (depth >> 3)];
        return (int) (half >>> (56 - ((depth & 7) << 3))) & 0xff;
    }

    private static void swap(long[] halves, int a, int b) {
        var high = halves[2 * a];
        var low = halves[2 * a + 1];
        halves[2 * a] = halves[2 * b];
        halves[2 * a + 1] = halves[2 * b + 1];
        halves[2 * b] = high;
        halves[2 * b + 1] = low;
    }

    private static void insertionSort(long[] halves, int from, int to) {
        for (var i = from + 1; i < to; i++) {
            for (var j = i; j > from && less(halves, j, j - 1); j--) {
                swap(halves, j, j - 1);
            }
        }
    }

    private static boolean less(long[] halves, int a, int b) {
        var high = Long.compareUnsigned(halves[2 * a], halves[2 * b]);
        return high < 0 || (high == 0 && Long.compareUnsigned(halves[2 * a + 1], halves[2 * b + 1]) < 0);
    }
}
