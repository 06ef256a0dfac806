package io.segmentrelay.it;

import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;

import io.cloudevents.kafka.KafkaMessageFactory;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

import io.segmentrelay.dynamics.MemberSet;
import io.segmentrelay.event.Afterwards;
import io.segmentrelay.event.EventIds;
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
import io.segmentrelay.event.codec.EventCodec;
import io.segmentrelay.event.codec.LifeRules;
import io.segmentrelay.sandbox.SandboxOptions;
import io.segmentrelay.sandbox.dynamics.Effect;
import io.segmentrelay.sandbox.dynamics.Fault;
import io.segmentrelay.sandbox.dynamics.Marketers.Made;
import io.segmentrelay.sandbox.dynamics.Marketers.State;
import io.segmentrelay.sandbox.dynamics.Operation;
import io.segmentrelay.sandbox.dynamics.SimulatorSettings;
import io.segmentrelay.sketch.Sketch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Many large segments are followed, with the sketches that they begin with, in a heap of 256 MB; all are computed again at once. */
class FollowFloodIT {

    private static final Scale SCALE = Scale.current();
    private static final int MEMBERS = SCALE.followedMembers();

    /** So many have left at the next computation, and as many others have joined. */
    private static final int LEFT = MEMBERS / 2_000;

    /** What is expected to change by a follow that begins. */
    private static final int LAST_CHANGE = MEMBERS / 1_000;

    private static final String NOBODY = "PROFILE(contact).FILTER(address1_county == 'No such')";

    @Test
    void manyLargeSegmentsAreFollowedInFlatMemory() {
        // Given: follows whose members were told
        var simulator = new SimulatorSettings()
                .requestsPer5Minutes(1_000_000)
                .refreshEvery(Duration.ZERO)
                .recomputeAfter(Duration.ofMillis(100));
        try (var world = new World(SandboxOptions.defaults().withSimulator(simulator), 3)) {
            var marketers = world.sandbox().dynamics().marketers();
            var made = IntStream.range(0, SCALE.followed())
                    .mapToObj(i -> marketers.make("followed " + i, NOBODY, State.LIVE))
                    .toList();
            var members = MemberSet.of(new Effect.ManyMembers(MEMBERS).members());
            var sketch = Sketch.of(members, Sketch.cellsFor(LAST_CHANGE, 64 * 1024 * 3 / 4))
                    .toBase64();
            made.forEach(each -> world.topics().send(continuation(each, members, sketch)));
            world.topics().flush();
            world.faults().add(Fault.on(Operation.MEMBERS).does(new Effect.ManyMembers(MEMBERS, LEFT)));
            var relay = world.relay(
                    Map.of("RELAY_DYNAMICS_REQUESTS_PER_5_MINUTES", "1000000", "RELAY_POLL_MAX_INTERVAL", "2s"));
            await("all to be followed")
                    .atMost(SCALE.patience())
                    .until(() -> relay.metric("relay_followed") == SCALE.followed());
            var waiting = relay.heapInUse();

            // When
            var start = Instant.now();
            made.forEach(each -> marketers.refresh(each.segmentId()));
            awaitChanged(world, Math.ceilDiv(SCALE.followed(), 8));
            var during = relay.heapInUse();
            awaitChanged(world, SCALE.followed());

            // Then
            System.out.printf(
                    "%d changes of segments of %d members were told in %s; heap after collection: %s before, %s with an eighth told, %s after%n",
                    made.size(),
                    MEMBERS,
                    Duration.between(start, Instant.now()),
                    megabytes(waiting),
                    megabytes(during),
                    megabytes(relay.heapInUse()));
            assertThat(world.topics().of(Topics.FAILED)).isEmpty();
            assertThat(world.topics().byRequest(Topics.READY))
                    .hasSize(made.size())
                    .allSatisfy((id, answers) -> {
                        assertThat(answers).singleElement().satisfies(answer -> {
                            assertThat(Topics.header(answer, "ce_type")).contains(EventTypes.CHANGED);
                            assertThat(Topics.texts(answer, "joined")).hasSize(LEFT);
                            assertThat(Topics.texts(answer, "left")).hasSize(LEFT);
                        });
                    });
            assertThat(relay.metric("relay_followed")).isEqualTo(made.size());
        }
    }

    private static void awaitChanged(World world, int count) {
        await("%d changes".formatted(count))
                .atMost(SCALE.patience())
                .pollInterval(Duration.ofMillis(500))
                .until(() -> world.topics().of(Topics.READY).size() >= count);
    }

    /** As a relay hands it over that has told these members. */
    private static ProducerRecord<String, byte[]> continuation(Made made, MemberSet members, String sketch) {
        var now = Instant.now();
        var digest = members.digest();
        var told = new Told(
                0,
                EventIds.snapshotId(made.segmentId(), digest),
                Base64.getEncoder().encodeToString(digest),
                members.size(),
                Optional.of(now),
                Optional.of(sketch),
                LAST_CHANGE);
        var follow = new Follow(now, now.plus(Duration.ofDays(1)), Follow.Deliver.CHANGES);
        var request = new SegmentRequest(
                new RequestKey("/tests", "of " + made.segmentId()),
                new Wish.Members(new Target.Segment(made.segmentId())),
                new Afterwards(Optional.of(follow), Optional.empty()),
                now,
                now.plus(Duration.ofHours(2)),
                Optional.empty(),
                Set.of());
        var followed = new RelayEvent.Followed(
                request,
                made.segmentId(),
                made.definitionId(),
                new SegmentFacts("Followed", "contact", Optional.empty()),
                0,
                now,
                Optional.empty(),
                new LifeStage.Following(told));
        var event = new EventCodec("/segment-relay", Duration.ofHours(2), LifeRules.DEFAULTS).encode(followed, "told");
        return KafkaMessageFactory.<String>createWriter(Topics.FOLLOWED, followed.mailboxKey())
                .writeBinary(event);
    }

    private static String megabytes(OptionalLong bytes) {
        return bytes.isPresent() ? (bytes.getAsLong() >> 20) + " MB" : "unknown";
    }
}
