package io.segmentrelay.sandbox;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The relay's topics as another service uses them: writes requests, and reads what comes of them. */
public final class RelayTopics implements AutoCloseable {

    /** Where requests are written to. */
    public static final String REQUESTS = "segment-requests";

    /** New topics are seen after it. */
    private static final int METADATA_MILLIS = 1_000;

    private final Map<String, Object> settings;
    private final KafkaProducer<byte[], byte[]> producer;

    /**
     * On this broker.
     *
     * @param bootstrapServers host and port
     */
    public RelayTopics(String bootstrapServers) {
        settings = Map.of("bootstrap.servers", bootstrapServers);
        producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Makes topics of one partition.
     *
     * @throws IllegalStateException if that is refused, above all where one is there already
     */
    public void make(List<String> topics) {
        try (var admin = Admin.create(settings)) {
            admin.createTopics(topics.stream()
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

    /**
     * Writes a CloudEvent in structured mode.
     *
     * @param event as it is: nothing of it is checked
     * @return where it lies
     * @throws IllegalStateException if the broker does not take it
     */
    public RecordMetadata request(byte[] event) {
        var record = new ProducerRecord<byte[], byte[]>(REQUESTS, event);
        record.headers().add("content-type", "application/cloudevents+json".getBytes(UTF_8));
        try {
            return producer.send(record).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the request cannot be written", e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /**
     * Reads these topics from their beginnings, those that are made later too.
     *
     * @param group the consumer's group; nothing is committed
     * @param goesOn asked once a second at least
     * @param reader takes each record
     */
    public void read(
            String group, Pattern topics, BooleanSupplier goesOn, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        var reading = new HashMap<>(settings);
        reading.put("group.id", group);
        reading.put("auto.offset.reset", "earliest");
        reading.put("enable.auto.commit", "false");
        reading.put("isolation.level", "read_committed");
        reading.put("metadata.max.age.ms", METADATA_MILLIS);
        try (var consumer = new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(topics);
            while (goesOn.getAsBoolean()) {
                consumer.poll(Duration.ofSeconds(1)).forEach(reader);
            }
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(1));
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException(e);
    }
}
