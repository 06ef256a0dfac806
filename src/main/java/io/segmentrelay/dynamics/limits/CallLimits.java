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
public record CallLimits(int concurrency, int requests, Duration executionTime) {}
