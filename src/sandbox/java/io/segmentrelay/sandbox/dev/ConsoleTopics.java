package io.segmentrelay.sandbox.dev;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The relay's topics as another service uses them: writes the sample requests, and prints each answer on the console. */
final class ConsoleTopics {

    private static final Logger LOG = System.getLogger("sandbox");

    private static final String REQUESTS = "segment-requests";
    private static final List<String> ANSWERS = List.of("segment-ready", "segment-failed", "segment-dead-letters");
    /** One that ends with its answer, and one whose changes follow. */
    private static final List<String> SAMPLES =
            List.of("samples/segment-requested.json", "samples/segment-requested-follow.json");

    private final String bootstrapServers;

    /** Makes those topics that are read here, so that nothing that is written to them is seen late. */
    ConsoleTopics(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
        try (var admin = Admin.create(settings())) {
            admin.createTopics(ANSWERS.stream()
                            .map(topic -> new NewTopic(topic, 1, (short) 1))
                            .toList())
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the topics cannot be made", e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Writes the samples as they are in their files: CloudEvents in structured mode. */
    void submitSamples() {
        try (var producer = new KafkaProducer<>(settings(), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (var sample : SAMPLES) {
                var record = new ProducerRecord<byte[], byte[]>(REQUESTS, read(sample));
                record.headers().add("content-type", "application/cloudevents+json".getBytes(UTF_8));
                producer.send(record).get();
                LOG.log(Level.INFO, "Request src/main/resources/{0} written to Kafka topic {1}", sample, REQUESTS);
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("the samples cannot be written", e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static byte[] read(String sample) {
        try (var file =
                Objects.requireNonNull(ConsoleTopics.class.getClassLoader().getResourceAsStream(sample), sample)) {
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Prints each answer, until the process ends. */
    void print() {
        var first = true;
        try (var consumer = new KafkaConsumer<>(reading(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(ANSWERS);
            while (true) {
                for (var record : consumer.poll(Duration.ofSeconds(1))) {
                    System.out.println(PrintedEvent.of(record, first ? SinceStart.text() : ""));
                    first = false;
                }
            }
        }
    }

    private Map<String, Object> settings() {
        return Map.of("bootstrap.servers", bootstrapServers);
    }

    private Map<String, Object> reading() {
        return Map.of(
                "bootstrap.servers", bootstrapServers,
                "group.id", "console",
                "auto.offset.reset", "earliest",
                "enable.auto.commit", "false",
                "isolation.level", "read_committed");
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException(e);
    }
}
