package io.segmentrelay.relay;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import io.cloudevents.CloudEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import org.junit.jupiter.api.Test;

import io.segmentrelay.config.RelayConfig.FailedSegments;
import io.segmentrelay.config.RelayConfig.LiveWhen;
import io.segmentrelay.config.RelayConfig.Retire;
import io.segmentrelay.dynamics.Dynamics.SegmentIds;
import io.segmentrelay.event.Afterwards;
import io.segmentrelay.event.EndReason;
import io.segmentrelay.event.EventTypes;
import io.segmentrelay.event.Follow;
import io.segmentrelay.event.LifeStage;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.RequestKey;
import io.segmentrelay.event.SegmentFacts;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.Target;
import io.segmentrelay.event.Told;
import io.segmentrelay.event.Wish;
import io.segmentrelay.event.codec.Decoded;
import io.segmentrelay.event.codec.DecodedEvent;
import io.segmentrelay.event.codec.EventCodec;
import io.segmentrelay.event.codec.LifeRules;
import io.segmentrelay.event.wire.EventSink;
import io.segmentrelay.event.wire.Superseded;
import io.segmentrelay.time.VirtualTime;
import io.segmentrelay.workflow.Backoff;
import io.segmentrelay.workflow.LifeMarks;
import io.segmentrelay.workflow.LifeParts;
import io.segmentrelay.workflow.LiveWatch;
import io.segmentrelay.workflow.SegmentWorkflow;

import static org.assertj.core.api.Assertions.assertThat;

/** In which order it is told what becomes of a segment after it is live. */
class RelayLifeTest {

    private static final RequestKey KEY = new RequestKey("/tests", "life-1");

    private final VirtualTime time = new VirtualTime();
    private final StormyServer server =
            new StormyServer(time, StormyServer.Fate.LIVES, false, Duration.ZERO, List.of());
    private final EventCodec codec = new EventCodec("/segment-relay", Duration.ofHours(2), LifeRules.DEFAULTS);
    private final List<String> sent = new ArrayList<>();
    private final Relay relay = relay();
    private boolean superseded;

    @Test
    void theIntentGoesBeforeThePagesAndThePlainStateAfterThem() {
        // Given
        live();

        // When
        deliver(new LifeStage.Following(told()));

        // Then
        assertThat(sent)
                .containsExactly(
                        EventTypes.FOLLOWED + " " + KEY.uuid(),
                        EventTypes.READY + " " + KEY.uuid(),
                        EventTypes.FOLLOWED + " " + KEY.uuid());
    }

    @Test
    void theEndIsToldBeforeItsKeyIsForgotten() {
        // When
        deliver(new LifeStage.Ending(told(), EndReason.UNTIL_PASSED));

        // Then
        assertThat(sent).containsExactly(EventTypes.ENDED + " " + KEY.uuid(), "forget " + KEY.uuid());
    }

    @Test
    void theEndOfAFollowIsAMarkForAll() {
        // Given
        var wish = new Wish.EndOfFollow(new Target.Segment(KEY.uuid()), time.now());

        // When
        deliver(new Decoded.Request(request(wish)));

        // Then
        assertThat(sent).containsExactly(EventTypes.MARKED + " " + KEY.uuid() + "/unfollowed");
    }

    @Test
    void whoIsSupersededSaysNothingMore() {
        // Given
        live();
        superseded = true;

        // When
        deliver(new LifeStage.Following(told()));

        // Then
        assertThat(sent).containsExactly(EventTypes.FOLLOWED + " " + KEY.uuid());
    }

    private void live() {
        var own = new SegmentIds(KEY.uuid(), KEY.uuid());
        server.definitions.add(own.definitionId());
        server.segments.add(own.segmentId());
        server.publish(own)
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create())
                .assertCompleted();
    }

    private void deliver(LifeStage stage) {
        deliver(new Decoded.Life(new RelayEvent.Followed(
                request(new Wish.Members(new Target.Segment(KEY.uuid()))),
                KEY.uuid(),
                KEY.uuid(),
                new SegmentFacts("County known", "contact", Optional.empty()),
                1,
                time.now(),
                Optional.empty(),
                stage)));
    }

    private void deliver(Decoded content) {
        var done = relay.deliver(new DecodedEvent(content, "event-1", "any", Optional.empty()))
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create());
        time.advance(Duration.ofMinutes(2));
        done.assertCompleted();
    }

    private SegmentRequest request(Wish wish) {
        var now = time.now();
        var follow = new Follow(now, now.plus(Duration.ofDays(1)), Follow.Deliver.CHANGES);
        return new SegmentRequest(
                KEY,
                wish,
                new Afterwards(Optional.of(follow), Optional.empty()),
                now,
                now.plus(Duration.ofHours(2)),
                Optional.empty(),
                Set.of());
    }

    private static Told told() {
        return new Told(
                0,
                new UUID(0, 1),
                "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
                0,
                Optional.of(Instant.EPOCH),
                Optional.empty(),
                0);
    }

    private Relay relay() {
        var progress = new ObservedProgress(new SimpleMeterRegistry(), time);
        var settings = new LiveWatch.Settings(
                Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofMillis(300), LiveWhen.COMPUTED);
        var workflow = new SegmentWorkflow(
                server,
                new LiveWatch(server, time, settings),
                time,
                Duration.ofMinutes(4),
                new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30)),
                () -> 0.5,
                progress,
                new LifeParts(new Remembering(), Retire.OWN, FailedSegments.KEEP, 64 * 1024));
        return new Relay(workflow, codec, new Recording(), time, 100, new HeldMembers(1 << 20, 100), progress);
    }

    /** Keeps what is told, and what is to be forgotten, in order. */
    private final class Recording implements EventSink {
        @Override
        public Uni<Void> send(CloudEvent event) {
            sent.add(event.getType() + " " + event.getExtension("partitionkey"));
            return superseded
                    ? Uni.createFrom().failure(new Superseded(KEY.uuid().toString()))
                    : Uni.createFrom().voidItem();
        }

        @Override
        public Uni<Void> forget(String mailboxKey) {
            sent.add("forget " + mailboxKey);
            return Uni.createFrom().voidItem();
        }
    }

    /** Without any mark. */
    private static final class Remembering implements LifeMarks {
        @Override
        public boolean remembers() {
            return true;
        }

        @Override
        public boolean isRetired(UUID segmentId) {
            return false;
        }

        @Override
        public boolean isUnfollowed(UUID segmentId, RequestKey follower, Instant followedSince) {
            return false;
        }

        @Override
        public Uni<Void> awaitUnfollowed(UUID segmentId, RequestKey follower, Instant followedSince) {
            return Uni.createFrom().nothing();
        }
    }
}
