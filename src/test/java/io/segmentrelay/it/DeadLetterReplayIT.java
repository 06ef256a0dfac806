package io.segmentrelay.it;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** {@code java -jar quarkus-run.jar replay-dead-letters}. */
class DeadLetterReplayIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    private World world;

    @BeforeEach
    void start() {
        world = new World(3);
    }

    @AfterEach
    void stop() {
        world.close();
    }

    private String replay(int expectedExit) {
        try (var command = RelayProcess.command(
                Map.of("KAFKA_BOOTSTRAP_SERVERS", world.sandbox().kafka().bootstrapServers()), "replay-dead-letters")) {
            assertThat(command.awaitExit(SOON)).as(command.log()).isEqualTo(expectedExit);
            return command.log();
        }
    }

    private void awaitLetters(int count) {
        await("dead letters")
                .atMost(SOON)
                .untilAsserted(
                        () -> assertThat(world.topics().of(Topics.DEAD_LETTERS)).hasSize(count));
    }

    @Test
    void whatWasMendedGoesItsWayAndNothingIsReplayedTwice() {
        // Given: three that were refused, of which the first was only too large for the setting of then
        var relay = world.relay(Map.of("RELAY_MAX_EVENT_SIZE", "2K"));
        var large = new ProducerRecord<>(
                Topics.REQUESTS,
                "large",
                "{\"displayName\":\"large\",\"query\":\"PROFILE(contact).FILTER(%s)\"}"
                        .formatted("ISNOTNULL(address1_county) && ".repeat(100) + "ISNOTNULL(address1_county)")
                        .getBytes(UTF_8));
        Topics.binaryHeaders("large").forEach((name, value) -> large.headers().add(name, value.getBytes(UTF_8)));
        world.topics().send(large);
        world.topics().send(new ProducerRecord<>(Topics.REQUESTS, "null", null));
        world.topics().send(new ProducerRecord<>(Topics.REQUESTS, "poison", new byte[] {0, (byte) 0xff}));
        awaitLetters(3);
        world.awaitCommitted(SOON);
        relay.close();

        // When
        var first = replay(0);
        var second = replay(0);
        world.relay(Map.of());

        // Then
        assertThat(first).contains("Replayed 3 dead letters, skipped 0");
        assertThat(second).contains("Replayed 0 dead letters, skipped 0");
        world.awaitEnded(List.of("large"), SOON);
        world.assertOneLifeEach(List.of("large"));
        awaitLetters(5);
        assertThat(world.topics().of(Topics.DEAD_LETTERS)).allSatisfy(letter -> {
            assertThat(letter.headers().headers("dead-letter-reason"))
                    .as("reasons, of the last time only")
                    .hasSize(1);
            assertThat(Topics.header(letter, "dead-letter-topic")).contains(Topics.REQUESTS);
        });
        assertThat(world.topics().of(Topics.DEAD_LETTERS))
                .filteredOn(letter -> letter.key().equals("null"))
                .hasSize(2)
                .allSatisfy(letter -> assertThat(letter.value()).isNull());
        assertThat(world.topics().of(Topics.DEAD_LETTERS))
                .filteredOn(letter -> letter.key().equals("poison"))
                .hasSize(2)
                .allSatisfy(letter -> assertThat(letter.value()).isEqualTo(new byte[] {0, (byte) 0xff}));
        world.awaitCommitted(SOON);
    }

    @Test
    void nothingToReplayIsNoFault() {
        assertThat(replay(0)).contains("Replayed 0 dead letters, skipped 0");
    }

    @Test
    void aBrokerThatIsDownEndsItWithOneLine() {
        // Given
        world.sandbox().kafka().stop();

        // When
        var said = replay(1);

        // Then
        assertThat(said).contains("Not replayed: ").doesNotContain("\tat ");
    }

    @Test
    void settingsThatAreMissingOrWrongAreNamedInOneLine() {
        // When / Then
        assertThat(replayWith(Map.of("KAFKA_BOOTSTRAP_SERVERS", "")))
                .contains("Not replayed: kafka.bootstrap.servers (KAFKA_BOOTSTRAP_SERVERS) is missing");
        assertThat(replayWith(Map.of("KAFKA_BOOTSTRAP_SERVERS", "nonsense")))
                .contains("Not replayed: ", "bootstrap.servers: nonsense");
    }

    private static String replayWith(Map<String, String> settings) {
        try (var command = RelayProcess.command(settings, "replay-dead-letters")) {
            assertThat(command.awaitExit(SOON)).as(command.log()).isEqualTo(1);
            assertThat(command.log()).doesNotContain("\tat ");
            return command.log();
        }
    }

    @Test
    void aRecordThatIsNoDeadLetterIsSkipped() {
        // Given
        world.topics().send(new ProducerRecord<>(Topics.DEAD_LETTERS, "by hand", "x".getBytes(UTF_8)));
        awaitLetters(1);

        // When / Then
        assertThat(replay(0)).contains("Replayed 0 dead letters, skipped 1");
    }
}
