package io.segmentrelay.it;

import java.time.Duration;

/**
 * How much the reliability tests do: {@link #SHORT} in every build, {@link #LONG} in the Maven profile {@code chaos}, by the
 * system property {@code relay.tests.scale}.
 *
 * @param flood requests at once
 * @param backlog records in the topic before the relay starts
 * @param repeated requests of which each is delivered five times
 * @param outage how long the broker, or Dynamics, is away
 * @param rebalancing how long replicas join and leave
 * @param rebalanced segments under way meanwhile
 * @param stopped requests that wait when the process is asked to stop
 * @param followed large segments that are followed
 * @param followedMembers of each of them
 * @param patience for anything that takes longer with more of it
 */
record Scale(
        int flood,
        int backlog,
        int repeated,
        Duration outage,
        Duration rebalancing,
        int rebalanced,
        int stopped,
        int followed,
        int followedMembers,
        Duration patience) {

    private static final Scale SHORT = new Scale(
            1_500,
            2_000,
            200,
            Duration.ofSeconds(6),
            Duration.ofSeconds(12),
            200,
            2_000,
            50,
            2_000,
            Duration.ofMinutes(2));

    private static final Scale LONG = new Scale(
            20_000,
            100_000,
            2_000,
            Duration.ofMinutes(1),
            Duration.ofMinutes(2),
            2_000,
            10_000,
            2_000,
            100_000,
            Duration.ofMinutes(20));

    static Scale current() {
        return System.getProperty("relay.tests.scale", "short").equals("long") ? LONG : SHORT;
    }

    /** Whether it is the long form. */
    static boolean isLong() {
        return current().equals(LONG);
    }
}
