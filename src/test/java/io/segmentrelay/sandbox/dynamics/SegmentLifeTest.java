package io.segmentrelay.sandbox.dynamics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.segmentrelay.sandbox.dynamics.Marketers.Spelling;
import io.segmentrelay.sandbox.dynamics.Marketers.State;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** What becomes of a segment after its first computation, by the clock and by hand. */
class SegmentLifeTest {

    private static final UUID ID = UUID.fromString("5e600000-0000-4000-8000-000000000001");
    private static final String QUERY = "PROFILE(contact).FILTER(ISNOTNULL(address1_county))";

    private final MovedClock clock = new MovedClock();
    private final DynamicsSimulator simulator = start();
    private final TestClient client = new TestClient(simulator);

    private DynamicsSimulator start() {
        return DynamicsSimulator.start(new SimulatorSettings()
                .clock(clock)
                .rows(2_000, 50, 20)
                .tokenLife(Duration.ofDays(1_000))
                .goLiveAfter(Duration.ofMinutes(1))
                .computeAfter(Duration.ofMinutes(2))
                .recomputeAfter(Duration.ofMinutes(2))
                .rateOfChange(0.1));
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    /** Computed for the first time, just now. */
    private Set<String> computed(int refreshMinutes) {
        client.post(
                "msdynmkt_segmentdefinitions",
                TestClient.definition(ID, QUERY).put("msdynmkt_segmentrefreshintervalminutes", refreshMinutes));
        client.post("msdynmkt_segments", TestClient.segment(ID, ID, "refreshed"));
        client.publish(ID);
        clock.move(Duration.ofMinutes(3));
        return members();
    }

    private Set<String> members() {
        return new HashSet<>(TestClient.memberTexts(client.members(ID)));
    }

    private String finishedOn() {
        return client.definitionRow(ID).path("msdynmkt_computationfinishedon").asText();
    }

    private String states() {
        return "%d %d | %d %d"
                .formatted(
                        client.definitionRow(ID).path("statuscode").asInt() - 723270000,
                        client.definitionRow(ID)
                                        .path("msdynmkt_computationstatus")
                                        .asInt()
                                - 723270000,
                        client.segmentRow(ID).path("statuscode").asInt(),
                        client.segmentRow(ID).path("msdynmkt_membercount").asInt());
    }

    private static long changed(Set<String> before, Set<String> after) {
        return Stream.concat(before.stream(), after.stream())
                .filter(id -> !(before.contains(id) && after.contains(id)))
                .count();
    }

    @Test
    void isComputedAgainByItsInterval() {
        // Given
        var first = computed(60);
        var firstFinish = finishedOn();
        clock.move(Duration.ofMinutes(59));
        var before = states();

        // When
        clock.move(Duration.ofMinutes(2));
        var running = states();
        var runningMembers = members();
        var runningFinish = finishedOn();
        clock.move(Duration.ofMinutes(1));
        var after = states();
        var second = members();

        // Then
        assertThat(firstFinish).isEqualTo("2026-03-01T12:03:00Z");
        assertThat(before).isEqualTo("0 1 | 1 %d".formatted(first.size()));
        assertThat(running).isEqualTo("0 0 | 6 %d".formatted(first.size()));
        assertThat(runningMembers).isEqualTo(first);
        assertThat(runningFinish).isEqualTo(firstFinish);
        assertThat(finishedOn()).isEqualTo("2026-03-01T13:05:00Z");
        assertThat(after).isEqualTo("0 1 | 1 %d".formatted(second.size()));
        assertThat(changed(first, second)).isBetween(first.size() / 10L, first.size() * 3L / 10);
    }

    @Test
    void aRecomputationNeedNotShow() {
        // Given
        var first = computed(60);
        simulator.settings().showsRecomputation(false);

        // When
        clock.move(Duration.ofMinutes(61));

        // Then
        assertThat(states()).isEqualTo("0 1 | 1 %d".formatted(first.size()));
        assertThat(finishedOn()).isEqualTo("2026-03-01T12:03:00Z");
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "1, 100, 100", "0.01, 0, 5"})
    void changesAtTheRateThatIsSet(double rate, long leastPercent, long mostPercent) {
        // Given
        var first = computed(60);
        simulator.settings().rateOfChange(rate);

        // When
        clock.move(Duration.ofMinutes(63));
        var second = members();

        // Then
        var left = first.stream().filter(id -> !second.contains(id)).count();
        assertThat(finishedOn()).isEqualTo("2026-03-01T13:05:00Z");
        assertThat(second.size()).isBetween(first.size() - first.size() / 10, first.size() + first.size() / 10);
        assertThat(left).isBetween(first.size() * leastPercent / 100, first.size() * mostPercent / 100);
    }

