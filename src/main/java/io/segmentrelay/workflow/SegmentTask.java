package io.segmentrelay.workflow;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import io.segmentrelay.dynamics.Dynamics.Created;
import io.segmentrelay.dynamics.Dynamics.SegmentIds;
import io.segmentrelay.dynamics.MemberList;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.Step;
import io.segmentrelay.event.Warning;

/**
 * A request on its way: which step is next, and what the steps before it brought. Each state has the transitions that
 * leave it, so that a step cannot be skipped or taken twice.
 *
 * <pre>
 * CreateDefinition ─created─► CreateSegment ─created─► Publish ─published─► AwaitLive ─live─► FetchMembers ─fetched─► Ready
 *                                                         ▲                     │ ▲
 *                                                         └────stillDraft───────┤ └───notYet──┐
 *                                                                               └─seemsLive─► ProbeMembers ─settled─► Ready
 * </pre>
 *
 * <p>Past its deadline, a request of any state goes on as {@link #published}, if it is live.
 */
public sealed interface SegmentTask {

    /** The request. */
    SegmentRequest request();

    /** When this state was reached. */
    Instant since();

    /** The two rows: as the server named them, or as they will be asked for. */
    SegmentIds ids();

    /** The step that is next. */
    Step step();

    /** The first state of a request. */
    static SegmentTask first(SegmentRequest request, Instant now) {
        return new CreateDefinition(request, now);
    }

    /** The state that a continuation was handed over in. */
    static SegmentTask of(RelayEvent.Pending pending) {
        var request = pending.request();
        var since = pending.stepSince();
        var ids = new SegmentIds(pending.segmentId(), pending.definitionId());
        return switch (pending.step()) {
            case VALIDATE, CREATE_DEFINITION -> new CreateDefinition(request, since);
            case CREATE_SEGMENT -> new CreateSegment(request, since, ids.definitionId(), true);
            case PUBLISH -> new Publish(request, since, ids, true);
            case AWAIT_LIVE -> new AwaitLive(request, since, ids, Optional.empty());
            case FETCH_MEMBERS ->
                new FetchMembers(request, since, ids, pending.liveAt().orElse(since), pending.warnings());
            case FIND_SEGMENT, RETIRE, FOLLOW -> throw new IllegalStateException("not yet");
        };
    }

    /** The continuation that carries this state. */
    default RelayEvent.Pending toPending() {
        return new RelayEvent.Pending(
                request(), step(), ids().definitionId(), ids().segmentId(), since(), Optional.empty(), Set.of());
    }

    /** The same state for another try: what may have been done already is looked at first. */
    default SegmentTask again() {
        return this;
    }

    /** Whether its step is to read a member list, which may take long. */
    default boolean isReading() {
        return false;
    }

    /** The same request, its segment having been found published. */
    default AwaitLive published(Instant now) {
        return new AwaitLive(request(), now, ids(), Optional.empty());
    }

    /** The definition is to be created, with the request's own GUID. */
    record CreateDefinition(SegmentRequest request, Instant since) implements SegmentTask {

        @Override
        public Step step() {
            return Step.CREATE_DEFINITION;
        }

        @Override
        public SegmentIds ids() {
            var own = request.key().uuid();
            return new SegmentIds(own, own);
        }

        CreateSegment created(Created definition, Instant now) {
            return new CreateSegment(request, now, definition.id(), definition.already());
        }
    }

    /**
     * The segment is to be created, with the same GUID.
     *
     * @param definitionId as the server named it
     * @param repeated whether an earlier delivery has been here
     */
    record CreateSegment(SegmentRequest request, Instant since, UUID definitionId, boolean repeated)
            implements SegmentTask {

        @Override
        public Step step() {
            return Step.CREATE_SEGMENT;
        }

        @Override
        public SegmentIds ids() {
            return new SegmentIds(request.key().uuid(), definitionId);
        }

        Publish created(Created segment, Instant now) {
            return new Publish(request, now, new SegmentIds(segment.id(), definitionId), repeated || segment.already());
        }
    }

