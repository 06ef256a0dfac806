package io.segmentrelay.dynamics.limits;

import java.time.Duration;

/**
 * What the server's refusals say of a limit: others use the same application user, or an earlier process did just now. A
 * refusal cuts what may be used, to below what was used when it came, or by a little where that was little; with time it grows
 * back.
 *
 * <p>Times are nanoseconds that never go back. Not thread-safe.
 */
final class LearnedLimit {

    /** Below what was refused. */
    private static final double CUT = 0.9;
    /** Who used less than this part of what it may was refused for what others used, and perhaps not for long. */
    private static final double OWN_DOING = 0.5;
    /** What is tried whatever was refused. */
    private static final double LEAST = 0.05;
    /** A cut of a tenth is grown back after five minutes: so long an earlier process' calls count. */
    private static final double REGAINED_PER_NANO =
            (1 - CUT) / Duration.ofMinutes(5).toNanos();

    private double factor = 1;
    private long since;

    /** Which part of the limit may be used, above 0, at most 1. */
    double factor(long now) {
        return factor == 1 ? 1 : Math.min(1, factor + Math.max(0, now - since) * REGAINED_PER_NANO);
    }

    /**
     * The server has refused.
     *
     * @param used the part of the limit that was used by then
     * @param until when calls go on: it does not grow back before
     */
    void refused(long now, double used, long until) {
        var before = factor(now);
        var cut = used < before * OWN_DOING ? before : Math.min(before, used);
        factor = Math.max(LEAST, cut * CUT);
        since = Math.max(now, until);
    }
}