    @Test
    void theSameSeedGivesTheSameChangesHoweverOftenItIsLookedAt() {
        // Given
        var often = new ArrayList<Set<String>>(List.of(computed(60)));
        for (var hour = 0; hour < 5; hour++) {
            clock.move(Duration.ofMinutes(62));
            often.add(members());
        }
        var patient = new MovedClock();
        try (var other = DynamicsSimulator.start(new SimulatorSettings()
                .clock(patient)
                .rows(2_000, 50, 20)
                .tokenLife(Duration.ofDays(1_000))
                .goLiveAfter(Duration.ZERO)
                .computeAfter(Duration.ZERO)
                .recomputeAfter(Duration.ZERO)
                .refreshEvery(Duration.ofHours(1))
                .rateOfChange(0.1))) {
            var once = new TestClient(other);
            once.create(ID, "refreshed", QUERY);
            once.publish(ID);

            // When
            patient.move(Duration.ofHours(5));
            var last = once.members(ID);

            // Then
            assertThat(new HashSet<>(TestClient.memberTexts(last))).isEqualTo(often.getLast());
            assertThat(new HashSet<>(often)).hasSize(6);
        }
    }

    @Test
    void aYearOfMinutesIsCaughtUpWith() {
        // Given
        var first = computed(1);

        // When
        clock.move(Duration.ofDays(365));
        var later = members();

        // Then
        assertThat(finishedOn()).startsWith("2027-03-01");
        assertThat(changed(first, later)).isPositive();
    }

    @Test
    void isComputedWhenSomebodyAsks() {
        // Given
        var first = computed(0);
        simulator.settings().refreshEvery(Duration.ZERO).recomputeAfter(Duration.ZERO);
        clock.move(Duration.ofDays(30));
        var still = finishedOn();

        // When
        simulator.marketers().refresh(ID);
        var second = members();
        var secondFinish = finishedOn();
        simulator.marketers().refresh(ID);
        var thirdFinish = finishedOn();
        var wanted = List.of(UUID.randomUUID(), UUID.randomUUID());
        simulator.marketers().refreshTo(ID, wanted);
        var fourth = members();

        // Then
        assertThat(still).isEqualTo("2026-03-01T12:03:00Z");
        assertThat(changed(first, second)).isPositive();
        assertThat(secondFinish).isEqualTo("2026-03-31T12:03:00Z");
        assertThat(thirdFinish).isEqualTo("2026-03-31T12:03:01Z");
        assertThat(fourth)
                .isEqualTo(new HashSet<>(wanted.stream().map(UUID::toString).toList()));
        assertThat(simulator.marketers().members(ID)).containsExactlyInAnyOrderElementsOf(wanted);
        assertThat(client.segmentRow(ID).path("msdynmkt_membercount").asInt()).isEqualTo(2);
    }

    @Test
    void aListOfMembersIsNotRefreshed() {
        // Given
        client.post(
                "msdynmkt_segmentdefinitions",
                TestClient.definition(ID, null)
                        .put("msdynmkt_includedmembers", UUID.randomUUID().toString()));
        client.post("msdynmkt_segments", TestClient.segment(ID, ID, "static").put("msdynmkt_type", 10));
        client.publish(ID);
        clock.move(Duration.ofMinutes(3));
        var first = members();

        // When
        clock.move(Duration.ofDays(3));

        // Then
        assertThat(members()).isEqualTo(first).hasSize(1);
        assertThat(finishedOn()).isEqualTo("2026-03-01T12:03:00Z");
    }

    // ---- deleting

    private int delete(String table, UUID id) {
        return client.send(client.request("%s(%s)".formatted(table, id)).DELETE())
                .statusCode();
    }

    @Test
    void bothRowsAreDeletedOneAfterTheOther() {
        // Given
        computed(60);

        // When
        var segment = delete("msdynmkt_segments", ID);
        var again = delete("msdynmkt_segments", ID);
        var definitionStatus =
                client.get("msdynmkt_segmentdefinitions(%s)".formatted(ID)).statusCode();
        var definition = delete("msdynmkt_segmentdefinitions", ID);
        var definitionAgain = delete("msdynmkt_segmentdefinitions", ID);

        // Then
        assertThat(List.of(segment, again, definitionStatus, definition, definitionAgain))
                .containsExactly(204, 404, 200, 204, 404);
        assertThat(client.get("msdynmkt_segments(%s)".formatted(ID)).statusCode())
                .isEqualTo(404);
        assertThat(client.members(ID).statusCode()).isEqualTo(404);
        assertThat(simulator.segmentsByName()).isEmpty();
        assertThat(simulator.definitionsByName()).isEmpty();
        client.create(ID, "again", QUERY);
        assertThat(client.publish(ID).statusCode()).isEqualTo(204);
    }

