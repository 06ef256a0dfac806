package io.segmentrelay.sandbox.dynamics;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.segmentrelay.sandbox.dynamics.Effect.Fate;
import io.segmentrelay.sandbox.dynamics.SimulatorSettings.AcceptedId;

import static org.assertj.core.api.Assertions.assertThat;

/** From draft to computed, by the clock. */
class LifecycleTest {

    private static final UUID ID = UUID.fromString("5e600000-0000-4000-8000-000000000001");
    private static final String QUERY = "PROFILE(contact).FILTER(ISNOTNULL(address1_county))";

    private final MovedClock clock = new MovedClock();
    private final DynamicsSimulator simulator = DynamicsSimulator.start(new SimulatorSettings()
            .clock(clock)
            .rows(500, 50, 20)
            .goLiveAfter(Duration.ofMinutes(1))
            .computeAfter(Duration.ofMinutes(2)));
    private final TestClient client = new TestClient(simulator);

    @AfterEach
    void stop() {
        simulator.close();
    }

    private String states() {
        var definition = client.definitionRow(ID);
        var segment = client.segmentRow(ID);
        return "%d %d | %d %s"
                .formatted(
                        definition.path("statuscode").asInt() - 723270000,
                        definition.path("msdynmkt_computationstatus").asInt() - 723270000,
                        segment.path("statuscode").asInt(),
                        segment.path("msdynmkt_membercount").isNull() ? "uncounted" : "counted");
    }

    @ParameterizedTest
    @CsvSource({
        ", 1 3 | 2 uncounted, 2 3 | 5 uncounted, 0 0 | 6 uncounted, 0 1 | 1 counted",
        "NEVER_LIVE, 1 3 | 2 uncounted, 2 3 | 5 uncounted, 2 3 | 5 uncounted, 2 3 | 5 uncounted",
        "NEVER_COMPUTED, 1 3 | 2 uncounted, 2 3 | 5 uncounted, 0 0 | 6 uncounted, 0 0 | 6 uncounted",
        "STOPPED, 1 3 | 2 uncounted, 2 3 | 5 uncounted, 5 3 | 8 uncounted, 6 3 | 9 uncounted",
        "DELETED, 1 3 | 2 uncounted, 2 3 | 5 uncounted, 3 3 | 4 uncounted, 3 3 | 4 uncounted",
        "COMPUTATION_ERROR, 1 3 | 2 uncounted, 2 3 | 5 uncounted, 0 0 | 6 uncounted, 0 2 | 3 uncounted",
        "LIVE_WITH_WARNINGS, 1 3 | 2 uncounted, 2 3 | 5 uncounted, 4 0 | 6 uncounted, 4 1 | 7 counted",
    })
    void goesTheWayOfItsFate(@Nullable Fate fate, String draft, String published, String live, String done) {
        // Given
        client.create(ID, "fate", QUERY);
        if (fate != null) {
            simulator.faults().add(Fault.on(Operation.PUBLISH).segment("fate").does(fate));
        }

        // When
        var first = states();
        client.publish(ID);
        var second = states();
        clock.move(Duration.ofSeconds(61));
        var third = states();
        clock.move(Duration.ofSeconds(120));
        var fourth = states();

        // Then
        assertThat(List.of(first, second, third, fourth)).containsExactly(draft, published, live, done);
    }

    @Test
    void aSegmentThatIsGoneIsNotFound() {
        // Given
        client.create(ID, "gone", QUERY);
        simulator.faults().add(Fault.on(Operation.PUBLISH).does(Fate.GONE));
        client.publish(ID);
        clock.move(Duration.ofMinutes(1));

        // When
        var definition = client.get("msdynmkt_segmentdefinitions(%s)".formatted(ID));
        var segment = client.get("msdynmkt_segments(%s)".formatted(ID));
        var list = client.get("msdynmkt_segmentdefinitions?$select=statuscode");

        // Then
        assertThat(definition.statusCode()).isEqualTo(404);
        assertThat(segment.statusCode()).isEqualTo(404);
        assertThat(TestClient.json(list).path("value")).isEmpty();
    }

    @Test
    void membersAreCompleteOnlyWhenComputed() {
        // Given
        client.create(ID, "members", QUERY);
        var whole = simulator.crm().contacts().rows().stream()
                .filter(row -> row.get("address1_county") != null)
                .map(row -> row.id().toString())
                .toList();

        // When
        client.publish(ID);
        var goingLive = client.members(ID);
        clock.move(Duration.ofMinutes(2));
        var running = client.members(ID);
        clock.move(Duration.ofMinutes(1));
        var finished = client.members(ID);

        // Then
        assertThat(goingLive.statusCode()).isEqualTo(400);
        assertThat(TestClient.memberTexts(running)).hasSize(whole.size() / 2);
        assertThat(TestClient.memberTexts(finished)).containsExactlyInAnyOrderElementsOf(whole);
        assertThat(client.segmentRow(ID).path("msdynmkt_membercount").asInt()).isEqualTo(whole.size());
    }

