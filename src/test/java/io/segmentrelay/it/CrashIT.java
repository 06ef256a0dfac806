package io.segmentrelay.it;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.segmentrelay.event.EventTypes;
import io.segmentrelay.event.RequestKey;
import io.segmentrelay.event.Step;
import io.segmentrelay.sandbox.dynamics.Effect;
import io.segmentrelay.sandbox.dynamics.Fault;
import io.segmentrelay.sandbox.dynamics.Operation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The relay is killed (SIGKILL) at every point of a request's way. Each case is a request that is held at its point, by the
 * simulator or by the broker; when all of a kind are held, the process is killed, once for all of them, and what comes after
 * must end each of them as if nothing had been. It is another process that starts then, or another replica that was there
 * already; the one that goes on is the next to be killed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrashIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String COMMIT_INTERVAL = "KAFKA_AUTO_COMMIT_INTERVAL_MS";
    private static final int PAGE_SIZE = 10;

    /** So many pages that there is time to stop them half-way. */
    private static final int MANY_PAGES = 1_500;

    private static final List<Operation> STEPS = List.of(
            Operation.CREATE_DEFINITION,
            Operation.CREATE_SEGMENT,
            Operation.PUBLISH,
            Operation.STATUS,
            Operation.MEMBERS);

    private static final Pattern NOT_TAKEN =
            Pattern.compile("Event not taken, trying again in .*; type=(\\S+) eventId=(\\S+) attempt=([0-9]+)");

    /** A kind of kill: what is brought about before it, in one process for all its points. */
    private enum Kill {
        /** At a call, or at the end. Nothing of what was acknowledged is committed: the worst case. */
        IN_CALLS,
        /** The continuation is in its topic; nothing is committed. */
        HANDED_OVER,
        /**
         * An event is being sent, and the broker does not take it. All the while it takes commits, which come at once: what is
         * acknowledged too early is lost. The window is long enough to come to any point within it.
         */
        HANDING_OVER,
        /** The same while the broker is away; the continuations are those of a stop that has begun. */
        BROKER_AWAY;

        /** Those that are tried: the last one in the long form only. */
        static List<Kill> here() {
            return Stream.of(values())
                    .filter(kill -> kill != BROKER_AWAY || Scale.isLong())
                    .toList();
        }

        private Map<String, String> settings() {
            return switch (this) {
                case IN_CALLS -> Map.of(COMMIT_INTERVAL, "600000");
                case HANDED_OVER -> Map.of(COMMIT_INTERVAL, "600000", "RELAY_WINDOW", "2s");
                case HANDING_OVER ->
                    Map.of(
                            COMMIT_INTERVAL,
                            "100",
                            "RELAY_WINDOW",
                            "4s",
                            // Says of each event that it is not taken.
                            "QUARKUS_LOG_CATEGORY__IO_SEGMENTRELAY_RELAY__LEVEL",
                            "DEBUG");
                // Each try to send is over soon, so that a stop has tried to send all before it gives up.
                case BROKER_AWAY ->
                    Map.of(
                            COMMIT_INTERVAL,
                            "100",
                            "KAFKA_MAX_BLOCK_MS",
                            "200",
                            "KAFKA_REQUEST_TIMEOUT_MS",
                            "1000",
                            "KAFKA_DELIVERY_TIMEOUT_MS",
                            "1100");
            };
        }
    }

    /** Who goes on. */
    private enum After {
        RESTART(Kill.IN_CALLS),
        /** The last one that goes on is not killed: it is to commit. */
        TAKEOVER(Kill.HANDING_OVER);

        private final Kill then;

        After(Kill then) {
            this.then = then;
        }
    }

    /** What a request asks for, and with that how it ends. */
    private enum Ends {
        READY,
        /** On many pages, so that the broker can stop taking them when some are out. */
        READY_ON_MANY_PAGES,
        /** At await-live, with what Dynamics says again whenever it is asked. */
        FAILED,
        /** At validate, without a call. */
        INVALID;

        boolean isReady() {
            return this == READY || this == READY_ON_MANY_PAGES;
        }

        String data(String name) {
            return switch (this) {
                case READY, FAILED -> World.request(name);
                case READY_ON_MANY_PAGES ->
                    "{\"displayName\":\"%s\",\"type\":\"static\",\"includedMembers\":[%s]}"
                            .formatted(name, members().map("\"%s\""::formatted).collect(Collectors.joining(",")));
                case INVALID -> "{\"displayName\":\"%s\"}".formatted(name);
            };
        }

        private static Stream<String> members() {
            return IntStream.range(0, MANY_PAGES * PAGE_SIZE).mapToObj("00000000-0000-4000-8000-%012d"::formatted);
        }
    }

    /** A request, and where it is when its process dies: held at a call, or (without one) where its end leaves it. */
    private record Case(Kill kill, After after, String where, Optional<Operation> call, boolean performed, Ends ends) {

        static Stream<Case> all() {
            return Stream.of(After.values())
                    .flatMap(after -> Kill.here().stream().flatMap(kill -> of(kill, after)));
        }

        static Stream<Case> of(Kill kill, After after) {
            return switch (kill) {
                case IN_CALLS ->
                    Stream.concat(
                            STEPS.stream()
                                    .flatMap(call -> Stream.of(
                                            held(kill, after, "before %s", call, false),
                                            held(kill, after, "after %s and before its answer", call, true))),
                            Stream.of(
                                    ended(kill, after, "between ready and its acknowledgement", Ends.READY),
                                    ended(kill, after, "between failed and its acknowledgement", Ends.FAILED),
                                    ended(kill, after, "between invalid and its acknowledgement", Ends.INVALID)));
                case HANDED_OVER ->
                    continued(kill, after, "between the continuation before %s and its acknowledgement");
                case HANDING_OVER ->
                    Stream.concat(
                            continued(kill, after, "while the continuation before %s is sent"),
                            Stream.of(
                                    ended(kill, after, "while the first page is sent", Ends.READY),
                                    ended(kill, after, "between two pages", Ends.READY_ON_MANY_PAGES),
                                    ended(kill, after, "while failed is sent", Ends.FAILED),
                                    ended(kill, after, "while invalid is sent", Ends.INVALID)));
                case BROKER_AWAY ->
                    Stream.concat(
                            continued(
                                    kill,
                                    after,
                                    "without a broker, while the continuation before %s is sent in a stop"),
                            Stream.of(
                                    ended(kill, after, "without a broker, while a page is sent", Ends.READY),
                                    ended(kill, after, "without a broker, while failed is sent", Ends.FAILED)));
            };
        }

        private static Stream<Case> continued(Kill kill, After after, String where) {
            return STEPS.stream().map(call -> held(kill, after, where, call, false));
        }

        private static Case held(Kill kill, After after, String where, Operation call, boolean performed) {
            return new Case(kill, after, where.formatted(call.text()), Optional.of(call), performed, Ends.READY);
        }

        private static Case ended(Kill kill, After after, String where, Ends ends) {
            return new Case(kill, after, where, Optional.empty(), false, ends);
        }

        String name() {
            return "killed %s, %s".formatted(where, after.name().toLowerCase(java.util.Locale.ROOT));
        }

        @Override
        public String toString() {
            return name();
        }
    }

    private World world;
    private BrokerAdmin broker;

    @BeforeAll
    void killAndGoOn() {
        world = new World(3);
        broker = new BrokerAdmin(world.sandbox().kafka().bootstrapServers());
        var relay = world.relay(settings(Kill.IN_CALLS));
        for (var after : After.values()) {
            var kills = Kill.here();
            for (var i = 0; i < kills.size(); i++) {
                relay = kill(relay, kills.get(i), after, i + 1 < kills.size() ? kills.get(i + 1) : after.then);
            }
        }
    }

    @AfterAll
    void stop() {
        broker.close();
        world.close();
    }

    static Stream<Case> cases() {
        return Case.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void everyRequestEndsAsIfNothingHadBeen(Case request) {
        // When
        var name = request.name();
        var pages = world.topics().byRequest(Topics.READY).getOrDefault(name, List.of());
        var failed = world.topics().byRequest(Topics.FAILED).getOrDefault(name, List.of());

        // Then
        if (request.ends().isReady()) {
            assertThat(pages).as("ready events").isNotEmpty();
            assertThat(pages)
                    .as("pages, repeats once")
                    .hasSize(Topics.data(pages.getFirst()).getInteger("pageCount"))
                    .hasSizeGreaterThan(1);
            assertThat(pages.stream()
                            .map(page -> Topics.data(page).getString("snapshotId"))
                            .distinct())
                    .hasSize(1);
        } else {
            assertThat(failed).as("failed events, repeats once").hasSize(1);
            assertThat(pages).as("ready events").isEmpty();
        }
        if (request.ends() == Ends.INVALID) {
            assertThat(world.sandbox().dynamics().definitionsByName()).doesNotContainKey(name);
        } else {
            world.assertOneLifeEach(List.of(name));
        }
    }

    @Test
    void repeatsAreEqualAndAllOffsetsCommitted() {
        world.assertRepeatsAreEqual();
        world.awaitCommitted(SOON);
    }

    /**
     * Brings requests to their points, and kills the process.
     *
     * @param victim reads all partitions
     * @param next what will be done to the one that goes on
     * @return the one that goes on, when all have ended
     */
    private RelayProcess kill(RelayProcess victim, Kill kill, After after, Kill next) {
        var cases = Case.of(kill, after).toList();
        Optional<RelayProcess> standby = Optional.empty();
        Optional<Integer> partition = Optional.empty();
        if (after == After.TAKEOVER) {
            var consumers = broker.awaitRelays(1);
            standby = Optional.of(world.relay(settings(next)));
            broker.awaitRelays(2);
            partition = Optional.of(broker.requestsOf(consumers));
        }
        switch (kill) {
            case IN_CALLS -> inCalls(cases, partition);
            case HANDED_OVER -> handedOver(cases, partition);
            case HANDING_OVER -> handingOver(victim, cases, partition);
            case BROKER_AWAY -> brokerAway(victim, cases, partition);
        }
        victim.kill();
        goOnAsUsual();
        var relay = standby.orElseGet(() -> world.relay(settings(next)));
        world.awaitMostEnded(cases.stream().map(Case::name).toList(), SOON);
        return relay;
    }

    private void goOnAsUsual() {
        world.sandbox().kafka().restart();
        Stream.of(Topics.PENDING, Topics.READY, Topics.FAILED).forEach(broker::takeAll);
        world.faults().clear();
    }

    private static Map<String, String> settings(Kill next) {
        var settings = new HashMap<>(next.settings());
        settings.put("RELAY_PAGE_SIZE", Integer.toString(PAGE_SIZE));
        // A dead one is replaced sooner, since each case waits for that.
        settings.put("KAFKA_SESSION_TIMEOUT_MS", "3000");
        settings.put("KAFKA_HEARTBEAT_INTERVAL_MS", "500");
        return settings;
    }

    private void inCalls(List<Case> cases, Optional<Integer> partition) {
        var ended = cases.stream().filter(c -> c.call().isEmpty()).toList();
        ended.forEach(c -> submit(c, partition));
        world.awaitEnded(ended.stream().map(Case::name).toList(), SOON);
        hold(cases, partition);
    }

    private void handedOver(List<Case> cases, Optional<Integer> partition) {
        hold(cases, partition);
        await("a continuation of each")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(cases)
                        .allSatisfy(c -> assertThat(steps(c))
                                .contains(step(c.call().orElseThrow()).label())));
    }

    private List<String> steps(Case request) {
        return world.topics().byRequest(Topics.PENDING).getOrDefault(request.name(), List.of()).stream()
                .map(continuation -> Topics.data(continuation).getString("step"))
                .toList();
    }

    private static Step step(Operation call) {
        return switch (call) {
            case CREATE_DEFINITION -> Step.CREATE_DEFINITION;
            case CREATE_SEGMENT -> Step.CREATE_SEGMENT;
            case PUBLISH -> Step.PUBLISH;
            case STATUS -> Step.AWAIT_LIVE;
            case MEMBERS -> Step.FETCH_MEMBERS;
            default -> throw new IllegalArgumentException("no step: " + call);
        };
    }

    private void handingOver(RelayProcess victim, List<Case> cases, Optional<Integer> partition) {
        world.awaitCommitted(SOON); // no repeat of before is taken for one of these
        cases.stream().filter(c -> c.ends() == Ends.READY_ON_MANY_PAGES).forEach(c -> {
            submit(c, partition);
            await("the first page")
                    .atMost(SOON)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> pages(c) > 0);
        });
        broker.refuseOver(Topics.READY, 0);
        broker.refuseOver(Topics.FAILED, 0);
        cases.stream()
                .filter(c -> c.call().isEmpty() && c.ends() != Ends.READY_ON_MANY_PAGES)
                .forEach(c -> submit(c, partition));
        holdAtOnce(cases, call -> call != Operation.STATUS, partition);
        broker.refuseOver(Topics.PENDING, 0);
        awaitNotTaken(
                victim,
                EventTypes.READY,
                count(cases, c -> c.call().isEmpty() && c.ends().isReady()),
                2);
        awaitNotTaken(victim, EventTypes.FAILED, count(cases, c -> !c.ends().isReady()), 2);
        holdAtOnce(cases, call -> call == Operation.STATUS, partition);
        awaitNotTaken(victim, EventTypes.PENDING, count(cases, c -> c.call().isPresent()), 2);

        assertThat(cases)
                .allSatisfy(c -> assertThat(pages(c))
                        .as("pages when the process is killed, of %s", c)
                        .isBetween(
                                c.ends() == Ends.READY_ON_MANY_PAGES ? 1 : 0,
                                c.ends() == Ends.READY_ON_MANY_PAGES ? MANY_PAGES - 1 : 0));
        assertThat(world.topics().byRequest(Topics.FAILED))
                .doesNotContainKeys(cases.stream().map(Case::name).toArray(String[]::new));
    }

    private int pages(Case request) {
        return world.topics()
                .byRequest(Topics.READY)
                .getOrDefault(request.name(), List.of())
                .size();
    }

    private void brokerAway(RelayProcess victim, List<Case> cases, Optional<Integer> partition) {
        world.awaitCommitted(SOON);
        var ending = cases.stream().filter(c -> c.call().isEmpty()).toList();
        var held = new ArrayList<Fault>();
        for (var request : ending) {
            held.add(hold(request, request.ends().isReady() ? Operation.MEMBERS : Operation.STATUS, partition));
        }
        hold(cases, partition);
        world.sandbox().kafka().stop();
        held.forEach(world.faults()::remove);
        awaitNotTaken(victim, EventTypes.READY, count(ending, c -> c.ends().isReady()), 1);
        awaitNotTaken(victim, EventTypes.FAILED, count(ending, c -> !c.ends().isReady()), 1);
        victim.askToStop();
        awaitNotTaken(victim, EventTypes.PENDING, count(cases, c -> c.call().isPresent()), 1);
    }

    /** Holds each at its call, those at a status last: one request asks for all that wait, and would be held for all of them. */
    private void hold(List<Case> cases, Optional<Integer> partition) {
        holdAtOnce(cases, call -> call != Operation.STATUS, partition);
        holdAtOnce(cases, call -> call == Operation.STATUS, partition);
    }

    private void holdAtOnce(List<Case> cases, Predicate<Operation> which, Optional<Integer> partition) {
        var some =
                cases.stream().filter(c -> c.call().filter(which).isPresent()).toList();
        some.forEach(c -> {
            world.faults()
                    .add(Fault.on(c.call().orElseThrow()).segment(c.name()).does(new Effect.Hang(c.performed())));
            submit(c, partition);
        });
        await("every request to be held at its point")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(some)
                        .filteredOn(c -> !isHeld(c.name(), c.call().orElseThrow()))
                        .isEmpty());
    }

    /** Holds one that would end. */
    private Fault hold(Case request, Operation call, Optional<Integer> partition) {
        var hang = Fault.on(call).segment(request.name()).does(new Effect.Hang(false));
        world.faults().add(hang);
        submit(request, partition);
        await("%s to be held at %s".formatted(request, call.text()))
                .atMost(SOON)
                .until(() -> isHeld(request.name(), call));
        return hang;
    }

    private boolean isHeld(String name, Operation call) {
        return world.log().entries(call).stream()
                .anyMatch(entry -> entry.subjects().contains(name)
                        && entry.faults().stream().anyMatch(fault -> fault.effect() instanceof Effect.Hang));
    }

    /** As {@link World#submit}, to a given partition. */
    private void submit(Case request, Optional<Integer> partition) {
        var name = request.name();
        world.sandbox().dynamics().alias(new RequestKey("/tests", name).uuid(), name);
        if (request.ends() == Ends.FAILED) {
            world.faults().add(Fault.on(Operation.PUBLISH).segment(name).does(Effect.Fate.STOPPED));
        }
        var record = new ProducerRecord<>(
                Topics.REQUESTS,
                partition.orElse(null),
                name,
                request.ends().data(name).getBytes(UTF_8));
        Topics.binaryHeaders(name).forEach((header, value) -> record.headers().add(header, value.getBytes(UTF_8)));
        world.topics().send(record);
    }

    /** Waits until the relay has tried to send so many events of a type, each at least so often, all in vain. */
    private static void awaitNotTaken(RelayProcess relay, String type, int count, int attempts) {
        await("%d events of type %s that are not taken".formatted(count, type))
                .atMost(SOON)
                .untilAsserted(() -> assertThat(NOT_TAKEN
                                .matcher(relay.log())
                                .results()
                                .filter(line ->
                                        line.group(1).equals(type) && Integer.parseInt(line.group(3)) >= attempts)
                                .map(line -> line.group(2))
                                .distinct())
                        .hasSize(count));
    }

    private static int count(List<Case> cases, Predicate<Case> which) {
        return Math.toIntExact(cases.stream().filter(which).count());
    }
}
