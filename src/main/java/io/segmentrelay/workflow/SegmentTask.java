package io.segmentrelay.workflow;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import io.segmentrelay.dynamics.Dynamics.Created;
import io.segmentrelay.dynamics.Dynamics.SegmentIds;
import io.segmentrelay.dynamics.MemberList;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.SegmentFacts;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.Step;
import io.segmentrelay.event.Warning;
import io.segmentrelay.event.Wish;

/**
 * A request on its way: which step is next, and what the steps before it brought. Each state has the transitions that
 * leave it, so that a step cannot be skipped or taken twice.
 *
 * <pre>
 *                                   ┌─created─► AddMembers ─all─┐          (where lists have calls of their own)
 * CreateDefinition ─created─► CreateSegment ─created─► Publish ─published─► AwaitLive ─live─► FetchMembers ─fetched─► Ready
 *                                                         ▲                     │ ▲
 *                                                         └────stillDraft───────┤ └───notYet──┐
 *                                                                               └─seemsLive─► ProbeMembers ─settled─► Ready
 *
 * FindSegment ─found─► AwaitLive … (members.requested)      where more is to come after Ready, AwaitLive ─live─► see LifeTask
 *      └─────found─► see RetireTask  (retire-requested)
 * </pre>
 *
 * <p>Past its deadline, a request of any state goes on as {@link #published}, if it is live.
 */
