package io.segmentrelay.workflow;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;

import io.segmentrelay.config.RelayConfig.FailedSegments;
import io.segmentrelay.config.RelayConfig.LiveWhen;
import io.segmentrelay.config.RelayConfig.Retire;
import io.segmentrelay.dynamics.DefinitionState;
import io.segmentrelay.dynamics.DefinitionState.Computation;
import io.segmentrelay.dynamics.DefinitionState.Status;
import io.segmentrelay.dynamics.MemberList;
import io.segmentrelay.dynamics.MemberSet;
import io.segmentrelay.event.Afterwards;
import io.segmentrelay.event.Follow;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.RequestKey;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.Target;
import io.segmentrelay.event.Wish;
import io.segmentrelay.time.VirtualTime;

/** A workflow with a server in memory, whose deliveries are repeated from their continuations as a topic would. */
final class LifeWorld {

    static final RequestKey KEY = new RequestKey("/tests", "life-1");
    static final UUID OTHERS = UUID.fromString("11111111-2222-4333-8444-555555555555");
    static final UUID OTHERS_DEFINITION = UUID.fromString("99999999-2222-4333-8444-555555555555");
    static final Duration HOUR = Duration.ofHours(1);

    final VirtualTime time = new VirtualTime();
    final FakeDynamics dynamics = new FakeDynamics();
    final FakeMarks marks = new FakeMarks();
    SegmentWorkflow workflow = workflow(marks, Retire.OWN, FailedSegments.DELETE);
    private List<UUID> members = ids(0, 100);

    LifeWorld() {
        computed();
        dynamics.members = () -> Uni.createFrom()
                .item(new MemberList(MemberSet.of(members), Optional.of("contactid"), OptionalLong.empty()));
    }

    SegmentWorkflow workflow(LifeMarks known, Retire retire, FailedSegments failed) {
        var settings = new LiveWatch.Settings(
                Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofMillis(300), LiveWhen.COMPUTED);
        return new SegmentWorkflow(
                dynamics,
                new LiveWatch(dynamics, time, settings),
                time,
                Duration.ofMinutes(4),
                new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30)),
                () -> 0.5,
                new NoProgress(),
                new LifeParts(known, retire, failed, 64 * 1024));
    }

    static List<UUID> ids(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> new UUID(7, i)).toList();
    }

    /** From now on these are the members, computed just now. */
    void refresh(List<UUID> now) {
        members = now;
        time.advance(Duration.ofSeconds(1));
        computed();
        dynamics.states.replaceAll((id, state) -> live());
    }

    /** These are the members, though nobody says that they were computed again. */
    void silently(List<UUID> now) {
        members = now;
    }

    void becomes(Status status) {
        dynamics.states.replaceAll((id, state) -> new DefinitionState(status, Computation.FINISHED));
    }

    /** A segment that somebody made. */
    void others(Status status, Optional<UUID> definition) {
        dynamics.found.put(
                OTHERS,
                new io.segmentrelay.dynamics.FoundSegment(
                        OTHERS, definition, "Made by others", Optional.of("lead"), false));
        dynamics.states.put(
                OTHERS_DEFINITION, new DefinitionState(status, Computation.FINISHED, Optional.of(time.now())));
    }

    SegmentRequest request(Wish wish, Optional<Duration> until, Optional<Duration> keepFor) {
        var now = time.now();
        var follow = until.map(span -> new Follow(now, now.plus(span), Follow.Deliver.CHANGES));
        return new SegmentRequest(
                KEY,
                wish,
                new Afterwards(follow, keepFor),
                now,
                now.plus(Duration.ofHours(2)),
                Optional.empty(),
                Set.of());
    }

    Wish newSegment() {
        return new Wish.NewSegment(
                Requests.request("any", time.now(), Duration.ofHours(2)).spec());
    }

    static Wish membersOf(UUID segmentId) {
        return new Wish.Members(new Target.Segment(segmentId));
    }

    /** One delivery of a first state, or of what continues it. */
    Outcome deliver(SegmentTask task) {
        var subscriber = workflow.advance(task).subscribe().withSubscriber(UniAssertSubscriber.create());
        var end = time.now().plus(HOUR).plus(Duration.ofMinutes(5));
        while (subscriber.getItem() == null && time.now().isBefore(end) && time.advanceToNextTimer()) {
            // until it has ended
        }
        return subscriber.assertCompleted().getItem();
    }

    Outcome deliver(SegmentRequest request) {
        return deliver(SegmentTask.first(request, time.now()));
    }

    /** What the continuation of an outcome leads to, as if it had come back from its topic. */
    Outcome next(Outcome outcome) {
        return deliver(continuation(outcome));
    }

    static SegmentTask continuation(Outcome outcome) {
        return SegmentTask.of(outcome.after().next().orElseThrow().toEvent());
    }

    /** A new segment that is followed, told once: its continuation waits. */
    Outcome followed(Duration until) {
        var first = deliver(request(newSegment(), Optional.of(until), Optional.empty()));
        return next(first);
    }

    static List<RelayEvent> pages(Outcome outcome) {
        var pages = new ArrayList<RelayEvent>();
        ((Outcome.Paged) outcome).pages(1_000).forEachRemaining(pages::add);
        return pages;
    }

    private void computed() {
        dynamics.stateAfterPublish = this::live;
    }

    private DefinitionState live() {
        return new DefinitionState(Status.LIVE, Computation.FINISHED, Optional.of(lastComputed()));
    }

    private Instant lastComputed() {
        return time.now();
    }
}
