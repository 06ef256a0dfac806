package io.segmentrelay.it;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import io.segmentrelay.event.EventTypes;
import io.segmentrelay.event.RequestKey;
import io.segmentrelay.sandbox.SandboxOptions;
import io.segmentrelay.sandbox.dynamics.SimulatorSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The topic of follows: it may be missing, and it may be compacted. */
class FollowTopicIT {

    private static final Duration SOON = Duration.ofSeconds(40);
    private static final String FOLLOW = ",\"follow\":{\"until\":\"PT1H\"}";

    private static SandboxOptions options() {
        return SandboxOptions.defaults()
                .withAutoCreateTopics(false)
                .withSimulator(new SimulatorSettings()
                        .refreshEvery(Duration.ZERO)
                        .goLiveAfter(Duration.ofMillis(100))
                        .computeAfter(Duration.ofMillis(100))
                        .recomputeAfter(Duration.ofMillis(100)));
    }

    private static UUID segmentOf(String id) {
        return new RequestKey("/tests", id).uuid();
    }

    private static void awaitCurrent(World world, String id) {
        await("%s: what the server has".formatted(id))
                .atMost(SOON)
                .untilAsserted(() -> assertThat(world.membership(id).members())
                        .isNotEmpty()
                        .isEqualTo(world.members(segmentOf(id))));
    }

    @Test
    void whoFollowsNothingNeedsNoTopicForIt() {
        // Given
        try (var world = new World(options(), 1);
                var broker = new BrokerAdmin(world.sandbox().kafka().bootstrapServers())) {
            broker.delete(Topics.FOLLOWED);
            var relay = world.relay(LifeIT.settings());

            // When
            world.topics().request("not followed", World.request("not followed"));
            world.awaitEnded(List.of("not followed"), SOON);

            // Then
            assertThat(world.topics().byRequest(Topics.READY)).containsKey("not followed");
            assertThat(relay.log()).doesNotContain(" ERROR ").contains("The topic segment-followed cannot be read");

            // When: somebody wants to follow after all
            world.topics().request("followed", World.request("followed", FOLLOW));
            await("a line that says what to do")
                    .atMost(SOON)
                    .until(() -> relay.log()
                            .contains("Not taken by segment-followed, nor will it be until a setting changes"));

            // Then
            assertThat(relay.health("ready")).isEqualTo(200);
            assertThat(relay.health("live")).isEqualTo(200);

            // When
            broker.create(Topics.FOLLOWED);

            // Then
            awaitCurrent(world, "followed");
        }
    }

    @Test
    void aCompactedTopicHoldsWhatLives() {
        // Given
        try (var world = new World(options(), 1);
                var broker = new BrokerAdmin(world.sandbox().kafka().bootstrapServers())) {
            Map.of(
                            "cleanup.policy", "compact",
                            "segment.ms", "500",
                            "min.cleanable.dirty.ratio", "0.01",
                            "delete.retention.ms", "100")
                    .forEach((name, value) -> broker.set(Topics.FOLLOWED, name, value));
            var relay = world.relay(LifeIT.settings());
            List.of("lives", "has ended").forEach(id -> world.topics().request(id, World.request(id, FOLLOW)));
            world.awaitEnded(List.of("lives", "has ended"), SOON);
            world.topics()
                    .request(
                            EventTypes.FOLLOW_ENDED_REQUESTED,
                            "unfollow",
                            "{\"segmentId\":\"%s\"}".formatted(segmentOf("has ended")));
            await("the end of one")
                    .atMost(SOON)
                    .until(() -> world.topics().of(Topics.READY).stream()
                            .anyMatch(record -> Topics.header(record, "ce_type")
                                    .filter(EventTypes.ENDED::equals)
                                    .isPresent()));

            // When
            await("a compacted topic")
                    .atMost(SOON)
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> {
                        var before = world.membership("lives").revision();
                        world.sandbox().dynamics().marketers().refresh(segmentOf("lives"));
                        await("the next revision")
                                .atMost(SOON)
                                .until(() -> world.membership("lives").revision() > before);
                        return !broker.keys(Topics.FOLLOWED)
                                .contains(segmentOf("has ended").toString());
                    });
            relay.kill();
            world.sandbox().dynamics().marketers().refresh(segmentOf("lives"));
            var next = world.relay(LifeIT.settings());

            // Then
            awaitCurrent(world, "lives");
            assertThat(next.metric("relay_followed")).isEqualTo(1);
        }
    }
}
