package io.segmentrelay.relay;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.jackson.JsonFormat;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.statistics.Statistics;

import io.segmentrelay.config.RelayConfig.FailedSegments;
import io.segmentrelay.config.RelayConfig.LiveWhen;
import io.segmentrelay.config.RelayConfig.Retire;
import io.segmentrelay.event.EventTypes;
import io.segmentrelay.event.codec.DecodedEvent;
import io.segmentrelay.event.codec.EventCodec;
import io.segmentrelay.event.codec.LifeRules;
import io.segmentrelay.event.wire.Checked;
import io.segmentrelay.event.wire.CloudEvents;
import io.segmentrelay.event.wire.Receipt;
import io.segmentrelay.relay.StormyServer.Fate;
import io.segmentrelay.relay.StormyServer.Gust;
import io.segmentrelay.relay.Story.Blow;
import io.segmentrelay.relay.Story.Kind;
import io.segmentrelay.time.VirtualTime;
import io.segmentrelay.workflow.Backoff;
import io.segmentrelay.workflow.LifeMarks;
import io.segmentrelay.workflow.LifeParts;
import io.segmentrelay.workflow.LiveWatch;
import io.segmentrelay.workflow.SegmentWorkflow;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The promises of the relay, against a model: one request, a topic that delivers again what was not committed, replicas
 * that are killed, stopped and taken over at any moment, and a server with any weather.
 */
class RelayPropertyTest {

    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final Duration POLL = Duration.ofSeconds(2);

    /** What may be left to do at the deadline: to read the list to the end of the window, and for one more. */
    private static final Duration LAST_LOOK = WINDOW.multipliedBy(2);

    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(10);
    private static final List<Logger> LOGS = Stream.of("progress", "relay.RetryingSink", "workflow.SegmentWorkflow")
            .map(name -> Logger.getLogger("io.segmentrelay." + name))
            .toList();
    private static final JsonMapper JSON = new JsonMapper();

    @BeforeContainer
    static void quiet() {
        LOGS.forEach(log -> log.setLevel(Level.OFF));
    }

    @AfterContainer
    static void loud() {
        LOGS.forEach(log -> log.setLevel(null));
    }

    /** Always the same: what a build says must not depend on its luck. */
    @Property(tries = 2_000, seed = "20261126")
    void everyRequestEndsOnce(@ForAll("stories") Story story) {
        everyRequestEndsOnceWhateverHappens(story);
    }

    /** Others each time: a search. */
    @Tag("search")
    @Property(tries = 30_000)
    void everyRequestEndsOnceWhateverHappens(@ForAll("stories") Story story) {
        // Given
        var world = new World(story);

        // When
        world.run();

        // Then
        Statistics.label("end").collect(world.ends());
        assertThat(world.topic).as("records that are stuck").allMatch(record -> record.acknowledged);
        assertThat(world.server.definitions).hasSizeLessThanOrEqualTo(1);
        assertThat(world.server.segments).hasSizeLessThanOrEqualTo(1);
        assertThat(world.server.published).isLessThanOrEqualTo(1);
        assertThat(world.tooLong)
                .as("deliveries that took longer than the window")
                .isEmpty();
        if (!story.has(Kind.TAKEOVER) && !story.has(StormyServer.Kind.LATE)) {
            assertThat(world.server.publishedNoDraft)
                    .as("publishes of what was no draft")
                    .isZero();
        }
        assertThat(world.time.timers()).as("timers that nobody waits for").isZero();
        world.assertRepeatsAreEqual();
        world.assertOneEnd();
    }

    /** A record in one of the two topics that the relay reads. */
    private static final class Entry {
        private final CloudEvent event;
        private final Instant writtenAt;
        private boolean acknowledged;
        private boolean committed;

        private Entry(CloudEvent event, Instant writtenAt) {
            this.event = event;
            this.writtenAt = writtenAt;
        }
    }

