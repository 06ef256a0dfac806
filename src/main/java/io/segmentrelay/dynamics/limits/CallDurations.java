package io.segmentrelay.dynamics.limits;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** How long a call will take, by how long those of its kind took. Not thread-safe. */
final class CallDurations {

    /** Of a kind that nothing is known of yet. */
    private static final long UNKNOWN = Duration.ofMillis(100).toNanos();

    /** The last call counts for an eighth. */
    private static final int MEMORY = 8;

    private final Map<CallPriority, Long> expected = new EnumMap<>(CallPriority.class);

    /** In nanoseconds, above zero. */
    long expected(CallPriority kind) {
        return expected.getOrDefault(kind, UNKNOWN);
    }

    /** One took so long. */
    void took(CallPriority kind, long nanos) {
        var before = expected(kind);
        expected.put(kind, Math.max(1, before + (nanos - before) / MEMORY));
    }
}
