package io.segmentrelay.workflow;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import org.junit.jupiter.api.Test;

import io.segmentrelay.dynamics.DynamicsException;
import io.segmentrelay.dynamics.DynamicsException.Answer;
import io.segmentrelay.dynamics.DynamicsException.Weather;
import io.segmentrelay.event.FailureCode;
import io.segmentrelay.event.RequestKey;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.SegmentSpec;
import io.segmentrelay.event.SegmentType;
import io.segmentrelay.event.Step;
import io.segmentrelay.time.VirtualTime;
import io.segmentrelay.workflow.FakeDynamics.Call;

import static org.assertj.core.api.Assertions.assertThat;

/** Rows that are made and published with one request, and what of that was not done. */
class MakeAtOnceTest {

    private static final RequestKey KEY = new RequestKey("/tests", "at once");

    private final LifeWorld world = new LifeWorld();
    private final VirtualTime time = world.time;
    private final FakeDynamics dynamics = world.dynamics;

    MakeAtOnceTest() {
        dynamics.makesAtOnce = true;
    }

    private SegmentTask first(SegmentType type, List<UUID> included) {
        var spec = new SegmentSpec(
                "At once",
                type == SegmentType.DYNAMIC ? Optional.of("PROFILE(contact)") : Optional.empty(),
                "contact",
                type,
                included,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        var request = new SegmentRequest(KEY, spec, time.now(), time.now().plus(Duration.ofHours(2)), Optional.empty());
        return SegmentTask.first(request, time.now());
    }

    private Outcome outcome() {
        return outcome(first(SegmentType.DYNAMIC, List.of()));
    }

    private Outcome outcome(SegmentTask task) {
        var subscriber = world.workflow.advance(task).subscribe().withSubscriber(UniAssertSubscriber.create());
        time.advance(Duration.ofMinutes(4));
        return subscriber.assertCompleted().getItem();
    }

    private static DynamicsException.Rejected rejected() {
        return new DynamicsException.Rejected(
                new Answer(400, Optional.of("0x80040216"), Optional.of("a wrong query"), Optional.empty()));
    }

    @Test
    void makesAllWithOneRequest() {
        // When
        var outcome = outcome();

        // Then
        assertThat(outcome).isInstanceOf(Outcome.Ready.class);
        assertThat(dynamics.calls).containsExactly(Call.MAKE, Call.STATES, Call.MEMBERS);
    }

    @Test
    void aRepeatAfterALostAnswerFindsWhatIsThere() {
        // Given
        dynamics.failAfter(Call.MAKE, new Weather("no answer", Optional.empty(), null));

        // When
        var outcome = outcome();

        // Then
        assertThat(outcome).isInstanceOf(Outcome.Ready.class);
        assertThat(dynamics.published).isEqualTo(1);
        assertThat(dynamics.calls)
                .containsExactly(
                        Call.MAKE,
                        Call.MAKE,
                        Call.CREATE_DEFINITION,
                        Call.CREATE_SEGMENT,
                        Call.STATE,
                        Call.STATES,
                        Call.MEMBERS);
    }

    @Test
    void aPublishThatIsRefusedInTheBatchIsTriedAloneAndNamesItsStep() {
        // Given
        dynamics.refusesToPublish = true;
        dynamics.fail(Call.PUBLISH, rejected());

        // When
        var failed = (Outcome.Failed) outcome();

        // Then
        assertThat(failed.event().code()).isEqualTo(FailureCode.REJECTED_BY_DYNAMICS);
        assertThat(failed.event().step()).isEqualTo(Step.PUBLISH);
        assertThat(dynamics.definitions).isEmpty();
        assertThat(dynamics.segments).isEmpty();
    }

    @Test
    void aServerThatGivesTheDefinitionAnotherIdGetsItsSegmentAfterwards() {
        // Given
        var other = UUID.fromString("def00000-0000-4000-8000-00000000000e");
        dynamics.ownDefinitionId = Optional.of(other);

        // When
        var outcome = (Outcome.Ready) outcome();

        // Then
        assertThat(outcome.ids().definitionId()).isEqualTo(other);
        assertThat(dynamics.calls)
                .containsExactly(Call.MAKE, Call.CREATE_SEGMENT, Call.STATE, Call.PUBLISH, Call.STATES, Call.MEMBERS);
    }

    @Test
    void membersThatAreAddedApartComeBeforeThePublish() {
        // Given
        dynamics.addsMembersApart = true;

        // When
        var outcome = outcome(first(SegmentType.STATIC, LifeWorld.ids(0, 3)));

        // Then
        assertThat(outcome).isInstanceOf(Outcome.Ready.class);
        assertThat(dynamics.calls).doesNotContain(Call.MAKE).contains(Call.ADD_MEMBERS);
    }
}
