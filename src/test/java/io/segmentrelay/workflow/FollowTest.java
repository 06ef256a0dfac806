package io.segmentrelay.workflow;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.segmentrelay.config.RelayConfig.FailedSegments;
import io.segmentrelay.config.RelayConfig.Retire;
import io.segmentrelay.dynamics.DefinitionState.Status;
import io.segmentrelay.dynamics.DynamicsException;
import io.segmentrelay.dynamics.MemberList;
import io.segmentrelay.dynamics.MemberSet;
import io.segmentrelay.event.EndReason;
import io.segmentrelay.event.LifeStage;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.workflow.FakeDynamics.Call;

import static org.assertj.core.api.Assertions.assertThat;

class FollowTest {

    private static final Duration MONTH = Duration.ofDays(30);

    private final LifeWorld world = new LifeWorld();

    @Test
    void isKeptByItsKeyBeforeTheFirstMembersAreRead() {
        // When
        var outcome = world.deliver(world.request(world.newSegment(), Optional.of(MONTH), Optional.empty()));

        // Then
        var followed =
                (RelayEvent.Followed) outcome.after().next().orElseThrow().toEvent();
        assertThat(followed.stage()).isInstanceOf(LifeStage.Beginning.class);
        assertThat(followed.turn()).isZero();
        assertThat(followed.mailboxKey()).isEqualTo(LifeWorld.KEY.uuid().toString());
        assertThat(world.dynamics.calls).doesNotContain(Call.MEMBERS);
    }

    @Test
    void theFirstMembersAreToldAsEver() {
        // When
        var ready = (Outcome.Ready) world.followed(MONTH);

        // Then
        assertThat(ready.replaces()).isEmpty();
        assertThat(LifeWorld.pages(ready)).hasSize(1);
        assertThat(stage(ready)).isInstanceOf(LifeStage.Following.class);
        assertThat(turn(ready)).isEqualTo(1);
    }

    @Test
    void theSameMembershipIsNotToldAgain() {
        // Given
        var ready = world.followed(MONTH);
        world.refresh(LifeWorld.ids(0, 100));

        // When
        var outcome = world.next(ready);

        // Then
        assertThat(outcome).isInstanceOf(Outcome.Pending.class);
        var told = ((LifeStage.Following) stage(outcome)).told();
        assertThat(told.revision()).isZero();
        assertThat(told.computedAt())
                .isNotEqualTo(((LifeStage.Following) stage(ready)).told().computedAt());
        assertThat(world.dynamics.calls.stream().filter(Call.MEMBERS::equals)).hasSize(2);
        assertThat(world.time.timers()).isZero();
    }

    @Test
    void aChangeIsToldAfterItsIntent() {
        // Given
        var ready = world.followed(MONTH);
        world.refresh(LifeWorld.ids(3, 105));

        // When
        var changed = (Outcome.Changed) world.next(ready);

        // Then
        var page = (RelayEvent.ChangedPage) LifeWorld.pages(changed).getFirst();
        assertThat(page.joined()).isEqualTo(LifeWorld.ids(100, 105));
        assertThat(page.left()).isEqualTo(LifeWorld.ids(0, 3));
        assertThat(page.revision()).isEqualTo(1);
        assertThat(page.memberCount()).isEqualTo(102);
        var intent = (RelayEvent.Followed) changed.intent().orElseThrow().toEvent();
        assertThat(intent.stage()).isInstanceOf(LifeStage.Telling.class);
        assertThat(intent.turn()).isEqualTo(2);
        assertThat(turn(changed)).isEqualTo(3);
        assertThat(((LifeStage.Following) stage(changed)).told().snapshotId()).isEqualTo(page.snapshotId());
    }

    @Test
    void aRepeatOfTheRequestMakesNothingAndBeginsNothing() {
        // Given
        var request = world.request(world.newSegment(), Optional.of(MONTH), Optional.empty());
        world.marks.begun = Optional.of(world.time.now());

        // When
        var outcome = world.deliver(request);

        // Then
        assertThat(outcome.after()).isEqualTo(After.NOTHING);
        assertThat(world.dynamics.calls).isEmpty();

        // When: sent anew, later on
        world.time.advance(Duration.ofSeconds(1));
        var anew = world.deliver(world.request(world.newSegment(), Optional.of(MONTH), Optional.empty()));

        // Then
        assertThat(anew.after().next()).isPresent();
    }

