package io.segmentrelay.trigger.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What happens to one followed segment, from the outside.
 *
 * @param size how large all is
 * @param follow how long it is followed, from the request's receipt
 * @param keepFor how long the segment is kept, from when it was live
 * @param snapshots whether only snapshots are asked for
 * @param refreshes of its members, one after the other
 * @param turns what befalls the relay, and what people do, one after the other
 * @param crashes the hand-overs, by their number, from 1, at which the process that hands over is killed
 * @param paces how long calls and hand-overs take, in turn: who is quick and who is slow changes all the time
 * @param storms that each so many calls fail for no reason; 0: none
 * @param seed for who joins and leaves, and for the order in which a topic's records are read
 */
record Saga(
        Size size,
        Duration follow,
        Optional<Duration> keepFor,
        boolean snapshots,
        List<Refresh> refreshes,
        List<Turn> turns,
        List<Crash> crashes,
        List<Duration> paces,
        int storms,
        long seed) {

    /** What a refresh makes of the members. */
    sealed interface Change {

        /** Half of so many leave, as many others join; none: nothing changes. */
        record Some(int by) implements Change {}

        /** The members are those of the computation before the last one. */
        record Back() implements Change {}

        /** Nobody is left. */
        record Empty() implements Change {}
    }

    /**
     * The members are computed once more.
     *
     * @param after how long since the last one
     * @param takes how long the status says that it is under way
     */
    record Refresh(Change change, Duration after, Duration takes) {}

    /**
     * How large all is.
     *
     * @param members at first
     * @param pageSize members on a page
     * @param maxSketch characters of a sketch
     */
    record Size(int members, int pageSize, int maxSketch) {}

    /** What happens next. */
    enum Kind {
        /** The process is killed, and starts again at once. */
        CRASH,
        /** It is killed, and starts again after the span. */
        OUTAGE,
        /** It is asked to stop, and starts again. */
        STOP,
        /** Another replica has the records, while this one does not know of it for the span, and goes on. */
        TAKEOVER,
        /** The broker forgets what is superseded. */
        COMPACTION,
        /** It is killed, and all records that there are come again, to the next one. */
        OFFSETS_RESET,
        /** The request's record is delivered again. */
        REPEAT,
        /** The end of the follow is asked for. */
        UNFOLLOW,
        /** That record is delivered again, where there is one. */
        UNFOLLOW_REPEAT,
        /** The segment is to be retired. */
        RETIRE,
        /** That record is delivered again, where there is one. */
        RETIRE_REPEAT,
        /** A marketer stops the segment. */
        STOPPED_BY_HAND,
        /** A marketer publishes it again. */
        STARTED_BY_HAND,
        /** A marketer deletes it. */
        DELETED_BY_HAND
    }

    /**
     * One of those.
     *
     * @param after how long since the last one
     * @param span how long it lasts
     * @param committed whether the broker knows what was acknowledged so far
     */
    record Turn(Kind kind, Duration after, Duration span, boolean committed) {}

    /**
     * A process dies at a hand-over.
     *
     * @param handOver its number, from 1
     * @param taken whether the broker has taken the event
     */
    record Crash(int handOver, boolean taken) {}

    boolean has(Kind kind) {
        return count(kind) > 0;
    }

    int count(Kind kind) {
        return (int) turns.stream().filter(turn -> turn.kind() == kind).count();
    }
}
