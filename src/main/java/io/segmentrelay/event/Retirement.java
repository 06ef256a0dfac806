package io.segmentrelay.event;

/**
 * How far a segment's deletion is.
 *
 * @param next the row that is to be deleted next: the segment's goes first
 * @param marked whether all have been told of it ({@link RelayEvent.Marked}), which comes before the first row goes
 */
public record Retirement(Row next, boolean marked) {}
