package io.segmentrelay.workflow;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

import io.segmentrelay.dynamics.Dynamics.SegmentIds;
import io.segmentrelay.event.EndReason;
import io.segmentrelay.event.LifeStage;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.Retirement;
import io.segmentrelay.event.Row;
import io.segmentrelay.event.SegmentFacts;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.Step;
import io.segmentrelay.event.Told;
import io.segmentrelay.event.Warning;

/**
 * A request that goes on after its segment is live. Its continuations are kept by key, so that a restart finds them again.
 *
 * <pre>
 * AwaitLive ─live─► ReadFirst ─told─┬─► Following ◄──────────────┬──same── Comparing
 *                                   │    │  │  └──computed again─┴──────────► │
 *                                   │    │  │                                 └─differs─► Telling ─told─► Following
 *                                   │    │  └─until, gone, unfollowed─► Ending ─┐
 *                                   └────┼──────────────────────────► Keeping ◄─┘ (keepFor)
 *                                        └─retireAt─► Retiring ◄─retireAt─┘
 * </pre>
 */
sealed interface LifeTask extends SegmentTask
        permits FollowTask, LifeTask.ReadFirst, LifeTask.Ending, LifeTask.Keeping, LifeTask.Retiring {

    /** What does not change from state to state. */
    Life life();

    /** Where it is, as its continuation says it. */
    LifeStage stage();

    @Override
    default SegmentRequest request() {
        return life().request();
    }

    @Override
    default SegmentIds ids() {
        return life().ids();
    }

    @Override
    default SegmentFacts facts() {
        return life().facts();
    }

    @Override
    default boolean isLife() {
        return true;
    }

    @Override
    default Step step() {
        return Step.FOLLOW;
    }

    /** No deadline: that is a matter of the first answer. */
    @Override
    default Instant deadline() {
        return Instant.MAX;
    }

    @Override
    default RelayEvent.Followed toEvent() {
        return life().at(stage(), since());
    }

    /** The state that a continuation was handed over in. */
    static LifeTask of(RelayEvent.Followed followed) {
        var life = Life.of(followed);
        var since = followed.since();
        return switch (followed.stage()) {
            case LifeStage.Beginning(var liveAt, var computedAt, var warnings) ->
                new ReadFirst(life, since, liveAt, computedAt, warnings);
            case LifeStage.Following(var told) -> new FollowTask.Following(life, since, told, false);
            case LifeStage.Telling(var told, var to, var whole, var computedAt) ->
                new FollowTask.Telling(life, since, told, to, whole, computedAt);
            case LifeStage.Ending(var told, var reason) -> new Ending(life, since, told, reason);
            case LifeStage.Keeping() -> new Keeping(life, since);
            case LifeStage.Retiring(var retirement, var told) -> new Retiring(life, since, retirement, told);
        };
    }

    /** What follows the first members, or a follow that has ended: nothing, unless the segment is kept for a time only. */
    static Optional<SegmentTask> kept(Life life, Instant now) {
        return life.retireAt().map(at -> new Keeping(life, now));
    }

    /**
     * The members are to be read and told for the first time.
     *
     * @param liveAt as {@code ready} says it
     * @param computedAt as the server says it
     */
    record ReadFirst(Life life, Instant since, Instant liveAt, Optional<Instant> computedAt, Set<Warning> warnings)
            implements LifeTask {
        public ReadFirst {
            warnings = Set.copyOf(warnings);
        }

        @Override
        public LifeStage stage() {
            return new LifeStage.Beginning(liveAt, computedAt, warnings);
        }

        @Override
        public Step step() {
            return Step.FETCH_MEMBERS;
        }

        @Override
        public Instant deadline() {
            return request().deadline();
        }

        @Override
        public boolean isReading() {
            return true;
        }

        /** The members are told; {@code told} is what they were. */
        Optional<SegmentTask> told(Told told, Instant now) {
            return life.follow().isPresent()
                    ? Optional.of(new FollowTask.Following(life, now, told, true))
                    : kept(life, now);
        }
    }

    /**
     * The follow is over, and that is about to be told: whatever becomes of the segment meanwhile, it is told for this reason.
     *
     * @param told the membership that was told last for certain
     */
    record Ending(Life life, Instant since, Told told, EndReason reason) implements LifeTask {

        @Override
        public LifeStage stage() {
            return new LifeStage.Ending(told, reason);
        }

        /** What follows: a segment that is there still may have to be deleted one day. */
        Optional<SegmentTask> kept(Instant now) {
            return reason == EndReason.DELETED || reason == EndReason.RETIRED
                    ? Optional.empty()
                    : LifeTask.kept(life, now);
        }
    }

    /** The segment is kept until it is to be deleted. */
    record Keeping(Life life, Instant since) implements LifeTask {

        @Override
        public LifeStage stage() {
            return new LifeStage.Keeping();
        }

        Duration left(Instant now) {
            return Duration.between(now, life.retireAt().orElse(now));
        }

        Retiring retire(Instant now) {
            return new Retiring(life, now, new Retirement(Row.SEGMENT, false), Optional.empty());
        }
    }

    /**
     * The segment is being deleted, as the request said it from the start.
     *
     * @param told the membership that was told last, where it was followed until now
     */
    record Retiring(Life life, Instant since, Retirement retirement, Optional<Told> told)
            implements LifeTask, RetireTask {

        @Override
        public LifeStage stage() {
            return new LifeStage.Retiring(retirement, told);
        }

        @Override
        public Step step() {
            return Step.RETIRE;
        }

        /** The segment could not be deleted: its follow goes on, if it has one. */
        Optional<SegmentTask> spared(Instant now) {
            return told.filter(last -> life.follow()
                            .filter(follow -> now.isBefore(follow.until()))
                            .isPresent())
                    .map(last -> new FollowTask.Following(life.spared(), now, last, false));
        }

        @Override
        public Retiring with(Retirement next) {
            return new Retiring(life, since, next, told);
        }
    }
}
