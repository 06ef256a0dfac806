package io.segmentrelay.sketch;

/** Ids of 16 bytes, ascending as unsigned numbers (which is as their text in lower case is), without duplicates. */
public interface SortedIds {

    /** How many. */
    int size();

    /**
     * The first 8 bytes of one.
     *
     * @param index from 0, below {@link #size()}
     */
    long high(int index);

    /**
     * The last 8 bytes of one.
     *
     * @param index from 0, below {@link #size()}
     */
    long low(int index);
}
