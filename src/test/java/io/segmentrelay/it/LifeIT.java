package io.segmentrelay.it;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import io.vertx.core.json.JsonObject;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.segmentrelay.event.RequestKey;
import io.segmentrelay.example.Membership;
import io.segmentrelay.sandbox.SandboxOptions;
import io.segmentrelay.sandbox.dynamics.Effect;
import io.segmentrelay.sandbox.dynamics.Fault;
import io.segmentrelay.sandbox.dynamics.Marketers;
import io.segmentrelay.sandbox.dynamics.Marketers.State;
import io.segmentrelay.sandbox.dynamics.Operation;
import io.segmentrelay.sandbox.dynamics.SimulatorSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What becomes of a segment after "ready", over Kafka: read again, followed, let go. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LifeIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String CONTACTS = "PROFILE(contact).FILTER(ISNOTNULL(address1_county))";

    static final String MEMBERS_REQUESTED = "io.segmentrelay.members.requested.v1";
    static final String RETIRE_REQUESTED = "io.segmentrelay.segment.retire-requested.v1";
    static final String UNFOLLOW = "io.segmentrelay.follow.ended-requested.v1";
    static final String ENDED = "io.segmentrelay.segment.ended.v1";
    static final String RETIRED = "io.segmentrelay.segment.retired.v1";
    static final String CHANGED = "io.segmentrelay.segment.changed.v1";

    private World world;

    @BeforeAll
    void start() {
        // Computed again only when a test says so.
        var quick = new SimulatorSettings()
                .refreshEvery(Duration.ZERO)
                .goLiveAfter(Duration.ofMillis(100))
                .computeAfter(Duration.ofMillis(100))
                .recomputeAfter(Duration.ofMillis(100));
        world = new World(SandboxOptions.defaults().withSimulator(quick), 3);
        world.relay(settings());
    }

    /** As a follow's pace follows from the longest pause between two polls. */
    static Map<String, String> settings() {
        return Map.of("RELAY_PAGE_SIZE", "500", "RELAY_POLL_MAX_INTERVAL", "300ms");
    }

    @AfterAll
    void stop() {
        world.close();
    }

    private Marketers marketers() {
        return world.sandbox().dynamics().marketers();
    }

    private static UUID segmentOf(String requestId) {
        return new RequestKey("/tests", requestId).uuid();
    }

    private List<ConsumerRecord<String, byte[]>> ready(String id) {
        world.awaitEnded(List.of(id), SOON);
        return world.topics().byRequest(Topics.READY).getOrDefault(id, List.of());
    }

    private JsonObject failed(String id) {
        await("%s to fail".formatted(id))
                .atMost(SOON)
                .until(() -> world.topics().byRequest(Topics.FAILED).containsKey(id));
        var records = world.topics().byRequest(Topics.FAILED).getOrDefault(id, List.of());
        assertThat(records).as("failed events of %s", id).hasSize(1);
        return Topics.data(records.getFirst());
    }

    /** What has come of one type, for one request, repeats once. */
    private List<JsonObject> answers(String type, String id) {
        return world.topics().byRequest(Topics.READY).getOrDefault(id, List.of()).stream()
                .filter(record ->
                        Topics.header(record, "ce_type").filter(type::equals).isPresent())
                .map(Topics::data)
                .toList();
    }

    private JsonObject only(String type, String id) {
        await("%s of %s".formatted(type, id))
                .atMost(SOON)
                .until(() -> !answers(type, id).isEmpty());
        assertThat(answers(type, id)).as("%s of %s", type, id).hasSize(1);
        return answers(type, id).getFirst();
    }

    private Membership consumer(String id) {
        return world.membership(id);
    }

    private void awaitRevision(String id, int revision) {
        await("revision %d of %s".formatted(revision, id))
                .atMost(SOON)
                .untilAsserted(() -> assertThat(consumer(id).revision()).isEqualTo(revision));
    }

    private void awaitTombstone(String key) {
        await("a tombstone of " + key)
                .atMost(SOON)
                .until(() -> world.topics().of(Topics.FOLLOWED).stream()
                        .filter(record -> key.equals(record.key()))
                        .reduce((before, after) -> after)
                        .filter(record -> record.value() == null)
                        .isPresent());
    }

    private void follow(String id, String more) {
        world.topics().request(id, World.request(id, more));
        assertThat(ready(id)).isNotEmpty();
    }

    @Test
    void theMembersOfASegmentThatMarketersMade() {
        // Given
        var made = marketers().make("VIPs", CONTACTS, State.LIVE);

        // When
        world.topics().request(MEMBERS_REQUESTED, "of VIPs", "{\"segmentId\":\"%s\"}".formatted(made.segmentId()));
        var pages = ready("of VIPs");

        // Then
        assertThat(pages).allSatisfy(page -> {
            assertThat(Topics.data(page).getString("requestId")).isEqualTo("of VIPs");
            assertThat(Topics.data(page).getString("displayName")).isEqualTo("VIPs");
            assertThat(Topics.data(page).getString("segmentId"))
                    .isEqualTo(made.segmentId().toString());
            assertThat(Topics.data(page).getString("definitionId"))
                    .isEqualTo(made.definitionId().toString());
            assertThat(page.key()).isEqualTo(made.segmentId().toString());
        });
        assertThat(consumer("of VIPs").members()).isEqualTo(world.members(made.segmentId()));
        assertThat(Stream.of(Operation.CREATE_DEFINITION, Operation.CREATE_SEGMENT, Operation.PUBLISH)
                        .flatMap(call -> world.log().entries(call).stream()))
                .as("calls that make or change something")
                .noneMatch(call -> call.subjects().contains("VIPs"));
    }

    @ParameterizedTest
    @CsvSource({
        "DRAFT, segment-not-live",
        "STOPPED, segment-not-live",
        "ERROR, segment-not-live",
        "DELETED, segment-not-found"
    })
    void whatIsNotLiveIsLeftAlone(State state, String code) {
        // Given
        var made = marketers().make("in " + state, CONTACTS, state);

        // When
        world.topics().request(MEMBERS_REQUESTED, "of " + state, "{\"segmentId\":\"%s\"}".formatted(made.segmentId()));

        // Then
        assertThat(failed("of " + state).getString("code")).isEqualTo(code);
    }

    @Test
    void theMembersOfASegmentByTheRequestThatMadeIt() {
        // Given
        world.topics().request("maker", World.request("maker"));
        var first = ready("maker");

        // When
        world.topics().request(MEMBERS_REQUESTED, "again", "{\"request\":{\"source\":\"/tests\",\"id\":\"maker\"}}");
        var second = ready("again");

        // Then
        assertThat(Topics.data(second.getFirst()).getString("snapshotId"))
                .isEqualTo(Topics.data(first.getFirst()).getString("snapshotId"));
    }

    @ParameterizedTest
    @CsvSource({MEMBERS_REQUESTED, RETIRE_REQUESTED})
    void whatIsNowhereIsNotFound(String type) {
        // When
        world.topics().request(type, "nowhere " + type, "{\"request\":{\"source\":\"/tests\",\"id\":\"nobody\"}}");

        // Then
        assertThat(failed("nowhere " + type).getString("code")).isEqualTo("segment-not-found");
        assertThat(failed("nowhere " + type).getString("step")).isEqualTo("find-segment");
    }

    @Test
    void changesAreToldUntilTheFollowIsEnded() {
        // Given
        follow("followed", ",\"follow\":{\"until\":\"PT1H\"}");
        var segment = segmentOf("followed");
        var now = new ArrayList<>(marketers().members(segment))
                .subList(3, marketers().members(segment).size());
        now.add(UUID.randomUUID());

        // When
        marketers().refreshTo(segment, now);
        awaitRevision("followed", 1);

        // Then
        var change = only(CHANGED, "followed");
        assertThat(change.getJsonArray("left")).hasSize(3);
        assertThat(change.getJsonArray("joined")).hasSize(1);
        assertThat(change.getInteger("memberCount")).isEqualTo(now.size());
        assertThat(consumer("followed").members())
                .isEqualTo(world.members(segment))
                .hasSize(now.size());

        // When: once the same, once another
        marketers().refreshTo(segment, now);
        marketers().refresh(segment);
        awaitRevision("followed", 2);
        world.topics().request(UNFOLLOW, "no more", "{\"request\":{\"source\":\"/tests\",\"id\":\"followed\"}}");

        // Then
        var ended = only(ENDED, "followed");
        assertThat(ended.getString("reason")).isEqualTo("unfollowed");
        assertThat(ended.getInteger("revision")).isEqualTo(2);
        assertThat(ended.getString("snapshotId")).isEqualTo(consumer("followed").snapshotId());
        assertThat(consumer("followed").members()).isEqualTo(world.members(segment));
        awaitTombstone(segment.toString());
    }

    @Test
    void snapshotsAreToldWhole() {
        // Given
        follow("snapshots", ",\"follow\":{\"until\":\"PT1H\",\"deliver\":\"snapshots\"}");
        var first = consumer("snapshots").snapshotId();

        // When
        marketers().refresh(segmentOf("snapshots"));
        awaitRevision("snapshots", 1);

        // Then
        assertThat(answers(CHANGED, "snapshots")).isEmpty();
        assertThat(world.topics().byRequest(Topics.READY).getOrDefault("snapshots", List.of()).stream()
                        .map(Topics::data)
                        .filter(page -> page.getInteger("revision", 0) == 1))
                .isNotEmpty()
                .allSatisfy(
                        page -> assertThat(page.getString("replacesSnapshotId")).isEqualTo(first));
        assertThat(consumer("snapshots").members()).isEqualTo(world.members(segmentOf("snapshots")));
    }

    @Test
    void severalMayFollowOneSegment() {
        // Given
        var made = marketers().make("shared", CONTACTS, State.LIVE);
        var followers = List.of("first follower", "second follower");
        followers.forEach(id -> world.topics()
                .request(
                        MEMBERS_REQUESTED,
                        id,
                        "{\"segmentId\":\"%s\",\"follow\":{\"until\":\"PT1H\"}}".formatted(made.segmentId())));
        followers.forEach(this::ready);

        // When
        marketers().refresh(made.segmentId());

        // Then
        followers.forEach(id -> awaitRevision(id, 1));
        var members = world.members(made.segmentId());
        assertThat(followers)
                .allSatisfy(id -> assertThat(consumer(id).members()).isEqualTo(members));

        // When: one of them has enough
        world.topics()
                .request(UNFOLLOW, "not the first", "{\"request\":{\"source\":\"/tests\",\"id\":\"first follower\"}}");
        only(ENDED, "first follower");
        marketers().refresh(made.segmentId());

        // Then
        awaitRevision("second follower", 2);
        assertThat(answers(ENDED, "second follower")).isEmpty();
        assertThat(consumer("first follower").revision()).isEqualTo(1);
    }

    static Stream<Arguments> ends() {
        return Stream.of(
                Arguments.of("until-passed", ",\"follow\":{\"until\":\"PT4S\"}"),
                Arguments.of("stopped", ",\"follow\":{\"until\":\"PT1H\"}"),
                Arguments.of("deleted", ",\"follow\":{\"until\":\"PT1H\"}"),
                Arguments.of("retired", ",\"follow\":{\"until\":\"PT1H\"},\"keepFor\":\"PT4S\""));
    }

    @ParameterizedTest
    @MethodSource("ends")
    void aFollowEndsWithItsReason(String reason, String follow) {
        // Given
        var id = "ends as " + reason;
        follow(id, follow);

        // When
        switch (reason) {
            case "stopped" -> marketers().stop(segmentOf(id));
            case "deleted" -> marketers().delete(segmentOf(id));
            default -> {}
        }

        // Then
        assertThat(only(ENDED, id).getString("reason")).isEqualTo(reason);
        awaitTombstone(segmentOf(id).toString());
        assertThat(answers(RETIRED, id)).hasSize(reason.equals("retired") ? 1 : 0);
    }

    @Test
    void whatIsKeptForATimeIsRetiredThen() {
        // When
        follow("kept", ",\"keepFor\":\"PT3S\"");
        var retired = only(RETIRED, "kept");

        // Then
        assertThat(retired.getString("segmentId")).isEqualTo(segmentOf("kept").toString());
        assertThat(answers(ENDED, "kept")).isEmpty();
        assertGone("kept");
        awaitTombstone(segmentOf("kept").toString());
    }

    @Test
    void whatIsRetiredStaysRetired() {
        // Given
        follow("retired by hand", "");
        var target = "{\"segmentId\":\"%s\"}".formatted(segmentOf("retired by hand"));

        // When
        world.topics().request(RETIRE_REQUESTED, "let go", target);
        var retired = only(RETIRED, "let go");

        // Then
        assertThat(retired.getString("retiredAt")).isNotEmpty();
        assertGone("retired by hand");

        // When: each of the two once more
        world.topics().request(RETIRE_REQUESTED, "let go again", target);
        world.topics().request("retired by hand", World.request("retired by hand"));

        // Then
        await("the same answer, with the same id")
                .atMost(SOON)
                .until(() -> world.topics().of(Topics.READY).stream()
                                .filter(record -> Topics.header(record, "ce_type")
                                        .filter(RETIRED::equals)
                                        .isPresent())
                                .filter(record ->
                                        segmentOf("retired by hand").toString().equals(record.key()))
                                .count()
                        == 2);
        assertThat(answers(RETIRED, "let go again")).as("with an id of its own").isEmpty();
        assertThat(failed("retired by hand").getString("code")).isEqualTo("segment-not-found");
        assertThat(failed("retired by hand").getString("step")).isEqualTo("create-definition");
        assertGone("retired by hand");
    }

    @Test
    void aRefusedRetirementIsSaidInTheServersWords() {
        // Given
        follow("in a journey", "");
        marketers().journey(segmentOf("in a journey"), true);

        // When
        world.topics()
                .request(RETIRE_REQUESTED, "refused", "{\"segmentId\":\"%s\"}".formatted(segmentOf("in a journey")));

        // Then
        assertThat(failed("refused").getString("code")).isEqualTo("retire-refused");
        assertThat(failed("refused").getString("step")).isEqualTo("retire");
        assertThat(failed("refused").getJsonObject("dynamics").getString("message"))
                .contains("journey");
        assertThat(world.sandbox().dynamics().segmentsByName()).containsKey("in a journey");

        // When: nobody is told that it is retired
        world.topics()
                .request(
                        MEMBERS_REQUESTED,
                        "still there",
                        "{\"segmentId\":\"%s\"}".formatted(segmentOf("in a journey")));

        // Then
        assertThat(ready("still there")).isNotEmpty();
    }

    @Test
    void whatIsNotOurOwnIsNotDeleted() {
        // Given
        var made = marketers().make("theirs", CONTACTS, State.LIVE);

        // When
        world.topics().request(RETIRE_REQUESTED, "not ours", "{\"segmentId\":\"%s\"}".formatted(made.segmentId()));

        // Then
        assertThat(failed("not ours").getString("code")).isEqualTo("retire-refused");
        assertThat(failed("not ours").getString("message")).contains("relay.retire");
        assertThat(world.sandbox().dynamics().segmentsByName()).containsKey("theirs");
    }

    @Test
    void aRequestThatFailsLeavesNothingBehind() {
        // Given
        world.faults().add(Fault.on(Operation.PUBLISH).segment("never live").does(Effect.Fate.NEVER_LIVE));

        // When
        world.topics().request("never live", World.request("never live", ",\"readyWithin\":\"PT3S\""));
        world.topics()
                .request(
                        "no query",
                        "{\"displayName\":\"no query\",\"query\":\"PROFILE(contact).FILTER(name == \\\"x\\\")\"}");

        // Then
        assertThat(failed("never live").getString("code")).isEqualTo("deadline-exceeded");
        assertThat(failed("never live").containsKey("leftBehind")).isFalse();
        assertThat(failed("no query").getString("code")).isEqualTo("rejected-by-dynamics");
        assertGone("never live");
        assertGone("no query");
    }

    @Test
    void aWrongFollowNamesItsFields() {
        // When
        world.topics()
                .request(
                        "wrong follow",
                        World.request("wrong", ",\"follow\":{\"deliver\":\"now and then\"},\"keepFor\":\"P0D\""));

        // Then
        assertThat(failed("wrong follow").getString("code")).isEqualTo("invalid-request");
        assertThat(failed("wrong follow").getString("message")).contains("until", "deliver", "keepFor");
    }

    private void assertGone(String name) {
        assertThat(world.sandbox().dynamics().definitionsByName()).doesNotContainKey(name);
        assertThat(world.sandbox().dynamics().segmentsByName()).doesNotContainKey(name);
    }
}
