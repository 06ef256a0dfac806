package io.segmentrelay.dynamics.limits;

import java.time.Duration;

/**
 * What may be used of the server's three limits.
 *
 * @param concurrency calls under way at once, at least 1
 * @param requests calls in any {@link DynamicsGate#WINDOW}, at least 1
 * @param executionTime of all calls in any {@link DynamicsGate#WINDOW} together, longer than zero
 * @see <a href="https://learn.microsoft.com/power-apps/developer/data-platform/api-limits">Service protection API limits</a>
 */
public record CallLimits(int concurrency, int requests, Duration executionTime) {

    /** Of an ordinary organization, with some to spare: the server refuses after 20 minutes and 6,000 requests. */
    private static final Duration USUAL_TIME = Duration.ofMinutes(18);

    private static final int USUAL_REQUESTS = 5_400;

    /** The execution time that goes with so many requests: never less than that of an ordinary organization. */
    public static Duration usualExecutionTime(int requests) {
        return USUAL_TIME.multipliedBy(Math.max(requests, USUAL_REQUESTS)).dividedBy(USUAL_REQUESTS);
    }
}
