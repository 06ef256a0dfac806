package io.segmentrelay.dynamics.limits;

/**
 * Which of its limits the server says that a user has reached.
 *
 * @see <a href="https://learn.microsoft.com/power-apps/developer/data-platform/api-limits#service-protection-api-limit-errors-returned">
 *     Service Protection API limit errors returned</a>
 */
public enum ServerLimit {
    /** Calls in five minutes: {@code 0x80072322}. */
    REQUESTS,
    /** Combined execution time in five minutes: {@code 0x80072321}. */
    EXECUTION_TIME,
    /** Calls at the same time: {@code 0x80072326}. */
    CONCURRENCY
}