    @Test
    void aRepeatOfARequestForMembersBeginsNothing() {
        // Given
        world.others(Status.LIVE, Optional.of(LifeWorld.OTHERS_DEFINITION));
        world.marks.begun = Optional.of(world.time.now());

        // When
        var outcome = world.deliver(
                world.request(LifeWorld.membersOf(LifeWorld.OTHERS), Optional.of(MONTH), Optional.empty()));

        // Then
        assertThat(outcome.after()).isEqualTo(After.NOTHING);
        assertThat(world.dynamics.calls).doesNotContain(Call.MEMBERS);
    }

    @Test
    void aCrashAfterTheIntentRepeatsTheSamePages() {
        // Given
        var ready = world.followed(MONTH);
        world.refresh(LifeWorld.ids(3, 105));
        var changed = (Outcome.Changed) world.next(ready);

        // When
        var again = world.deliver(SegmentTask.of(changed.intent().orElseThrow().toEvent()));

        // Then
        assertThat(LifeWorld.pages(again)).isEqualTo(LifeWorld.pages(changed));
        assertThat(((Outcome.Paged) again).intent()).isEmpty();
        assertThat(turn(again)).isEqualTo(3);
    }

    @Test
    void anotherMembershipAfterTheIntentIsToldWhole() {
        for (var later : List.of(LifeWorld.ids(0, 50), LifeWorld.ids(0, 100))) {
            // Given
            var fresh = new LifeWorld();
            var ready = fresh.followed(MONTH);
            fresh.refresh(LifeWorld.ids(3, 105));
            var changed = (Outcome.Changed) fresh.next(ready);
            fresh.refresh(later);

            // When
            var whole = (Outcome.Ready)
                    fresh.deliver(SegmentTask.of(changed.intent().orElseThrow().toEvent()));

            // Then
            assertThat(whole.list().members().size()).isEqualTo(later.size());
            assertThat(whole.replaces()).hasValueSatisfying(replaces -> {
                assertThat(replaces.revision()).isEqualTo(1);
                assertThat(replaces.snapshotId()).isEqualTo(changed.previousSnapshotId());
            });
            assertThat(whole.liveAt()).isAfter(changed.computedAt());
            assertThat(((RelayEvent.Followed) whole.intent().orElseThrow().toEvent()).stage())
                    .isInstanceOfSatisfying(
                            LifeStage.Telling.class,
                            telling -> assertThat(telling.whole()).isTrue());

            // When it crashes once more
            var again =
                    fresh.deliver(SegmentTask.of(whole.intent().orElseThrow().toEvent()));

            // Then
            assertThat(LifeWorld.pages(again)).isEqualTo(LifeWorld.pages(whole));
        }
    }

    @Test
    void tooMuchIsToldWholeAndTheNextSketchIsLarger() {
        // Given
        var ready = world.followed(MONTH);
        world.refresh(LifeWorld.ids(1_000, 1_300));

        // When
        var whole = (Outcome.Ready) world.next(ready);
        world.refresh(LifeWorld.ids(1_100, 1_400));
        var change = world.next(whole);

        // Then
        assertThat(whole.replaces()).isPresent();
        assertThat(change).isInstanceOf(Outcome.Changed.class);
    }

    @Test
    void anIncompleteListIsToldWhole() {
        // Given
        var ready = world.followed(MONTH);
        world.refresh(LifeWorld.ids(0, 101));
        world.dynamics.members = () -> Uni.createFrom()
                .item(new MemberList(
                        MemberSet.of(LifeWorld.ids(0, 101)), Optional.of("contactid"), OptionalLong.of(500)));

        // When
        var outcome = world.next(ready);

        // Then
        assertThat(((Outcome.Ready) outcome).replaces()).isPresent();
    }

    @Test
    void withoutAMemoryTheIntentEndsItsDelivery() {
        // Given
        world.workflow = world.workflow(LifeMarks.NONE, Retire.OWN, FailedSegments.KEEP);
        var ready = world.followed(MONTH);
        world.refresh(LifeWorld.ids(3, 105));

        // When
        var intent = world.next(ready);
        var changed = world.next(intent);

        // Then
        assertThat(intent).isInstanceOf(Outcome.Pending.class);
        assertThat(stage(intent)).isInstanceOf(LifeStage.Telling.class);
        assertThat(changed).isInstanceOf(Outcome.Changed.class);
        assertThat(turn(changed)).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.class,
            names = {"DELETED", "STOPPED", "STOPPING", "DRAFT"})
    void endsWithTheSegment(Status status) {
        // Given
        var ready = world.followed(MONTH);
        world.becomes(status);

        // Then
        assertEnds(world.next(ready), status == Status.DELETED ? EndReason.DELETED : EndReason.STOPPED);
    }

