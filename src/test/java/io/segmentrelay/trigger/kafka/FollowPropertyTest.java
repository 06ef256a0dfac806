package io.segmentrelay.trigger.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

import io.smallrye.mutiny.infrastructure.Infrastructure;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.statistics.Statistics;

import io.segmentrelay.trigger.kafka.FollowWorld.Mutant;
import io.segmentrelay.trigger.kafka.Saga.Change;
import io.segmentrelay.trigger.kafka.Saga.Crash;
import io.segmentrelay.trigger.kafka.Saga.Kind;
import io.segmentrelay.trigger.kafka.Saga.Refresh;
import io.segmentrelay.trigger.kafka.Saga.Turn;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The promises of a follow, against a model: whatever befalls the relay, and in whatever order records come, a consumer that applies
 * what it is told holds what the server had computed at some time, never goes back, and comes to what was computed last.
 */
class FollowPropertyTest {

    private static final List<Logger> LOGS = Stream.of("progress", "relay", "workflow", "trigger.kafka")
            .map(name -> Logger.getLogger("io.segmentrelay." + name))
            .toList();

    /** A sketch of 36 cells tells a change of some 24. */
    private static final int TOLD = 24;

    /** How long an end may be on its way. */
    private static final Duration SLACK = Duration.ofMinutes(10);

    private static final Saga.Size SIZE = new Saga.Size(120, 40, 1_024);

    @BeforeContainer
    static void quiet() {
        LOGS.forEach(log -> log.setLevel(Level.OFF));
        Infrastructure.setDefaultExecutor(Runnable::run);
    }

    @AfterContainer
    static void loud() {
        LOGS.forEach(log -> log.setLevel(null));
        Infrastructure.setDefaultExecutor();
    }

    /** Always the same thousand: what a build says must not depend on its luck. */
    @Property(tries = 1_000, seed = "20261126", edgeCases = EdgeCasesMode.NONE)
    void aConsumerHoldsWhatTheServerHad(@ForAll("sagas") Saga saga) {
        aConsumerAlwaysHoldsWhatTheServerHadAndComesToWhatItHas(saga);
    }

    /** Others each time: a search. */
    @Tag("search")
    @Property(tries = 30_000, edgeCases = EdgeCasesMode.NONE)
    void aConsumerAlwaysHoldsWhatTheServerHadAndComesToWhatItHas(@ForAll("sagas") Saga saga) {
        // Given
        var world = new FollowWorld(saga, Mutant.valueOf(System.getProperty("mutant", "NONE")));
        var consumer = new FollowConsumer(world.server, FollowWorld.REQUEST);
        world.consumedBy(consumer::take);

        // When
        world.run();

        // Then: the consumer has looked at each event; what is left is how it ended
        Statistics.label("end").collect(consumer.endReasons());
        Statistics.label("told").collect(consumer.told());
        assertThat(world.requests).as("requests that are stuck").allMatch(record -> record.acknowledged);
        assertMadeOnce(world, consumer);
        assertCostsNobodyASegment(world);
        assertEndsForItsReason(world, consumer);
        if (consumer.told().isEmpty()) {
            assertThat(world.failures(FollowWorld.REQUEST.id())).as("answers").isNotEmpty();
        } else if (consumer.endReasons().isEmpty()
                && consumer.told().equals(Set.of("ready"))
                && isTakenAway(world)
                && world.lives().stream().allMatch(FollowPropertyTest::isKept)) {
            assertThat(world.server.isLive()).as("live, and not followed").isIn(false, saga.has(Kind.STARTED_BY_HAND));
        } else if (consumer.endReasons().isEmpty()) {
            assertGoesOn(world, consumer);
        } else {
            var kept = saga.keepFor().isPresent() ? 1 : 0;
            assertThat(world.lives()).as("lives of a follow that has ended").hasSizeLessThanOrEqualTo(kept);
        }
    }

    /** Between two deliveries of its first answer somebody deleted or stopped it: after "ready" comes "failed", and no follow. */
    private static boolean isTakenAway(FollowWorld world) {
        var saga = world.saga;
        return !world.failures(FollowWorld.REQUEST.id()).isEmpty()
                && (saga.has(Kind.RETIRE)
                        || saga.has(Kind.DELETED_BY_HAND)
                        || saga.has(Kind.STOPPED_BY_HAND)
                        || saga.keepFor().isPresent());
    }

    /** No follow, only what remembers to delete the segment one day. */
    private static boolean isKept(FollowWorld.Entry life) {
        return FollowWorld.json(life.event.orElseThrow()).path("stage").asText().equals("keeping");
    }

    /** Nothing that ends it has happened, it is lived from one state, and what was computed last is told. */
    private static void assertGoesOn(FollowWorld world, FollowConsumer consumer) {
        assertThat(world.until()).as("until").isAfter(world.time.now().minus(SLACK));
        assertThat(world.saga.has(Kind.UNFOLLOW)).as("unfollowed").isFalse();
        assertThat(world.server.isLive()).as("live").isTrue();
        assertThat(world.lives()).as("states that are lived").hasSize(1);
        var last = world.server.computations().getLast();
        assertThat(consumer.membership().snapshotId()).isEqualTo(consumer.snapshotId(last.members()));
    }

