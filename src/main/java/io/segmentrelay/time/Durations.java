package io.segmentrelay.time;

import java.time.Duration;

/** The shorter and the longer of durations. */
public final class Durations {

    private Durations() {}

    /** The shorter of the two. */
    public static Duration min(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    /** The longer of the two. */
    public static Duration max(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    /** The value, or the bound that it is beyond; {@code least} is at most {@code most}. */
    public static Duration clamp(Duration value, Duration least, Duration most) {
        return min(max(value, least), most);
    }
}
