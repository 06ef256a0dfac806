package io.segmentrelay.dynamics.limits;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The calls under way, and what they will have cost. Times are nanoseconds that never go back. Not thread-safe. */
final class CallsUnderWay {

    /**
     * A call.
     *
     * @param priority its kind
     * @param since when it was let in
     * @param expected how long it will take, probably
     */
    record Started(CallPriority priority, long since, long expected) {}

    private final Map<Object, Started> calls = new HashMap<>();

    void add(Object call, Started started) {
        calls.put(call, started);
    }

    Started remove(Object call) {
        return Objects.requireNonNull(calls.remove(call), "not under way");
    }

    int count() {
        return calls.size();
    }

    /** The execution time that they will have cost by their ends, as far as one can know: never less than they have now. */
    long promised(long now) {
        var promised = 0L;
        for (var started : calls.values()) {
            promised += Math.max(started.expected(), now - started.since());
        }
        return promised;
    }
}
