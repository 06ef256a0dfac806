package io.segmentrelay.it;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.segmentrelay.event.EventTypes;
import io.segmentrelay.event.RequestKey;
import io.segmentrelay.sandbox.SandboxOptions;
import io.segmentrelay.sandbox.dynamics.Effect;
import io.segmentrelay.sandbox.dynamics.Fault;
import io.segmentrelay.sandbox.dynamics.Marketers;
import io.segmentrelay.sandbox.dynamics.Operation;
import io.segmentrelay.sandbox.dynamics.SimulatorSettings;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The relay is killed (SIGKILL) at the points of a segment's life after "ready", as {@link CrashIT} does at those before it:
 * before and after each delete, between a follow's read and what it tells, between the intent and the pages, between the pages
 * and the continuation. Whatever comes after must end as if nothing had been.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LifeCrashIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String FOLLOW = ",\"follow\":{\"until\":\"PT1H\"}";

    private static final Pattern NOT_TAKEN =
            Pattern.compile("Event not taken, trying again in .*; type=(\\S+) eventId=(\\S+)");

    /** A segment that is let go, and the call that it is held at when the process dies. */
    private record Deletion(String how, Operation call, boolean performed) {

        static Stream<Deletion> all() {
            return Stream.of("retire-requested", "keepFor", "failed")
                    .flatMap(how -> Stream.of(Operation.DELETE_SEGMENT, Operation.DELETE_DEFINITION)
                            .flatMap(call -> Stream.of(new Deletion(how, call, false), new Deletion(how, call, true))));
        }

        String name() {
            return "%s %s, %s".formatted(performed ? "after" : "before", call.text(), how);
        }

        /** The request that is answered at its end. */
        String asker() {
            return how.equals("retire-requested") ? "asked for " + name() : name();
        }

        @Override
        public String toString() {
            return name();
        }
    }

    private static final List<String> READING = List.of("before the read", "after the read");
    private static final String TELLING = "between the intent and the pages";
    private static final String TELLING_OTHERS = "between the intent and the pages, and computed again";
    private static final String CONTINUING = "between the pages and the continuation";

    private World world;
    private BrokerAdmin broker;

    static Stream<Deletion> deletions() {
        return Deletion.all();
    }

    static Stream<String> follows() {
        return Stream.concat(READING.stream(), Stream.of(TELLING, TELLING_OTHERS, CONTINUING));
    }

    @BeforeAll
    void killAndGoOn() {
        var quick = new SimulatorSettings()
                .refreshEvery(Duration.ZERO)
                .goLiveAfter(Duration.ofMillis(100))
                .computeAfter(Duration.ofMillis(100))
                .recomputeAfter(Duration.ofMillis(100));
        world = new World(SandboxOptions.defaults().withSimulator(quick), 3);
        broker = new BrokerAdmin(world.sandbox().kafka().bootstrapServers());
        var relay = relay();
        follows().forEach(id -> world.topics().request(id, World.request(id, FOLLOW)));
        deletions()
                .filter(each -> each.how().equals("retire-requested"))
                .forEach(each -> world.topics().request(each.name(), World.request(each.name())));
        world.awaitEnded(follows().toList(), SOON);
        world.awaitEnded(
                deletions()
                        .filter(each -> each.how().equals("retire-requested"))
                        .map(Deletion::name)
                        .toList(),
                SOON);
        relay = inCalls(relay);
        relay = beforeThePages(relay);
        afterThePages(relay);
    }

    @AfterAll
    void stop() {
        broker.close();
        world.close();
    }

    @ParameterizedTest
    @MethodSource("deletions")
    void whatIsLetGoIsGone(Deletion deletion) {
        // Then
        assertThat(world.sandbox().dynamics().definitionsByName()).doesNotContainKey(deletion.name());
        assertThat(world.sandbox().dynamics().segmentsByName()).doesNotContainKey(deletion.name());
        var ended = deletion.how().equals("failed")
                ? world.topics().byRequest(Topics.FAILED).getOrDefault(deletion.asker(), List.of())
                : world.topics().byRequest(Topics.READY).getOrDefault(deletion.asker(), List.of()).stream()
                        .filter(record -> Topics.header(record, "ce_type")
                                .filter(EventTypes.RETIRED::equals)
                                .isPresent())
                        .toList();
        assertThat(ended).as("events at the end, repeats once").hasSize(1);
        assertThat(Topics.data(ended.getFirst()).containsKey("leftBehind")).isFalse();
    }

    @ParameterizedTest
    @MethodSource("follows")
    void whoFollowsHoldsWhatTheServerHas(String id) {
        // Given
        var members = world.members(segmentOf(id));

        // Then
        var consumer = world.membership(id);
        assertThat(consumer.members()).isEqualTo(members);
        assertThat(consumer.revision()).isEqualTo(1);
    }

    @Test
    void repeatsAreEqual() {
        world.assertRepeatsAreEqual();
    }

    private RelayProcess relay() {
        return world.relay(Map.of(
                "RELAY_PAGE_SIZE",
                "10",
                "RELAY_POLL_MAX_INTERVAL",
                "300ms",
                "KAFKA_AUTO_COMMIT_INTERVAL_MS",
                "100",
                "QUARKUS_LOG_CATEGORY__IO_SEGMENTRELAY_RELAY__LEVEL",
                "DEBUG"));
    }

    private RelayProcess inCalls(RelayProcess victim) {
        // Given
        deletions().forEach(each -> {
            world.sandbox().dynamics().alias(segmentOf(each.name()), each.name());
            world.faults().add(Fault.on(each.call()).segment(each.name()).does(new Effect.Hang(each.performed())));
            letGo(each);
        });
        READING.forEach(id -> {
            world.faults()
                    .add(Fault.on(Operation.MEMBERS).segment(id).does(new Effect.Hang(id.equals(READING.getLast()))));
            change(id);
        });
        await("all to be held at their points").atMost(SOON).untilAsserted(() -> {
            assertThat(deletions().filter(each -> !isHeld(each.name(), each.call())))
                    .isEmpty();
            assertThat(READING).allMatch(id -> isHeld(id, Operation.MEMBERS));
        });

        // When
        victim.kill();
        world.faults().clear();
        var next = relay();

        // Then
        await("the end of all deletions")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(deletions()
                                .filter(each -> world
                                        .topics()
                                        .byRequest(each.how().equals("failed") ? Topics.FAILED : Topics.READY)
                                        .getOrDefault(each.asker(), List.of())
                                        .stream()
                                        .noneMatch(record -> Topics.header(record, "ce_type")
                                                .filter(List.of(EventTypes.FAILED, EventTypes.RETIRED)::contains)
                                                .isPresent())))
                        .isEmpty());
        READING.forEach(this::awaitCurrent);
        return next;
    }

    private void letGo(Deletion each) {
        switch (each.how()) {
            case "keepFor" -> world.topics().request(each.name(), World.request(each.name(), ",\"keepFor\":\"PT1S\""));
            case "failed" -> {
                world.faults()
                        .add(Fault.on(Operation.PUBLISH).segment(each.name()).does(Effect.Fate.NEVER_LIVE));
                world.topics().request(each.name(), World.request(each.name(), ",\"readyWithin\":\"PT3S\""));
            }
            default ->
                world.topics()
                        .request(
                                EventTypes.RETIRE_REQUESTED,
                                each.asker(),
                                "{\"segmentId\":\"%s\"}".formatted(segmentOf(each.name())));
        }
    }

    private RelayProcess beforeThePages(RelayProcess victim) {
        // Given
        broker.refuseOver(Topics.READY, 0);
        change(TELLING);
        change(TELLING_OTHERS);
        awaitNotTaken(victim, EventTypes.CHANGED, 2);

        // When
        victim.kill();
        change(TELLING_OTHERS);
        broker.takeAll(Topics.READY);
        var next = relay();

        // Then
        awaitCurrent(TELLING);
        awaitCurrent(TELLING_OTHERS);
        return next;
    }

    private void afterThePages(RelayProcess victim) {
        // Given: all others, on so many pages that there is time to stop what comes after them
        var others = Stream.generate(UUID::randomUUID).limit(5_000).toList();
        marketers().refreshTo(segmentOf(CONTINUING), others);
        await("the first page")
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> world.topics().byRequest(Topics.READY).getOrDefault(CONTINUING, List.of()).stream()
                        .anyMatch(record -> Topics.data(record).getInteger("revision", 0) == 1));
        broker.refuseOver(Topics.FOLLOWED, 0);
        awaitNotTaken(victim, EventTypes.FOLLOWED, 1);
        awaitCurrent(CONTINUING);

        // When
        victim.kill();
        broker.takeAll(Topics.FOLLOWED);
        relay();

        // Then
        await("the continuation")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(
                                world.topics().byRequest(Topics.FOLLOWED).getOrDefault(CONTINUING, List.of()))
                        .anyMatch(record -> record.value() != null
                                && new String(record.value(), UTF_8).contains("\"revision\":1,")));
        awaitCurrent(CONTINUING);
    }

    /** One leaves, and one joins. */
    private void change(String id) {
        var members = new ArrayList<>(marketers().members(segmentOf(id)));
        members.removeFirst();
        members.add(UUID.randomUUID());
        marketers().refreshTo(segmentOf(id), members);
    }

    private void awaitCurrent(String id) {
        await("%s: what the server has".formatted(id))
                .atMost(SOON)
                .untilAsserted(
                        () -> assertThat(world.membership(id).members()).isEqualTo(world.members(segmentOf(id))));
    }

    private boolean isHeld(String name, Operation call) {
        return world.log().entries(call).stream()
                .anyMatch(entry -> entry.subjects().contains(name)
                        && entry.faults().stream().anyMatch(fault -> fault.effect() instanceof Effect.Hang));
    }

    private static void awaitNotTaken(RelayProcess relay, String type, int count) {
        await("%d events of type %s that are not taken".formatted(count, type))
                .atMost(SOON)
                .until(() -> NOT_TAKEN
                                .matcher(relay.log())
                                .results()
                                .filter(line -> line.group(1).equals(type))
                                .map(line -> line.group(2))
                                .distinct()
                                .count()
                        >= count);
    }

    private Marketers marketers() {
        return world.sandbox().dynamics().marketers();
    }

    private static UUID segmentOf(String id) {
        return new RequestKey("/tests", id).uuid();
    }
}
