package io.segmentrelay.workflow;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import io.segmentrelay.dynamics.Dynamics.Created;
import io.segmentrelay.dynamics.Dynamics.SegmentIds;
import io.segmentrelay.dynamics.MemberList;
import io.segmentrelay.event.Order;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.Step;
import io.segmentrelay.event.Warning;

/**
 * A request on its way: which step is next, and what the steps before it brought. Each state has the transitions that
 * leave it, so that a step cannot be skipped or taken twice.
 *
 * <pre>
 * CreateDefinition ─created─► CreateSegment ─created─► Publish ─published─► AwaitLive ─live─► FetchMembers ─fetched─► Ready
 *                                                         ▲                     │
 *                                                         └────stillDraft───────┘
 * </pre>
 */
public sealed interface SegmentTask {

    /** The request. */
    Order order();

    /** When this state was reached. */
    Instant since();

    /** The two rows: as the server named them, or as they will be asked for. */
    SegmentIds ids();

    /** The step that is next. */
    Step step();

    /** The first state of a request. */
    static SegmentTask first(Order order, Instant now) {
        return new CreateDefinition(order, now);
    }

    /** The state that a continuation was handed over in. */
    static SegmentTask of(RelayEvent.Pending pending) {
        var order = pending.order();
        var since = pending.stepSince();
        var ids = new SegmentIds(pending.segmentId(), pending.definitionId());
        return switch (pending.step()) {
            case VALIDATE, CREATE_DEFINITION -> new CreateDefinition(order, since);
            case CREATE_SEGMENT -> new CreateSegment(order, since, ids.definitionId(), true);
            case PUBLISH -> new Publish(order, since, ids, true);
            case AWAIT_LIVE -> new AwaitLive(order, since, ids);
            case FETCH_MEMBERS ->
                new FetchMembers(order, since, ids, pending.liveAt().orElse(since), pending.warnings());
        };
    }

    /** The continuation that carries this state. */
    default RelayEvent.Pending toPending() {
        return new RelayEvent.Pending(
                order(), step(), ids().definitionId(), ids().segmentId(), since(), Optional.empty(), Set.of());
    }

    /** The same state for another try: what may have been done already is looked at first. */
    default SegmentTask again() {
        return this;
    }

    /** The definition is to be created, with the request's own GUID. */
    record CreateDefinition(Order order, Instant since) implements SegmentTask {

        @Override
        public Step step() {
            return Step.CREATE_DEFINITION;
        }

        @Override
        public SegmentIds ids() {
            var own = order.key().uuid();
            return new SegmentIds(own, own);
        }

        CreateSegment created(Created definition, Instant now) {
            return new CreateSegment(order, now, definition.id(), definition.already());
        }
    }

    /**
     * The segment is to be created, with the same GUID.
     *
     * @param definitionId as the server named it
     * @param repeated whether an earlier delivery has been here
     */
    record CreateSegment(Order order, Instant since, UUID definitionId, boolean repeated) implements SegmentTask {

        @Override
        public Step step() {
            return Step.CREATE_SEGMENT;
        }

        @Override
        public SegmentIds ids() {
            return new SegmentIds(order.key().uuid(), definitionId);
        }

        Publish created(Created segment, Instant now) {
            return new Publish(order, now, new SegmentIds(segment.id(), definitionId), repeated || segment.already());
        }
    }

    /**
     * The segment is to be published.
     *
     * @param repeated whether it may have been: then its status is looked at first
     */
    record Publish(Order order, Instant since, SegmentIds ids, boolean repeated) implements SegmentTask {

        @Override
        public Step step() {
            return Step.PUBLISH;
        }

        @Override
        public Publish again() {
            return new Publish(order, since, ids, true);
        }

        AwaitLive published(Instant now) {
            return new AwaitLive(order, now, ids);
        }
    }

    /** The segment is published: wait until it is live and computed. */
    record AwaitLive(Order order, Instant since, SegmentIds ids) implements SegmentTask {

        @Override
        public Step step() {
            return Step.AWAIT_LIVE;
        }

        /** The server's own time counts, so that a repeat says the same; though nothing is live before it is wanted. */
        FetchMembers live(Instant now, Optional<Instant> computedAt, Set<Warning> warnings) {
            var wanted = order.requestedAt();
            var liveAt = computedAt.map(at -> at.isBefore(wanted) ? wanted : at).orElse(now);
            return new FetchMembers(order, now, ids, liveAt, warnings);
        }

        Publish stillDraft(Instant now) {
            return new Publish(order, now, ids, true);
        }
    }

    /**
     * The segment is live: its members are to be read.
     *
     * @param liveAt when its members were computed; where the server does not say, when it was seen live
     * @param warnings what is less than perfect
     */
    record FetchMembers(Order order, Instant since, SegmentIds ids, Instant liveAt, Set<Warning> warnings)
            implements SegmentTask {

        public FetchMembers {
            warnings = Set.copyOf(warnings);
        }

        @Override
        public Step step() {
            return Step.FETCH_MEMBERS;
        }

        @Override
        public RelayEvent.Pending toPending() {
            return new RelayEvent.Pending(
                    order, step(), ids.definitionId(), ids.segmentId(), since, Optional.of(liveAt), warnings);
        }

        Outcome.Ready fetched(MemberList list) {
            var all = EnumSet.noneOf(Warning.class);
            all.addAll(warnings);
            if (list.isIncomplete()) {
                all.add(Warning.MEMBERS_INCOMPLETE);
            }
            return new Outcome.Ready(order, ids, list, liveAt, all);
        }
    }
}
