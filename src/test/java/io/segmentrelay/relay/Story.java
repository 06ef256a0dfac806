package io.segmentrelay.relay;

import java.time.Duration;
import java.util.List;

import io.segmentrelay.relay.StormyServer.Fate;
import io.segmentrelay.relay.StormyServer.Gust;

/**
 * What happens to one request, from the outside.
 *
 * @param fate what becomes of the segment
 * @param batched whether rows are made and published with one request
 * @param goesLiveAfter how long that takes
 * @param readyWithin the request's own deadline
 * @param gusts the weather of the calls to Dynamics, one after the other; fine from the last on
 * @param sinkFailures of which hand-overs (by their number, from 1) the broker does not take the first try
 * @param blows what happens to the process, one after the other
 */
record Story(
        Fate fate,
        boolean batched,
        Duration goesLiveAfter,
        Duration readyWithin,
        List<Gust> gusts,
        List<Integer> sinkFailures,
        List<Blow> blows) {

    /** What happens to the process. */
    enum Kind {
        /** It is killed, and starts again at once. */
        CRASH,
        /** It is killed, and starts again after the span. */
        OUTAGE,
        /** It is asked to stop, and starts again at once. */
        STOP,
        /** Another replica takes the records over, while this one goes on for the span and is then killed. */
        TAKEOVER,
        /** The request is delivered again. */
        REPEAT
    }

    /**
     * One of those.
     *
     * @param after how long since the last one
     * @param committed whether the broker knows what was acknowledged so far
     */
    record Blow(Kind kind, Duration after, Duration span, boolean committed) {}

    boolean has(Kind kind) {
        return blows.stream().anyMatch(blow -> blow.kind() == kind);
    }

    boolean has(StormyServer.Kind kind) {
        return gusts.stream().anyMatch(gust -> gust.kind() == kind);
    }
}
