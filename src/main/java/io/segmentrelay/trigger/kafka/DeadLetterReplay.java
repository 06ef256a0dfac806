package io.segmentrelay.trigger.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.eclipse.microprofile.config.Config;

import io.segmentrelay.config.SettingHelp;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Writes dead letters back to the topic that they came from, as they came, without the headers that were added. Keeps its
 * place in a consumer group of its own, so that each dead letter is replayed once.
 */
public final class DeadLetterReplay {

    /** The argument of the packaged application that runs this instead of the relay. */
    public static final String COMMAND = "replay-dead-letters";

    private static final Set<String> ADDED = Set.of(
            DeadLetters.REASON, DeadLetters.TOPIC, DeadLetters.PARTITION, DeadLetters.OFFSET, DeadLetters.OMITTED);

    private static final String BROKERS = "kafka.bootstrap.servers";

    private static final Duration POLL = Duration.ofSeconds(1);

    /** For a broker that does not answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Config config;

    /**
     * A replay over the given settings.
     *
     * @param config for {@code kafka.*}, and for the topics' names
     */
    public DeadLetterReplay(Config config) {
        this.config = config;
    }

    /**
     * Replays all that lie there now.
     *
     * @return how many were written back, and how many could not be (their value is not in the topic)
     * @throws IllegalStateException with one line that says what is in the way
     */
    public Result run() {
        if (config.getOptionalValue(BROKERS, String.class).isEmpty()) {
            throw new IllegalStateException(SettingHelp.missing(BROKERS));
        }
        var topic = config.getOptionalValue("mp.messaging.outgoing.segment-dead-letters.topic", String.class)
                .orElse("segment-dead-letters");
        var replayed = 0;
        var skipped = 0;
        try (var consumer = consumer();
                var producer = producer()) {
            var partitions = consumer.partitionsFor(topic, PATIENCE).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            var ends = consumer.endOffsets(partitions, PATIENCE);
            // No member of the group, only at its place: the end is known, and nobody has to be waited for.
            consumer.assign(partitions);
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey(), PATIENCE) < end.getValue())) {
                var written = new ArrayList<Future<RecordMetadata>>();
                for (var record : consumer.poll(POLL)) {
                    if (record.offset() >= ends.getOrDefault(new TopicPartition(topic, record.partition()), 0L)) {
                        continue; // came while this ran: the next run's
                    }
                    var again = again(record);
                    if (again.isPresent()) {
                        written.add(producer.send(again.get()));
                    } else {
                        skipped++;
                    }
                }
                awaitAll(written);
                replayed += written.size();
                consumer.commitSync(positions(consumer, ends), PATIENCE);
            }
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "the broker does not answer (check KAFKA_BOOTSTRAP_SERVERS): " + e.getMessage(), e);
        } catch (KafkaException e) {
            // Of a client that cannot be made, only the cause names the setting.
            var cause = e.getCause() == null ? "" : ": " + e.getCause().getMessage();
            throw new IllegalStateException(e.getMessage() + cause, e);
        }
        return new Result(replayed, skipped);
    }

    /**
     * What a replay did.
     *
     * @param replayed records written back
     * @param skipped records whose value or origin is not known
     */
    public record Result(int replayed, int skipped) {}

    private static Optional<ProducerRecord<byte[], byte[]>> again(ConsumerRecord<byte[], byte[]> record) {
        var origin = record.headers().lastHeader(DeadLetters.TOPIC);
        if (origin == null || record.headers().lastHeader(DeadLetters.OMITTED) != null) {
            return Optional.empty();
        }
        var again = new ProducerRecord<>(new String(origin.value(), UTF_8), record.key(), record.value());
        for (var header : record.headers()) {
            if (!ADDED.contains(header.key())) {
                again.headers().add(header);
            }
        }
        return Optional.of(again);
    }

    private static void awaitAll(List<Future<RecordMetadata>> written) {
        for (var sent : written) {
            try {
                sent.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("not written back: " + e.getCause(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }

    /** Where to go on, never behind what was there at the start. */
    private static Map<TopicPartition, OffsetAndMetadata> positions(
            KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        end -> new OffsetAndMetadata(Math.min(end.getValue(), consumer.position(end.getKey())))));
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        var settings = settings(ConsumerConfig.configNames());
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, "segment-relay-dead-letter-replay");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private KafkaProducer<byte[], byte[]> producer() {
        var settings = settings(ProducerConfig.configNames());
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private Map<String, Object> settings(Set<String> names) {
        var settings = new HashMap<String, Object>();
        for (var name : names) {
            config.getOptionalValue("kafka." + name, String.class).ifPresent(value -> settings.put(name, value));
        }
        return settings;
    }
}