    /**
     * The segment is to be published.
     *
     * @param repeated whether it may have been: then its status is looked at first
     */
    record Publish(SegmentRequest request, Instant since, SegmentIds ids, boolean repeated) implements SegmentTask {

        @Override
        public Step step() {
            return Step.PUBLISH;
        }

        @Override
        public Publish again() {
            return new Publish(request, since, ids, true);
        }
    }

    /**
     * The segment is published: wait until it is live and computed.
     *
     * @param glimpse the digest of its member list when that was last looked at, see {@link ProbeMembers}
     */
    record AwaitLive(SegmentRequest request, Instant since, SegmentIds ids, Optional<String> glimpse)
            implements SegmentTask {

        /** Nobody has looked at its member list yet. */
        AwaitLive(SegmentRequest request, Instant since, SegmentIds ids) {
            this(request, since, ids, Optional.empty());
        }

        @Override
        public Step step() {
            return Step.AWAIT_LIVE;
        }

        /** The server's own time counts, so that a repeat says the same; though nothing is live before it is wanted. */
        FetchMembers live(Instant now, Optional<Instant> computedAt, Set<Warning> warnings) {
            var wanted = request.requestedAt();
            var liveAt = computedAt.map(at -> at.isBefore(wanted) ? wanted : at).orElse(now);
            return new FetchMembers(request, now, ids, liveAt, warnings);
        }

        ProbeMembers seemsLive(Instant now, Set<Warning> warnings) {
            return new ProbeMembers(this, now, warnings);
        }

        Publish stillDraft(Instant now) {
            return new Publish(request, now, ids, true);
        }
    }

    /**
     * The segment is live: its members are to be read.
     *
     * @param liveAt when its members were computed; where the server does not say, when it was seen live
     * @param warnings what is less than perfect
     */
    record FetchMembers(SegmentRequest request, Instant since, SegmentIds ids, Instant liveAt, Set<Warning> warnings)
            implements SegmentTask {

        public FetchMembers {
            warnings = Set.copyOf(warnings);
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
        public RelayEvent.Pending toPending() {
            return new RelayEvent.Pending(
                    request, step(), ids.definitionId(), ids.segmentId(), since, Optional.of(liveAt), warnings);
        }

        Outcome.Ready fetched(MemberList list) {
            return new Outcome.Ready(request, ids, list, liveAt, withThoseOf(list, warnings));
        }
    }

    /**
     * The segment is live, and nobody says whether its members are computed: the list itself is looked at. It counts once
     * it has stayed the same from one look to the next. An empty one says that they are not, for as long as it may take.
     *
     * @param awaiting where to go back to: what continues this looks at the status again
     * @param warnings what is less than perfect
     */
    record ProbeMembers(AwaitLive awaiting, Instant since, Set<Warning> warnings) implements SegmentTask {

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
        public RelayEvent.Pending toPending() {
            return awaiting.toPending();
        }

        /** Whether there is no reason to look again. */
        boolean isSettled(MemberList list, Instant now) {
            return isPlausible(list, now)
                    && !list.isIncomplete()
                    && (list.members().size() == 0 || awaiting.glimpse().equals(Optional.of(digest(list))));
        }

        /** Whether it may be what was computed. */
        boolean isPlausible(MemberList list, Instant now) {
            return list.members().size() > 0
                    || !now.isBefore(request().requestedAt().plus(EMPTY_AT_FIRST));
        }

        AwaitLive notYet(MemberList list) {
            return new AwaitLive(request(), awaiting.since(), ids(), Optional.of(digest(list)));
        }

        Outcome.Ready fetched(MemberList list) {
            return new Outcome.Ready(request(), ids(), list, since, withThoseOf(list, warnings));
        }

        private static String digest(MemberList list) {
            return HexFormat.of().formatHex(list.members().digest());
        }
    }

    private static Set<Warning> withThoseOf(MemberList list, Set<Warning> warnings) {
        var all = EnumSet.noneOf(Warning.class);
        all.addAll(warnings);
        if (list.isIncomplete()) {
            all.add(Warning.MEMBERS_INCOMPLETE);
        }
        return all;
    }
}