    @Test
    void settingsCountForSegmentsUnderWay() {
        // Given
        client.create(ID, "sooner", QUERY);
        client.publish(ID);

        // When
        simulator.settings().goLiveAfter(Duration.ZERO).computeAfter(Duration.ZERO);

        // Then
        assertThat(states()).isEqualTo("0 1 | 1 counted");
    }

    @Test
    void aStaticSegmentHasItsListForMembers() {
        // Given
        var members = List.of(UUID.randomUUID(), UUID.randomUUID(), UUID.randomUUID());
        client.post(
                "msdynmkt_segmentdefinitions",
                TestClient.definition(ID, null)
                        .put("msdynmkt_includedmembers", "%s, {%s},%s".formatted(members.toArray()))
                        .put("msdynmkt_excludedmembers", members.get(1).toString()));
        client.post("msdynmkt_segments", TestClient.segment(ID, ID, "static").put("msdynmkt_type", 10));

        // When
        client.publish(ID);
        clock.move(Duration.ofMinutes(3));
        var found = client.members(ID);

        // Then
        assertThat(TestClient.memberTexts(found))
                .containsExactly(members.get(0).toString(), members.get(2).toString());
    }

    @Test
    void includedAndExcludedMembersAreMergedWithTheQuery() {
        // Given
        var stranger = UUID.randomUUID();
        var known = simulator.crm().contacts().rows().stream()
                .filter(row -> row.get("address1_county") != null)
                .map(row -> row.id().toString())
                .toList();
        client.post(
                "msdynmkt_segmentdefinitions",
                TestClient.definition(ID, QUERY)
                        .put("msdynmkt_includedmembers", stranger.toString())
                        .put("msdynmkt_excludedmembers", known.getFirst()));
        client.post("msdynmkt_segments", TestClient.segment(ID, ID, "both"));

        // When
        client.publish(ID);
        clock.move(Duration.ofMinutes(3));
        var found = client.members(ID);

        // Then
        assertThat(TestClient.memberTexts(found))
                .hasSize(known.size())
                .contains(stranger.toString())
                .doesNotContain(known.getFirst());
    }

    @Test
    void anotherSegmentMayBeNamed() {
        // Given
        var other = UUID.fromString("5e600000-0000-4000-8000-000000000002");
        client.create(other, "Leads of Kent", "PROFILE(contact).FILTER(address1_county == 'Kent')");
        client.create(ID, "rest", QUERY + " EXCEPT SEGMENT('Leads of Kent')");

        // When
        var tooEarly = client.publish(ID);
        client.publish(other);
        var published = client.publish(ID);
        clock.move(Duration.ofMinutes(3));
        var found = client.members(ID);

        // Then
        assertThat(tooEarly.statusCode()).isEqualTo(400);
        assertThat(published.statusCode()).isEqualTo(204);
        assertThat(TestClient.memberTexts(found))
                .containsExactlyInAnyOrderElementsOf(simulator.crm().contacts().rows().stream()
                        .filter(row -> row.get("address1_county") != null)
                        .filter(row -> !"Kent".equals(row.get("address1_county")))
                        .map(row -> row.id().toString())
                        .toList());
    }

    @ParameterizedTest
    @CsvSource({
        "BOTH, 204, 204",
        "SEGMENT, 204, 404",
        "DEFINITION, 404, 204",
    })
    void takesTheIdThatItIsSetTo(AcceptedId accepted, int bySegment, int byDefinition) {
        // Given
        var definitions = List.of(UUID.randomUUID(), UUID.randomUUID());
        var segments = List.of(UUID.randomUUID(), UUID.randomUUID());
        for (var i = 0; i < 2; i++) {
            client.post("msdynmkt_segmentdefinitions", TestClient.definition(definitions.get(i), QUERY));
            client.post("msdynmkt_segments", TestClient.segment(segments.get(i), definitions.get(i), "two ids " + i));
        }
        simulator.settings().publishId(accepted);

        // When
        var first = client.publish(segments.get(0));
        var second = client.publish(definitions.get(1));

        // Then
        assertThat(first.statusCode()).isEqualTo(bySegment);
        assertThat(second.statusCode()).isEqualTo(byDefinition);
    }

    @Test
    void aSecondPublishIsRefused() {
        // Given
        client.create(ID, "twice", QUERY);
        client.publish(ID);

        // When
        var second = client.publish(ID);

        // Then
        assertThat(second.statusCode()).isEqualTo(400);
        assertThat(TestClient.json(second).path("error").path("message").asText())
                .contains("not in draft");
    }
}
