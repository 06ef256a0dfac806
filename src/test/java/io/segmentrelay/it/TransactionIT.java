package io.segmentrelay.it;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Senders that use transactions: what they took back was never sent, and what they have not yet sent is waited for. */
class TransactionIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    private World world;
    private KafkaProducer<String, byte[]> sender;

    @BeforeEach
    void start() {
        world = new World(1);
        sender = new KafkaProducer<>(
                Map.of("bootstrap.servers", world.sandbox().kafka().bootstrapServers(), "transactional.id", "a sender"),
                new StringSerializer(),
                new ByteArraySerializer());
        sender.initTransactions();
    }

    @AfterEach
    void stop() {
        sender.close(Duration.ofSeconds(1));
        world.close();
    }

    private void aborted(String topic, String name) {
        sender.beginTransaction();
        send(topic, name);
        sender.flush();
        sender.abortTransaction();
    }

    private void committed(String topic, String name) {
        sender.beginTransaction();
        send(topic, name);
        sender.commitTransaction();
    }

    private void send(String topic, String name) {
        var record = new ProducerRecord<>(topic, name, World.request(name).getBytes(UTF_8));
        Topics.binaryHeaders(name).forEach((header, value) -> record.headers().add(header, value.getBytes(UTF_8)));
        var unused = sender.send(record);
    }

    @Test
    void whatWasTakenBackWasNeverSent() {
        // Given
        world.relay(Map.of());

        // When
        aborted(Topics.REQUESTS, "first taken back");
        committed(Topics.REQUESTS, "sent");
        aborted(Topics.REQUESTS, "taken back");
        world.awaitEnded(List.of("sent"), SOON);

        // Then: neither markers nor what was taken back is a lag that stays
        world.awaitCommitted(SOON);
        assertThat(world.sandbox().dynamics().segmentsByName()).containsOnlyKeys("sent");
        assertThat(world.sandbox().dynamics().definitionsByName()).containsOnlyKeys("sent");
        world.assertOneLifeEach(List.of("sent"));
        assertThat(world.topics().byRequest(Topics.FAILED)).isEmpty();
        assertThat(world.topics().of(Topics.DEAD_LETTERS)).isEmpty();
    }

    @Test
    void aTopicWithNothingButWhatWasTakenBackDoesNotLag() {
        // Given
        aborted(Topics.REQUESTS, "taken back");
        aborted(Topics.PENDING, "no continuation");

        // When
        world.relay(Map.of());

        // Then
        world.awaitCommitted(SOON);
        assertThat(world.sandbox().dynamics().segmentsByName()).isEmpty();
        assertThat(world.topics().of(Topics.DEAD_LETTERS)).isEmpty();
    }

    @Test
    void aDeadLetterThatWasTakenBackIsNotReplayed() {
        // Given
        world.topics().send(new ProducerRecord<>(Topics.REQUESTS, "poison", "x".getBytes(UTF_8)));
        var relay = world.relay(Map.of());
        await("the dead letter")
                .atMost(SOON)
                .untilAsserted(
                        () -> assertThat(world.topics().of(Topics.DEAD_LETTERS)).hasSize(1));
        relay.close();
        sender.beginTransaction();
        var letter = world.topics().of(Topics.DEAD_LETTERS).getFirst();
        var unused = sender.send(
                new ProducerRecord<>(Topics.DEAD_LETTERS, null, "poison", letter.value(), letter.headers()));
        sender.flush();
        sender.abortTransaction();

        // When
        try (var command = RelayProcess.command(
                Map.of("KAFKA_BOOTSTRAP_SERVERS", world.sandbox().kafka().bootstrapServers()), "replay-dead-letters")) {
            assertThat(command.awaitExit(SOON)).as(command.log()).isZero();

            // Then
            assertThat(command.log()).contains("Replayed 1 dead letters, skipped 0");
        }
    }
}
