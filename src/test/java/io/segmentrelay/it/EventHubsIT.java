package io.segmentrelay.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.segmentrelay.sandbox.SandboxOptions;
import io.segmentrelay.sandbox.dynamics.Effect;
import io.segmentrelay.sandbox.dynamics.Fault;
import io.segmentrelay.sandbox.dynamics.Operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A broker that refuses as Azure Event Hubs does; the way in is {@link KafkaLoginIT}'s matter. */
class EventHubsIT {

    private static final Path SETTINGS = Path.of("k8s", "components", "kafka-event-hubs", "event-hubs.env");
    private static final Duration SOON = Duration.ofSeconds(60);

    private final World world = new World(SandboxOptions.defaults().withAutoCreateTopics(false), 1);
    private final EventHubsFront front = new EventHubsFront(
            Integer.parseInt(world.sandbox().kafka().bootstrapServers().replace("localhost:", "")));

    @AfterEach
    void stop() {
        world.close();
        front.close();
    }

    private Map<String, String> settings(Map<String, String> more) {
        var settings = new HashMap<>(more);
        settings.put("KAFKA_BOOTSTRAP_SERVERS", front.bootstrapServers());
        settings.put("RELAY_POLL_MAX_INTERVAL", "1s");
        return settings;
    }

    /** As the component has them. */
    private static Map<String, String> component() throws IOException {
        var settings = new HashMap<String, String>();
        Files.readAllLines(SETTINGS).stream()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .map(line -> line.split("=", 2))
                .forEach(setting -> settings.put(setting[0], setting[1]));
        return settings;
    }

    @Test
    void withTheComponentsSettingsNothingIsRefused() throws Exception {
        // Given: pages as large as they may be set, and many at once
        world.faults().add(Fault.on(Operation.MEMBERS).segment("large").does(new Effect.ManyMembers(70_000)));
        var more = new HashMap<>(component());
        more.put("RELAY_PAGE_SIZE", "20000");
        var relay = world.relay(settings(more));

        // When
        world.submit("large");
        world.submit("followed", ",\"follow\":{\"until\":\"PT3S\"}");

        // Then
        await("all pages, and the end of the follow").atMost(SOON).untilAsserted(() -> {
            assertThat(world.topics().byRequest(Topics.READY).getOrDefault("large", List.of()))
                    .hasSize(4);
            assertThat(world.topics().byRequest(Topics.READY).getOrDefault("followed", List.of()))
                    .hasSizeGreaterThanOrEqualTo(2);
        });
        assertThat(front.refused()).isEmpty();
        assertThat(relay.log()).doesNotContain("Not taken by", "ERROR");
    }

    @Test
    void withoutThemNothingIsLostAndTheLogSaysWhatToSet() {
        // Given
        var relay = world.relay(settings(Map.of("KAFKA_COMPRESSION_TYPE", "lz4")));

        // When
        world.submit("compressed");

        // Then
        await("it is said").atMost(SOON).until(() -> relay.log().contains("Not taken by " + Topics.READY));
        assertThat(relay.log()).contains("compression.type");
        assertThat(front.refused()).contains(Errors.UNSUPPORTED_COMPRESSION_TYPE);
        assertThat(world.topics().byRequest(Topics.READY)).isEmpty();

        // When: somebody sets it
        relay.kill();
        var unused = world.relay(settings(Map.of("KAFKA_COMPRESSION_TYPE", "none")));

        // Then
        world.awaitEnded(List.of("compressed"), SOON);
        assertThat(world.topics().byRequest(Topics.READY)).containsKey("compressed");
    }
}