    @Test
    void aDeletedDefinitionMayStayForATime() {
        // Given
        computed(60);
        simulator.settings().deletedStays(Duration.ofMinutes(10));

        // When
        delete("msdynmkt_segmentdefinitions", ID);
        var soon = client.definitionRow(ID).path("statuscode").asInt();
        clock.move(Duration.ofMinutes(10));
        var later = client.get("msdynmkt_segmentdefinitions(%s)".formatted(ID)).statusCode();

        // Then
        assertThat(soon).isEqualTo(DefinitionRow.DELETED);
        assertThat(later).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 409})
    void aSegmentThatAJourneyUsesIsNotDeleted(int status) {
        // Given
        computed(60);
        simulator.settings().usedStatus(status);
        simulator.marketers().journey(ID, true);

        // When
        var refused = client.send(
                client.request("msdynmkt_segments(%s)".formatted(ID)).DELETE());
        var definition = delete("msdynmkt_segmentdefinitions", ID);
        simulator.marketers().journey(ID, false);
        var free = delete("msdynmkt_segments", ID);

        // Then
        assertThat(refused.statusCode()).isEqualTo(status);
        assertThat(TestClient.json(refused).path("error").path("message").asText())
                .contains("journey 'Welcome'");
        assertThat(definition).isEqualTo(status);
        assertThat(free).isEqualTo(204);
    }

    @Test
    void deletingTakesAPrivilege() {
        // Given
        computed(60);
        simulator.settings().deletePrivilege(false);

        // When
        var refused = client.send(
                client.request("msdynmkt_segments(%s)".formatted(ID)).DELETE());

        // Then
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(TestClient.json(refused).path("error").path("message").asText())
                .contains("prvDeletemsdynmkt_segment ");
        assertThat(delete("msdynmkt_segmentdefinitions", ID)).isEqualTo(403);
        assertThat(states()).startsWith("0 1 | 1 ");
    }

    @Test
    void deletingMeetsFaultsToo() {
        // Given
        computed(60);
        simulator
                .faults()
                .add(Fault.on(Operation.DELETE_SEGMENT)
                        .times(1)
                        .does(Effect.status(503).butPerformed()));

        // When
        var first = delete("msdynmkt_segments", ID);
        var second = delete("msdynmkt_segments", ID);

        // Then
        assertThat(List.of(first, second)).containsExactly(503, 404);
    }

    // ---- limits

    @Test
    void anOrganizationHasNoMoreSegmentsThanItMay() {
        // Given
        simulator.settings().segmentLimits(3, 2);
        var ids = IntStream.range(0, 6).mapToObj(i -> new UUID(0x4000, i)).toList();
        ids.forEach(id -> client.post("msdynmkt_segmentdefinitions", TestClient.definition(id, QUERY)));

        // When
        var dynamic = ids.subList(0, 3).stream()
                .map(id -> client.post("msdynmkt_segments", TestClient.segment(id, id, "dynamic " + id)))
                .toList();
        var fixed = ids.subList(3, 5).stream()
                .map(id -> client.post(
                        "msdynmkt_segments",
                        TestClient.segment(id, id, "static " + id).put("msdynmkt_type", 10)))
                .toList();
        var repeat = client.post("msdynmkt_segments", TestClient.segment(ids.getFirst(), ids.getFirst(), "repeat"));
        delete("msdynmkt_segments", ids.getFirst());
        var room = client.post("msdynmkt_segments", TestClient.segment(ids.get(5), ids.get(5), "room"));

        // Then
        assertThat(dynamic).extracting(answer -> answer.statusCode()).containsExactly(204, 204, 400);
        assertThat(dynamic.getLast().body()).contains("limit of 2 dynamic real-time marketing segments");
        assertThat(fixed).extracting(answer -> answer.statusCode()).containsExactly(204, 400);
        assertThat(fixed.getLast().body()).contains("limit of 3 real-time marketing segments");
        assertThat(repeat.statusCode()).isEqualTo(412);
        assertThat(room.statusCode()).isEqualTo(204);
    }

    // ---- made by marketers

    @ParameterizedTest
    @CsvSource({
        "DRAFT, 1 3 | 2",
        "GOING_LIVE, 2 3 | 5",
        "LIVE, 0 1 | 1",
        "STOPPED, 6 3 | 9",
        "DELETED, 3 3 | 4",
        "ERROR, 0 2 | 3",
    })
    void aMarketersSegmentIsInEveryState(State state, String expected) {
        // When
        var made = simulator.marketers().make("Spring", QUERY, state);

        // Then
        var definition = client.definitionRow(made.definitionId());
        var segment = client.segmentRow(made.segmentId());
        assertThat(made.segmentId()).isNotEqualTo(made.definitionId());
        assertThat("%d %d | %d"
                        .formatted(
                                definition.path("statuscode").asInt() - 723270000,
                                definition.path("msdynmkt_computationstatus").asInt() - 723270000,
                                segment.path("statuscode").asInt()))
                .isEqualTo(expected);
        assertThat(definition.path("msdynmkt_staticlistmembers").asText()).isEqualTo("[]");
        assertThat(segment.path("msdynmkt_membercount").isNull()).isEqualTo(state != State.LIVE);
        assertThat(client.members(made.segmentId()).statusCode())
                .isEqualTo(state == State.LIVE || state == State.ERROR ? 200 : 400);
    }

    @ParameterizedTest
    @EnumSource
    void theDefinitionIsNamedInAnySpelling(Spelling spelling) {
        // Given
        var made = simulator.marketers().make("Autumn", "lead", "PROFILE(lead)", State.LIVE, spelling);

        // When
        var row = TestClient.json(client.get(
                "msdynmkt_segments(%s)?$select=msdynmkt_sourcesegmentuid,msdynmkt_baseentitylogicalname,msdynmkt_displayname,statuscode,msdynmkt_membercount"
                        .formatted(made.segmentId())));
        var members = client.members(made.segmentId());

        // Then
        var uid = row.path("msdynmkt_sourcesegmentuid").asText();
        assertThat(Json.guid(uid)).contains(made.definitionId());
        assertThat(uid.replaceAll("[^0-9a-fA-F]", "")).hasSize(32);
        assertThat(row.path("msdynmkt_baseentitylogicalname").asText()).isEqualTo("lead");
        assertThat(row.path("msdynmkt_displayname").asText()).isEqualTo("Autumn");
        assertThat(row.path("statuscode").asInt()).isEqualTo(1);
        assertThat(row.path("msdynmkt_membercount").asInt()).isEqualTo(50);
        assertThat(TestClient.memberTexts(members)).hasSize(50);
    }

    @Test
    void theSpellingsDiffer() {
        // When
        var texts =
                Stream.of(Spelling.values()).map(spelling -> spelling.text(ID)).toList();

        // Then
        assertThat(texts).doesNotHaveDuplicates();
    }

    @Test
    void somebodyStopsASegmentOrDeletesIt() {
        // Given
        var made = simulator.marketers().make("Winter", QUERY, State.LIVE);

        // When
        simulator.marketers().stop(made.segmentId());
        var stopped =
                client.definitionRow(made.definitionId()).path("statuscode").asInt();
        var stoppedMembers = client.members(made.segmentId()).statusCode();
        simulator.marketers().delete(made.definitionId());
        var deleted =
                client.get("msdynmkt_segments(%s)".formatted(made.segmentId())).statusCode();

        // Then
        assertThat(stopped).isEqualTo(DefinitionRow.STOPPED);
        assertThat(stoppedMembers).isEqualTo(400);
        assertThat(deleted).isEqualTo(404);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> simulator.marketers().refresh(made.segmentId()));
    }

    @Test
    void aQueryNamesASegmentByItsDesignersId() {
        // Given
        var made = simulator.marketers().make("Kent", "PROFILE(contact).FILTER(address1_county == 'Kent')", State.LIVE);
        var name = "SEGMENT_CJO_ID_" + made.segmentId().toString().replace("-", "");
        client.create(ID, "by id", "PROFILE(contact) INTERSECT SEGMENT(%s)".formatted(name));

        // When
        var published = client.publish(ID);
        clock.move(Duration.ofMinutes(3));

        // Then
        assertThat(published.statusCode()).isEqualTo(204);
        assertThat(simulator.marketers().members(ID))
                .isNotEmpty()
                .containsExactlyInAnyOrderElementsOf(simulator.marketers().members(made.segmentId()));
    }
}