    /**
     * Who deletes a segment by hand while its request is on its way has it made once more, and where two replicas are at it, twice: the
     * failure of one clears away what the other has made, and is lost with its process. Who has it retired, never; but for a batch of a
     * repeat that is on its way just then, which cannot be called back, and is cleared away.
     */
    private static void assertMadeOnce(FollowWorld world, FollowConsumer consumer) {
        assertThat(world.server.published)
                .as("segments that were published")
                .isLessThanOrEqualTo(1 + 2 * world.saga.count(Kind.DELETED_BY_HAND) + batchesOnTheirWay(world));
        if (consumer.isRetired() && !isSaidToBeLeft(world)) {
            assertThat(world.server.definitions).as("what was retired").isEmpty();
            assertThat(world.server.segments).as("what was retired").isEmpty();
        }
    }

    private static int batchesOnTheirWay(FollowWorld world) {
        var retirements = world.saga.count(Kind.RETIRE) + (world.saga.keepFor().isPresent() ? 1 : 0);
        return world.server.makesAtOnce() ? retirements : 0;
    }

    /** A repeat of the request was making it again while it was retired: then its failure names the rows. */
    private static boolean isSaidToBeLeft(FollowWorld world) {
        return world.failures(FollowWorld.REQUEST.id()).stream()
                .anyMatch(failure -> failure.data().has("leftBehind"));
    }

    /** Only what was asked for deletes what was computed. */
    private static void assertCostsNobodyASegment(FollowWorld world) {
        if (!world.saga.has(Kind.RETIRE) && world.saga.keepFor().isEmpty()) {
            assertThat(world.server.deletedAfter)
                    .as("computations of what was deleted")
                    .allMatch(number -> number == 0);
        }
    }

    private static void assertEndsForItsReason(FollowWorld world, FollowConsumer consumer) {
        for (var reason : consumer.endReasons()) {
            switch (reason) {
                case "until-passed" -> assertThat(world.time.now()).isAfterOrEqualTo(world.until());
                case "unfollowed" -> assertThat(world.saga.has(Kind.UNFOLLOW)).isTrue();
                case "stopped" ->
                    assertThat(world.saga.has(Kind.STOPPED_BY_HAND)).isTrue();
                case "deleted" ->
                    assertThat(world.saga.has(Kind.DELETED_BY_HAND)).isTrue();
                case "retired" ->
                    assertThat(world.saga.has(Kind.RETIRE)
                                    || world.saga.keepFor().isPresent())
                            .isTrue();
                default -> throw new AssertionError("no reason: " + reason);
            }
        }
    }

    /** Nothing, what the sketch can tell, and up to ten times that. */
    private static Arbitrary<Change> changes() {
        return Arbitraries.frequencyOf(
                Tuple.of(1, Arbitraries.just(new Change.Some(0))),
                Tuple.of(4, Arbitraries.integers().between(1, TOLD).map(Change.Some::new)),
                Tuple.of(2, Arbitraries.integers().between(TOLD, 10 * TOLD).map(Change.Some::new)),
                Tuple.of(2, Arbitraries.just(new Change.Back())),
                Tuple.of(1, Arbitraries.just(new Change.Empty())));
    }

    @Provide
    Arbitrary<Saga> sagas() {
        var seconds = Arbitraries.longs().between(0, 20_000).map(Duration::ofMillis);
        var minutes = Arbitraries.longs().between(1, 90).map(Duration::ofMinutes);
        var hours = Arbitraries.longs().between(1, 12).map(Duration::ofHours);
        var refreshes = Combinators.combine(changes(), minutes, seconds)
                .as(Refresh::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(8);
        var kinds = Arbitraries.frequency(
                Tuple.of(4, Kind.CRASH),
                Tuple.of(2, Kind.OUTAGE),
                Tuple.of(2, Kind.STOP),
                Tuple.of(4, Kind.TAKEOVER),
                Tuple.of(2, Kind.COMPACTION),
                Tuple.of(2, Kind.OFFSETS_RESET),
                Tuple.of(2, Kind.REPEAT),
                Tuple.of(1, Kind.UNFOLLOW),
                Tuple.of(1, Kind.UNFOLLOW_REPEAT),
                Tuple.of(1, Kind.RETIRE),
                Tuple.of(1, Kind.RETIRE_REPEAT),
                Tuple.of(1, Kind.STOPPED_BY_HAND),
                Tuple.of(1, Kind.STARTED_BY_HAND),
                Tuple.of(1, Kind.DELETED_BY_HAND));
        var spans = Arbitraries.oneOf(seconds, seconds, minutes);
        var turns = Combinators.combine(kinds, spans, spans, Arbitraries.of(true, false))
                .as(Turn::new)
                .list()
                .ofMaxSize(8);
        var crashes = Combinators.combine(Arbitraries.integers().between(1, 60), Arbitraries.of(true, false))
                .as(Crash::new)
                .list()
                .ofMaxSize(6);
        var paces = Arbitraries.longs()
                .between(0, 5_000)
                .map(Duration::ofMillis)
                .list()
                .ofMaxSize(7);
        var follows = Arbitraries.frequencyOf(
                Tuple.of(1, minutes), Tuple.of(1, hours), Tuple.of(4, Arbitraries.just(Duration.ofDays(30))));
        var kept = Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.just(Optional.<Duration>empty())), Tuple.of(1, hours.map(Optional::of)));
        var ends = Combinators.combine(follows, kept).as(Tuple::of);
        var storms = Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.just(0)),
                Tuple.of(1, Arbitraries.integers().between(2, 9)));
        return Combinators.combine(
                        ends,
                        Arbitraries.frequency(Tuple.of(5, false), Tuple.of(1, true)),
                        refreshes,
                        turns,
                        crashes,
                        paces,
                        storms,
                        Arbitraries.longs())
                .as((end, snapshots, computed, befalls, dies, slow, storm, seed) ->
                        new Saga(SIZE, end.get1(), end.get2(), snapshots, computed, befalls, dies, slow, storm, seed));
    }
}