    @Test
    void endsWithARowThatIsGone() {
        // Given
        var ready = world.followed(MONTH);
        world.dynamics.states.clear();

        // Then
        assertEnds(world.next(ready), EndReason.DELETED);
    }

    @Test
    void saysThatTheRelayDeletedIt() {
        // Given
        var ready = world.followed(MONTH);
        world.dynamics.states.clear();
        world.marks.retired.add(LifeWorld.KEY.uuid());

        // Then
        assertEnds(world.next(ready), EndReason.RETIRED);
    }

    @Test
    void endsWhenItsTimeIsOver() {
        // Given
        var ready = world.followed(Duration.ofMinutes(10));

        // Then
        assertEnds(world.next(ready), EndReason.UNTIL_PASSED);
    }

    @Test
    void endsWhenSomebodyAsksForIt() {
        // Given
        var ready = world.followed(MONTH);
        var waiting = world.workflow
                .advance(LifeWorld.continuation(ready))
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create());

        // When
        world.marks.unfollow();

        // Then
        assertEnds(waiting.assertCompleted().getItem(), EndReason.UNFOLLOWED);
        assertThat(world.time.timers()).isZero();
    }

    @Test
    void endsForTheReasonThatWasHandedOverWhateverHappensMeanwhile() {
        // Given
        var ready = world.followed(MONTH);
        world.becomes(Status.STOPPED);
        var ending = world.next(ready);

        // When
        world.becomes(Status.LIVE);
        world.marks.unfollow();

        // Then
        assertEnds(ending, EndReason.STOPPED);
    }

    @Test
    void aSegmentThatIsGoneAfterTheIntentEndsIt() {
        // Given
        var ready = world.followed(MONTH);
        world.refresh(LifeWorld.ids(3, 105));
        var changed = (Outcome.Changed) world.next(ready);
        world.dynamics.states.clear();

        // Then
        assertEnds(world.deliver(SegmentTask.of(changed.intent().orElseThrow().toEvent())), EndReason.DELETED);
    }

    @Test
    void failuresAreWaitedOut() {
        // Given
        var ready = world.followed(MONTH);
        world.refresh(LifeWorld.ids(3, 105));
        Stream.of(
                        new DynamicsException.Weather("reset", Optional.empty(), null),
                        new DynamicsException.UnreadableMembers("no form"),
                        new DynamicsException.Unauthorized("no token", Optional.empty()),
                        new DynamicsException.Rejected(new DynamicsException.Answer(
                                400, Optional.empty(), Optional.of("no"), Optional.empty())))
                .forEach(failure -> world.dynamics.fail(Call.MEMBERS, failure));

        // Then
        assertThat(world.next(ready)).isInstanceOf(Outcome.Changed.class);
    }

    @Test
    void handsItselfOverEachHourAndAtAStop() {
        // Given
        var ready = world.followed(MONTH);
        var begun = world.time.now();

        // When
        var hour = world.next(ready);
        world.workflow.drain();
        var stopped = world.next(hour);

        // Then
        assertThat(Duration.between(begun, world.time.now())).isEqualTo(LifeWorld.HOUR);
        assertThat(turn(hour)).isEqualTo(2);
        assertThat(turn(stopped)).isEqualTo(3);
        assertThat(stage(stopped)).isEqualTo(stage(hour));
    }

    /** By way of what is handed over first. */
    private void assertEnds(Outcome ending, EndReason reason) {
        assertThat(stage(ending)).isInstanceOf(LifeStage.Ending.class);
        var told = (Outcome.Told) world.next(ending);
        assertThat(told.events())
                .singleElement()
                .isInstanceOfSatisfying(
                        RelayEvent.Ended.class,
                        ended -> assertThat(ended.reason()).isEqualTo(reason));
        assertThat(told.after().next()).isEmpty();
        assertThat(told.after().forget()).containsExactly(LifeWorld.KEY.uuid().toString());
    }

    private static LifeStage stage(Outcome outcome) {
        return ((RelayEvent.Followed) outcome.after().next().orElseThrow().toEvent()).stage();
    }

    private static long turn(Outcome outcome) {
        return ((RelayEvent.Followed) outcome.after().next().orElseThrow().toEvent()).turn();
    }
}
