package io.segmentrelay.workflow;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

import io.segmentrelay.event.EndReason;
import io.segmentrelay.event.Follow;
import io.segmentrelay.event.LifeStage;
import io.segmentrelay.event.Retirement;
import io.segmentrelay.event.Row;
import io.segmentrelay.event.Told;

/** A segment is followed just now: the part of {@link LifeTask}'s drawing between the first members and the end. */
sealed interface FollowTask extends LifeTask {

    /**
     * The segment is followed.
     *
     * @param told the membership that was told last
     * @param looked whether its state was looked at just now: else it is looked at soon
     */
    record Following(Life life, Instant since, Told told, boolean looked) implements FollowTask {

        @Override
        public LifeStage stage() {
            return new LifeStage.Following(told);
        }

        Follow follow() {
            return life.follow().orElseThrow();
        }

        /** When it is to be deleted, or its follow ends, whichever is first. */
        Instant end() {
            var until = follow().until();
            return life.retireAt().filter(at -> at.isBefore(until)).orElse(until);
        }

        boolean isToRetire(Instant now) {
            return life.retireAt().filter(at -> !now.isBefore(at)).isPresent() && end().isBefore(follow().until());
        }

        Comparing computed(Optional<Instant> at) {
            return new Comparing(this, at);
        }

        Retiring retire(Instant now) {
            return new Retiring(life, now, new Retirement(Row.SEGMENT, false), Optional.of(told));
        }

        Ending ends(EndReason reason, Instant now) {
            return new Ending(life, now, told, reason);
        }
    }

    /** The segment was computed again: its members are to be read and compared. What continues it looks again. */
    record Comparing(Following following, Optional<Instant> computedAt) implements FollowTask {

        @Override
        public Life life() {
            return following.life();
        }

        @Override
        public Instant since() {
            return following.since();
        }

        @Override
        public LifeStage stage() {
            return following.stage();
        }

        @Override
        public boolean isReading() {
            return true;
        }

        /** The membership is what it was. */
        Following same() {
            return new Following(life(), since(), following.told().computedAgain(computedAt), true);
        }

        /** It is another: what is about to be told. */
        Telling differs(UUID to, boolean whole, Instant now) {
            return new Telling(life(), now, following.told(), to, whole, computedAt.orElse(now));
        }
    }

    /**
     * A further revision is about to be told, and may have been in part: the intent goes before the first page, so that no consumer
     * is left with a change that nobody continues.
     *
     * @param told the membership that was told last for certain
     * @param to the one that is told
     * @param whole whether as a snapshot
     * @param computedAt when that was computed; where the server does not say, when that was seen
     */
    record Telling(Life life, Instant since, Told told, UUID to, boolean whole, Instant computedAt)
            implements FollowTask {

        @Override
        public LifeStage stage() {
            return new LifeStage.Telling(told, to, whole, computedAt);
        }

        @Override
        public boolean isReading() {
            return true;
        }

        /** Another membership came in between: since nobody knows what was sent of this one, the other is told whole. */
        Telling instead(UUID other, Instant computed, Instant now) {
            return new Telling(life, now, told, other, true, computed);
        }

        /** Of a delivery that goes on after it has handed this over. */
        Telling handedOver() {
            return new Telling(life.nextTurn(), since, told, to, whole, computedAt);
        }

        /** All pages are told. */
        Following told(Told next, Instant now) {
            return new Following(life, now, next, true);
        }

        /** As it was before, the segment being gone. */
        Following before() {
            return new Following(life, since, told, true);
        }
    }
}
