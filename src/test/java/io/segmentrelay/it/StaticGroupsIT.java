package io.segmentrelay.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.segmentrelay.event.RequestKey;
import io.segmentrelay.sandbox.SandboxOptions;
import io.segmentrelay.sandbox.dynamics.Effect;
import io.segmentrelay.sandbox.dynamics.Fault;
import io.segmentrelay.sandbox.dynamics.Operation;
import io.segmentrelay.sandbox.dynamics.SimulatorSettings;
import io.segmentrelay.sandbox.dynamics.SimulatorSettings.StaticForm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A server that knows only the static groups of 2025. */
class StaticGroupsIT {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Map<String, String> GROUPS = Map.of("RELAY_DYNAMICS_MEMBERS_STYLE", "groups");
    private static final Duration SOON = Duration.ofSeconds(60);

    private final World world = new World(
            SandboxOptions.defaults().withSimulator(new SimulatorSettings().staticForm(StaticForm.GROUPS)), 1);

    @AfterEach
    void stop() {
        world.close();
    }

    /** Contacts of the simulator, the first ones first. */
    private String contacts(int from, int count) {
        return world.sandbox().dynamics().crm().contacts().rows().stream()
                .skip(from)
                .limit(count)
                .map(row -> '"' + row.id().toString() + '"')
                .collect(Collectors.joining(",", "[", "]"));
    }

    private void submit(String name, String data) {
        world.sandbox().dynamics().alias(key(name), name);
        world.topics().request(name, data);
    }

    private static UUID key(String name) {
        return new RequestKey("/tests", name).uuid();
    }

    private int members(String name) {
        await(name)
                .atMost(SOON)
                .until(() -> world.topics().byRequest(Topics.READY).containsKey(name));
        var pages = world.topics().byRequest(Topics.READY).getOrDefault(name, List.of());
        try {
            return JSON.readTree(pages.getFirst().value()).path("memberCount").asInt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void listsGoInGroupsWithAndWithoutAQuery() {
        // Given
        var unused = world.relay(GROUPS);

        // When
        submit(
                "static",
                "{\"displayName\":\"static\",\"type\":\"static\",\"includedMembers\":%s,\"excludedMembers\":%s}"
                        .formatted(contacts(0, 2_500), contacts(2_400, 200)));
        submit(
                "mixed",
                "{\"displayName\":\"mixed\",\"query\":\"PROFILE(contact)\",\"excludedMembers\":%s}"
                        .formatted(contacts(0, 10)));

        // Then
        assertThat(members("static")).isEqualTo(2_400);
        assertThat(members("mixed"))
                .isEqualTo(world.sandbox().dynamics().crm().contacts().rows().size() - 10);
        assertThat(world.log().count(Operation.ADD_MEMBERS)).isEqualTo(3 + 1 + 1);
    }

    @Test
    void aCrashInTheMiddleOfAListCostsARepeatAndNothingElse() {
        // Given: the third call is done, and never answered
        var third = Fault.on(Operation.ADD_MEMBERS).every(3).times(1).does(new Effect.Hang(true));
        world.faults().add(third);
        var relay = world.relay(GROUPS);
        submit(
                "killed",
                "{\"displayName\":\"killed\",\"type\":\"static\",\"includedMembers\":%s}"
                        .formatted(contacts(0, 4_000)));
        await("in the middle").atMost(SOON).until(() -> world.faults().applied(third) == 1);

        // When
        relay.kill();
        world.faults().clear();
        var unused = world.relay(GROUPS);

        // Then
        assertThat(members("killed")).isEqualTo(4_000);
        assertThat(world.sandbox().dynamics().segmentsByName()).containsEntry("killed", 1);
        assertThat(world.sandbox().dynamics().publishesByName()).containsEntry("killed", 1);
        assertThat(world.log().count(Operation.ADD_MEMBERS)).isEqualTo(3 + 4);
    }
}
