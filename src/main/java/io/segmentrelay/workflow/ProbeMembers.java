package io.segmentrelay.workflow;

import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

import io.segmentrelay.dynamics.Dynamics.SegmentIds;
import io.segmentrelay.dynamics.MemberList;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.SegmentFacts;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.Step;
import io.segmentrelay.event.Warning;
import io.segmentrelay.event.Wish;

/**
 * The segment is live, and nobody says whether its members are computed: the list itself is looked at. It counts once
 * it has stayed the same from one look to the next. An empty one says that they are not, for as long as it may take.
 *
 * @param awaiting where to go back to: what continues this looks at the status again
 * @param warnings what is less than perfect
 */
record ProbeMembers(SegmentTask.AwaitLive awaiting, Instant since, Set<Warning> warnings) implements SegmentTask {

    /** Until when an empty list is one that is not computed, after the request: contacts take a minute, joins some. */
    private static final Duration EMPTY_AT_FIRST = Duration.ofMinutes(10);

    public ProbeMembers {
        warnings = Set.copyOf(warnings);
    }

    @Override
    public SegmentRequest request() {
        return awaiting.request();
    }

    @Override
    public SegmentIds ids() {
        return awaiting.ids();
    }

    @Override
    public Step step() {
        return Step.FETCH_MEMBERS;
    }

    @Override
    public boolean isReading() {
        return true;
    }

    @Override
    public SegmentFacts facts() {
        return awaiting.facts();
    }

    @Override
    public RelayEvent.Continuation toEvent() {
        return awaiting.toEvent();
    }

    /** Whether there is no reason to look again. */
    boolean isSettled(MemberList list, Instant now) {
        return isPlausible(list, now)
                && !list.isIncomplete()
                && (list.members().size() == 0 || awaiting.glimpse().equals(Optional.of(digest(list))));
    }

    /** Whether it may be what was computed: what was there before the request is no matter of minutes. */
    boolean isPlausible(MemberList list, Instant now) {
        return list.members().size() > 0
                || !(request().wish() instanceof Wish.NewSegment)
                || !now.isBefore(request().requestedAt().plus(EMPTY_AT_FIRST));
    }

    SegmentTask.AwaitLive notYet(MemberList list) {
        return new SegmentTask.AwaitLive(request(), awaiting.since(), ids(), facts(), Optional.of(digest(list)));
    }

    /** The list counts: it is told, or (where more is to come) handed over to be read again. */
    Outcome fetched(MemberList list) {
        return awaiting.live(since, Optional.empty(), warnings) instanceof LifeTask.ReadFirst first
                ? new Outcome.Pending(first)
                : Outcome.Ready.last(request(), ids(), facts(), list, since, warnings);
    }

    private static String digest(MemberList list) {
        return HexFormat.of().formatHex(list.members().digest());
    }
}