    /** An event that came out. */
    private record Out(CloudEvent event, Instant at, boolean stormy) {
        JsonNode data() {
            try {
                return JSON.readTree(Objects.requireNonNull(event.getData()).toBytes());
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    /** The model. */
    private static final class World {
        private final VirtualTime time = new VirtualTime();
        private final Instant deadline;
        private final Story story;
        private final StormyServer server;
        private final EventCodec codec = new EventCodec("/segment-relay", Duration.ofHours(2), LifeRules.DEFAULTS);
        private final List<Entry> topic = new ArrayList<>();
        private final List<Out> ready = new ArrayList<>();
        private final List<Out> failed = new ArrayList<>();
        private final List<String> tooLong = new ArrayList<>();
        private Instant lastStart = time.now();
        private Replica replica;
        private int handOvers;

        World(Story story) {
            this.story = story;
            deadline = time.now().plus(story.readyWithin());
            server = new StormyServer(time, story.fate(), story.batched(), story.goesLiveAfter(), story.gusts());
            topic.add(new Entry(request(), time.now()));
            replica = new Replica();
        }

        void run() {
            replica.takeAll();
            for (var blow : story.blows()) {
                time.advance(blow.after());
                strike(blow);
            }
            var end = time.now().isAfter(deadline) ? time.now() : deadline;
            time.advanceTo(end.plus(WINDOW).plus(StormyServer.TIMEOUT).plus(Duration.ofMinutes(5)));
        }

        private void strike(Blow blow) {
            if (blow.committed()) {
                topic.forEach(record -> record.committed = record.acknowledged);
            }
            switch (blow.kind()) {
                case CRASH -> restart(Duration.ZERO);
                case OUTAGE -> restart(blow.span());
                case STOP -> {
                    replica.takes = false;
                    replica.relay.drain();
                    time.advance(Duration.ofSeconds(1));
                    restart(Duration.ZERO);
                }
                case TAKEOVER -> {
                    var old = replica;
                    start();
                    time.advance(blow.span());
                    old.kill();
                }
                case REPEAT -> {
                    var again = new Entry(topic.getFirst().event, topic.getFirst().writtenAt);
                    topic.add(again);
                    replica.take(again);
                }
            }
        }

        private void restart(Duration outage) {
            replica.kill();
            time.advance(outage);
            start();
        }

        private void start() {
            lastStart = time.now();
            replica = new Replica();
            topic.stream().filter(record -> !record.committed).forEach(record -> record.acknowledged = false);
            replica.takeAll();
        }

        private CloudEvent request() {
            var data = "{\"displayName\":\"a\",\"query\":\"PROFILE(contact)\",\"readyWithin\":\"%s\"}"
                    .formatted(story.readyWithin());
            return CloudEventBuilder.v1()
                    .withId("r-1")
                    .withSource(java.net.URI.create("/tests"))
                    .withType(EventTypes.REQUESTED)
                    .withData("application/json", data.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                    .build();
        }

        private Uni<Void> handOver(CloudEvent event) {
            return Uni.createFrom().deferred(() -> {
                handOvers++;
                if (story.sinkFailures().contains(handOvers)) {
                    return Uni.createFrom().failure(new IllegalStateException("the broker is down"));
                }
                switch (event.getType()) {
                    case EventTypes.PENDING -> {
                        var record = new Entry(event, time.now());
                        topic.add(record);
                        // The topic brings it back at once, to whoever reads it by now.
                        replica.take(record);
                    }
                    case EventTypes.READY -> ready.add(new Out(event, time.now(), server.isStormy()));
                    default -> failed.add(new Out(event, time.now(), server.isStormy()));
                }
                return Uni.createFrom().voidItem();
            });
        }

        String ends() {
            return (ready.isEmpty() ? "" : "ready ")
                    + (failed.isEmpty()
                            ? ""
                            : failed.getFirst().data().get("code").asText());
        }

        /** A failure's repeat may know less (which step it was): its id is what it is dropped by. */
        void assertRepeatsAreEqual() {
            var first = new HashMap<String, JsonNode>();
            for (var out : ready) {
                var earlier = first.putIfAbsent(out.event().getId(), out.data());
                assertThat(out.data()).isEqualTo(earlier == null ? out.data() : earlier);
            }
            assertThat(failed.stream().map(out -> out.event().getId()).distinct())
                    .as("ids of failed")
                    .hasSizeLessThanOrEqualTo(1);
        }

        void assertOneEnd() {
            if (!ready.isEmpty()) {
                assertThat(story.fate()).isEqualTo(Fate.LIVES);
                assertThat(ready.stream()
                                .map(out -> out.data().get("snapshotId").asText())
                                .distinct())
                        .hasSize(1);
                // A crash between two pages, and a storm at the repeat past the deadline: then the failure is the end.
                if (failed.isEmpty()) {
                    assertThat(ready.stream()
                                    .map(out -> out.data().get("page").asInt())
                                    .distinct())
                            .as("pages")
                            .hasSize(3);
                }
                // Nothing is begun past the deadline.
                if (!story.has(StormyServer.Kind.LATE)) {
                    assertThat(server.publishedAt().orElseThrow()).isBefore(deadline);
                }
            }
            if (!failed.isEmpty()) {
                assertFailedForAReason();
            }
            assertThat(ready.size() + failed.size()).as("ends").isPositive();
        }

        private void assertFailedForAReason() {
            assertThat(failed.stream().map(out -> out.event().getId()).distinct())
                    .hasSize(1);
            for (var out : failed) {
                var code = out.data().get("code").asText();
                if (code.equals("deadline-exceeded")) {
                    assertThat(out.at()).isAfterOrEqualTo(deadline);
                } else {
                    assertThat(code).isEqualTo(story.fate().code);
                    assertThat(out.at()).isBeforeOrEqualTo(deadline.plus(POLL));
                }
            }
            if (story.fate().code.isEmpty() && story.sinkFailures().isEmpty() && !story.has(Kind.REPEAT)) {
                var late = lastStart.isAfter(deadline) ? lastStart : deadline;
                assertThat(failed.getFirst().at()).isBeforeOrEqualTo(late.plus(LAST_LOOK));
            }
            // What remains: the look past the deadline meets a storm that lasts; or the segment goes live between a
            // failure
            // at the deadline and its repeat.
            if (!ready.isEmpty()) {
                assertThat(failed)
                        .allMatch(out -> out.data().get("code").asText().equals("deadline-exceeded"));
                var answered = ready.getFirst().at();
                assertThat(failed)
                        .as("failures of what was ready")
                        .filteredOn(out -> !out.at().isBefore(answered))
                        // What the broker did not take at first is seen when the storm may be over.
                        .allMatch(out -> out.stormy() || !story.sinkFailures().isEmpty());
            }
        }

        /** A process. */
        private final class Replica {
            private final Map<Entry, Cancellable> underWay = new HashMap<>();
            private final Relay relay;
            private boolean takes = true;

            Replica() {
                var meters = new SimpleMeterRegistry();
                var progress = new ObservedProgress(meters, time);
                var undelivered = new Undelivered(meters, time, List.of());
                var backoff = new Backoff(Duration.ofMillis(500), LONGEST_BACKOFF);
                var settings =
                        new LiveWatch.Settings(POLL, Duration.ofSeconds(30), Duration.ofMillis(300), LiveWhen.COMPUTED);
                var watch = new LiveWatch(server, time, settings);
                var workflow = new SegmentWorkflow(
                        server,
                        watch,
                        time,
                        WINDOW,
                        backoff,
                        () -> 0.5,
                        progress,
                        new LifeParts(LifeMarks.NONE, Retire.OWN, FailedSegments.KEEP, 64 * 1024));
                var sink = new RetryingSink(event -> handOver(event), time, backoff, () -> 0.5, undelivered);
                relay = new Relay(workflow, codec, sink, time, 3, HeldMembers.ofTheHeap(3), progress);
            }

            void takeAll() {
                List.copyOf(topic).stream()
                        .filter(record -> !record.acknowledged)
                        .forEach(this::take);
            }

            void take(Entry record) {
                if (!takes) {
                    return;
                }
                var read = CloudEvents.structured(new JsonFormat().serialize(record.event));
                assertThat(read).isInstanceOf(Checked.Good.class);
                var event = codec.decode(read, Receipt.at(record.writtenAt));
                assertThat(event).isInstanceOf(Checked.Good.class);
                var decoded = ((Checked.Good<DecodedEvent>) event).value();
                var start = time.now();
                // A continuation that waited for another delivery of its request begins when that one has ended.
                var longest = story.blows().isEmpty() ? WINDOW : WINDOW.multipliedBy(2);
                var running = relay.deliver(decoded)
                        .subscribe()
                        .with(
                                done -> {
                                    record.acknowledged = true;
                                    underWay.remove(record);
                                    if (story.sinkFailures().isEmpty()
                                            && time.now().isAfter(start.plus(longest))) {
                                        tooLong.add("%s: %s"
                                                .formatted(decoded.type(), Duration.between(start, time.now())));
                                    }
                                },
                                failure -> {
                                    throw new AssertionError("a delivery must not fail", failure);
                                });
                if (!record.acknowledged) {
                    underWay.put(record, running);
                }
            }

            void kill() {
                List.copyOf(underWay.values()).forEach(Cancellable::cancel);
                underWay.clear();
            }
        }
    }

    @Provide
    Arbitrary<Story> stories() {
        var quick = Arbitraries.longs().between(0, 5_000).map(Duration::ofMillis);
        var slow = Arbitraries.longs().between(0, 300_000).map(Duration::ofMillis);
        var spans = Arbitraries.oneOf(quick, quick, slow);
        var gusts = Combinators.combine(Arbitraries.of(StormyServer.Kind.class), spans)
                .as(Gust::new)
                .list()
                .ofMaxSize(12);
        var blows = Combinators.combine(Arbitraries.of(Kind.class), spans, spans, Arbitraries.of(true, false))
                .as(Blow::new)
                .list()
                .ofMaxSize(6);
        var fates = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(3, Arbitraries.just(Fate.LIVES)),
                net.jqwik.api.Tuple.of(2, Arbitraries.of(Fate.class)));
        var deadlines = Arbitraries.longs().between(10, 1_200).map(Duration::ofSeconds);
        var sinkFailures = Arbitraries.oneOf(
                Arbitraries.just(List.<Integer>of()),
                Arbitraries.integers().between(1, 8).list().uniqueElements().ofMaxSize(4));
        return Combinators.combine(fates, Arbitraries.of(true, false), spans, deadlines, gusts, sinkFailures, blows)
                .as(Story::new);
    }
}
