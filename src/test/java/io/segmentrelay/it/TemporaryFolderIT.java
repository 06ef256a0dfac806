package io.segmentrelay.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** The folder for temporary files: missing, somebody else's, or shared by several relays. */
class TemporaryFolderIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path temp;

    @Test
    void oneThatCannotBeMadeEndsNoStart() throws IOException {
        // Given: below a file there is no folder, whoever asks for it
        var folder = Files.createFile(temp.resolve("file")).resolve("none");
        try (var world = new World(1);
                var relay = RelayProcess.start(world.settings(Map.of()), "-Djava.io.tmpdir=" + folder)) {

            // When
            world.submit("without a folder");

            // Then
            world.awaitEnded(List.of("without a folder"), SOON);
            world.assertOneLifeEach(List.of("without a folder"));
            assertThat(relay.log()).contains("The temporary folder " + folder + " cannot be written to");
        }
    }

    @Test
    void relaysThatShareOneReadSnappyWhileOthersStart() throws IOException {
        // Given: one has unpacked its library
        var option = "-Djava.io.tmpdir=" + Files.createDirectories(temp.resolve("shared"));
        try (var world = new World(1);
                var first = RelayProcess.start(world.settings(Map.of()), option)) {
            snappy(world, "before");
            world.awaitEnded(List.of("before"), SOON);

            // When
            try (var second = RelayProcess.start(world.settings(Map.of()), option)) {
                snappy(world, "after");
                world.awaitEnded(List.of("after"), SOON);
                second.terminate();
            }
            snappy(world, "alone again");

            // Then
            world.awaitEnded(List.of("alone again"), SOON);
            assertThat(first.isAlive()).isTrue();
        }
    }

    private static void snappy(World world, String name) {
        var settings = Map.<String, Object>of(
                "bootstrap.servers", world.sandbox().kafka().bootstrapServers(), "compression.type", "snappy");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            var record = new ProducerRecord<>(
                    "segment-requests", name, World.request(name).getBytes(UTF_8));
            Topics.binaryHeaders(name)
                    .forEach((header, value) -> record.headers().add(header, value.getBytes(UTF_8)));
            var unused = producer.send(record);
        }
    }
}