public sealed interface SegmentTask
        permits SegmentTask.CreateDefinition,
                SegmentTask.CreateSegment,
                AddMembers,
                SegmentTask.Publish,
                SegmentTask.AwaitLive,
                SegmentTask.FetchMembers,
                ProbeMembers,
                FindSegment,
                RetireTask,
                LifeTask {

    /** The request. */
    SegmentRequest request();

    /** When this state was reached. */
    Instant since();

    /** The two rows: as the server named them, or as they will be asked for. */
    SegmentIds ids();

    /** The step that is next. */
    Step step();

    /** When it is given up, where it has not come to its end. */
    default Instant deadline() {
        return request().deadline();
    }

    /** What is told of the segment beside its members. */
    default SegmentFacts facts() {
        return SegmentFacts.of(request().spec());
    }

    /**
     * The first state of a request.
     *
     * @throws IllegalArgumentException for the end of a follow, which has no steps: it is only told
     */
    static SegmentTask first(SegmentRequest request, Instant now) {
        return switch (request.wish()) {
            case Wish.NewSegment wish -> new CreateDefinition(request, now);
            case Wish.Members(var target) -> new FindSegment(request, now, target);
            case Wish.Retirement(var target) -> new FindSegment(request, now, target);
            case Wish.EndOfFollow wish -> throw new IllegalArgumentException("the end of a follow has no steps");
        };
    }

    /** The state that a continuation was handed over in. */
    static SegmentTask of(RelayEvent.Continuation continuation) {
        return switch (continuation) {
            case RelayEvent.Pending pending -> of(pending);
            case RelayEvent.Followed followed -> LifeTask.of(followed);
        };
    }

    private static SegmentTask of(RelayEvent.Pending pending) {
        var request = pending.request();
        var since = pending.stepSince();
        var ids = new SegmentIds(pending.segmentId(), pending.definitionId());
        return switch (pending.step()) {
            case VALIDATE, CREATE_DEFINITION -> new CreateDefinition(request, since);
            case CREATE_SEGMENT -> new CreateSegment(request, since, ids.definitionId(), true);
            case ADD_MEMBERS -> new AddMembers(request, since, ids, pending.membersAdded(), true, false);
            case PUBLISH -> new Publish(request, since, ids, true);
            case AWAIT_LIVE -> new AwaitLive(request, since, ids, facts(pending), Optional.empty());
            case FETCH_MEMBERS ->
                new FetchMembers(
                        request, since, ids, facts(pending), pending.liveAt().orElse(since), pending.warnings());
            case FIND_SEGMENT, FOLLOW -> first(request, since);
            case RETIRE ->
                new RetireTask.Asked(request, since, ids, pending.retirement().orElseThrow());
        };
    }

    private static SegmentFacts facts(RelayEvent.Pending pending) {
        return pending.found().orElseGet(() -> SegmentFacts.of(pending.request().spec()));
    }

    /** The continuation that carries this state. */
    default RelayEvent.Continuation toEvent() {
        return pending(this, Optional.empty(), Set.of());
    }

    private static RelayEvent.Pending pending(SegmentTask task, Optional<Instant> liveAt, Set<Warning> warnings) {
        var found = Optional.of(task.request().wish())
                .filter(wish -> wish instanceof Wish.Members && task.step() != Step.FIND_SEGMENT)
                .map(wish -> task.facts());
        return new RelayEvent.Pending(
                task.request(),
                task.step(),
                task.ids().definitionId(),
                task.ids().segmentId(),
                task.since(),
                liveAt,
                warnings,
                found,
                Optional.empty(),
                0);
    }

    /** The same state for another try: what may have been done already is looked at first. */
    default SegmentTask again() {
        return this;
    }

    /** Whether its step is to read a member list, which may take long. */
    default boolean isReading() {
        return false;
    }

    /** Whether its step is to make something of a segment that is not published yet. */
    default boolean isMaking() {
        return this instanceof CreateDefinition
                || this instanceof CreateSegment
                || this instanceof AddMembers
                || this instanceof Publish;
    }

    /** Whether the segment is live and told: from then on the request is followed or kept, and no deadline counts. */
    default boolean isLife() {
        return false;
    }

    /** The same request, its segment having been found published. */
    default AwaitLive published(Instant now) {
        return new AwaitLive(request(), now, ids(), facts(), Optional.empty());
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

        /** @param addsMembers whether members are to be added before it is published */
        SegmentTask created(Created segment, boolean addsMembers, Instant now) {
            var made = new SegmentIds(segment.id(), definitionId);
            var again = repeated || segment.already();
            return addsMembers
                    ? new AddMembers(request, now, made, 0, again, false)
                    : new Publish(request, now, made, again);
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
     * @param facts what is told of it
     * @param glimpse the digest of its member list when that was last looked at, see {@link ProbeMembers}
     */
    record AwaitLive(
            SegmentRequest request, Instant since, SegmentIds ids, SegmentFacts facts, Optional<String> glimpse)
            implements SegmentTask {

        @Override
        public Step step() {
            return Step.AWAIT_LIVE;
        }

        /**
         * The server's own time counts, so that a repeat says the same; though nothing that is made for a request is live before that is
         * made.
         */
        SegmentTask live(Instant now, Optional<Instant> computedAt, Set<Warning> warnings) {
            var wanted = request.wish() instanceof Wish.NewSegment ? request.requestedAt() : Instant.MIN;
            var liveAt = computedAt.map(at -> at.isBefore(wanted) ? wanted : at).orElse(now);
            return request.afterwards().isSomething()
                    ? new LifeTask.ReadFirst(Life.of(request, ids, facts, liveAt), now, liveAt, computedAt, warnings)
                    : new FetchMembers(request, now, ids, facts, liveAt, warnings);
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
     * @param facts what is told of it
     * @param liveAt when its members were computed; where the server does not say, when it was seen live
     * @param warnings what is less than perfect
     */
    record FetchMembers(
            SegmentRequest request,
            Instant since,
            SegmentIds ids,
            SegmentFacts facts,
            Instant liveAt,
            Set<Warning> warnings)
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
        public RelayEvent.Continuation toEvent() {
            return pending(this, Optional.of(liveAt), warnings);
        }

        Outcome.Ready fetched(MemberList list) {
            return Outcome.Ready.last(request, ids, facts, list, liveAt, warnings);
        }
    }
}
