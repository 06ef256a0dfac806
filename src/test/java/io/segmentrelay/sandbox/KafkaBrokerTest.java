package io.segmentrelay.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

class KafkaBrokerTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @Test
    void keepsWhatIsWrittenOverARestartOnTheSamePort() throws Exception {
        // Given
        try (var broker = KafkaBroker.start(BrokerOptions.defaults())) {
            var address = broker.bootstrapServers();
            write(broker, "kept", "before");

            // When
            broker.stop();
            broker.restart();

            // Then
            assertThat(broker.bootstrapServers()).isEqualTo(address);
            write(broker, "kept", "after");
            assertThat(read(broker, "kept", 2)).containsExactly("before", "after");
        }
    }

    @Test
    void nobodyIsThereWhileItIsStopped() {
        // Given
        try (var broker = KafkaBroker.start(BrokerOptions.defaults())) {

            // When
            broker.stop();

            // Then
            assertThat(Ports.isFree(port(broker))).isTrue();
        }
    }

    @Test
    void stoppingAndStartingTwiceDoNoHarm() throws Exception {
        // Given
        try (var broker = KafkaBroker.start(BrokerOptions.defaults())) {

            // When
            broker.stop();
            broker.stop();
            broker.restart();
            broker.restart();

            // Then
            write(broker, "topic", "value");
            assertThat(read(broker, "topic", 1)).containsExactly("value");
        }
    }

    @Test
    void makesTopicsOnDemandWithTheGivenPartitions() throws Exception {
        // Given
        try (var broker = KafkaBroker.start(BrokerOptions.defaults().withPartitions(3));
                var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {

            // When
            write(broker, "on-demand", "value");

            // Then
            var topics =
                    admin.describeTopics(Set.of("on-demand")).allTopicNames().get(30, TimeUnit.SECONDS);
            assertThat(topics)
                    .hasEntrySatisfying(
                            "on-demand", topic -> assertThat(topic.partitions()).hasSize(3));
        }
    }

    @Test
    void makesNoTopicsOnDemandWhereThatIsOff() {
        // Given
        try (var broker = KafkaBroker.start(BrokerOptions.defaults().withAutoCreateTopics(false));
                var producer = producer(broker, Map.of("max.block.ms", 1_000))) {

            // When
            var sent = producer.send(new ProducerRecord<>("never-made", "value"));

            // Then
            assertThatThrownBy(sent::get).hasCauseInstanceOf(TimeoutException.class);
        }
    }

    @Test
    void severalRunSideBySide() throws Exception {
        // Given
        try (var one = KafkaBroker.start(BrokerOptions.defaults());
                var two = KafkaBroker.start(BrokerOptions.defaults())) {

            // When
            write(one, "topic", "of one");
            write(two, "topic", "of two");

            // Then
            assertThat(read(one, "topic", 1)).containsExactly("of one");
            assertThat(read(two, "topic", 1)).containsExactly("of two");
        }
    }

    @Test
    void aTakenPortIsSaid() throws IOException {
        // Given
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
            var options = BrokerOptions.defaults().withPort(taken.getLocalPort());

            // Then
            assertThatIllegalStateException()
                    .isThrownBy(() -> KafkaBroker.start(options))
                    .withMessageContaining("port " + taken.getLocalPort());
        }
    }

    @Test
    void leavesNothingBehind() throws IOException {
        // Given
        var before = folders();
        var broker = KafkaBroker.start(BrokerOptions.defaults());
        var own = folders();
        own.removeAll(before);

        // When
        broker.close();

        // Then
        assertThat(own).isNotEmpty();
        await("its folder to be gone")
                .atMost(SOON)
                .untilAsserted(() ->
                        assertThat(own).allSatisfy(folder -> assertThat(folder).doesNotExist()));
        assertThatIllegalStateException().isThrownBy(broker::restart);
    }

    private static int port(KafkaBroker broker) {
        var address = broker.bootstrapServers();
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    private static List<Path> folders() throws IOException {
        try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return new ArrayList<>(
                    files.filter(file -> file.getFileName().toString().startsWith("segment-relay-kafka-"))
                            .toList());
        }
    }

    private static KafkaProducer<String, String> producer(KafkaBroker broker, Map<String, Object> more) {
        var settings = new HashMap<>(more);
        settings.put("bootstrap.servers", broker.bootstrapServers());
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    private static void write(KafkaBroker broker, String topic, String value) throws Exception {
        try (var producer = producer(broker, Map.of("acks", "all"))) {
            producer.send(new ProducerRecord<>(topic, value)).get(30, TimeUnit.SECONDS);
        }
    }

    private static List<String> read(KafkaBroker broker, String topic, int count) {
        var settings = Map.<String, Object>of(
                "bootstrap.servers", broker.bootstrapServers(), "group.id", "readers", "auto.offset.reset", "earliest");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(Set.of(topic));
            var values = new ArrayList<String>();
            await("%d records of %s".formatted(count, topic)).atMost(SOON).untilAsserted(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
                assertThat(values).hasSizeGreaterThanOrEqualTo(count);
            });
            return values;
        }
    }
}
