package io.segmentrelay.it;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;

import io.vertx.core.json.JsonObject;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.contract.PublishedContract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

/** The relay's topics as another service sees them: it writes requests, and reads all that comes out. */
final class Topics implements AutoCloseable {

    static final String REQUESTS = "segment-requests";
    static final String PENDING = "segment-pending";
    static final String READY = "segment-ready";
    static final String FAILED = "segment-failed";
    static final String DEAD_LETTERS = "segment-dead-letters";
    static final String FOLLOWED = "segment-followed";
    static final List<String> ALL = List.of(REQUESTS, PENDING, READY, FAILED, DEAD_LETTERS, FOLLOWED);

    private static final String REQUESTED_AT = "2026-11-25T06:00:00Z";

    private final KafkaProducer<String, byte[]> producer;
    private final Admin admin;
    private final Map<String, List<ConsumerRecord<String, byte[]>>> records = new ConcurrentHashMap<>();
    private final Thread reader;
    private final Queue<Exception> notWritten = new ConcurrentLinkedQueue<>();
    private final Set<String> checked = ConcurrentHashMap.newKeySet();
    private final Queue<String> contractBroken = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    /** Makes the topics with the given number of partitions, and reads those that the relay writes. */
    Topics(String bootstrapServers, int partitions) {
        admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
        try {
            admin.createTopics(ALL.stream()
                            .map(topic -> new NewTopic(topic, partitions, (short) 1))
                            .toList())
                    .all()
                    .get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof org.apache.kafka.common.errors.TopicExistsException)) {
                throw new IllegalStateException(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 5),
                new StringSerializer(),
                new ByteArraySerializer());
        ALL.forEach(topic -> records.put(topic, new CopyOnWriteArrayList<>()));
        reader = Thread.ofPlatform().daemon().name("topics-reader").start(() -> read(bootstrapServers));
    }

    /** Writes a request in binary mode. */
    void request(String id, String data) {
        request("io.segmentrelay.segment.requested.v1", id, data);
    }

    /** Writes a request of another kind. */
    void request(String type, String id, String data) {
        var record = new ProducerRecord<>(REQUESTS, id, data.getBytes(UTF_8));
        var headers = new HashMap<>(binaryHeaders(id));
        headers.put("ce_type", type);
        headers.forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
        send(record);
    }

    /** With a time, as producers send it: it is what a request that is sent again is dated by. */
    static Map<String, String> binaryHeaders(String id) {
        return Map.of(
                "ce_specversion", "1.0",
                "ce_id", id,
                "ce_source", "/tests",
                "ce_time", REQUESTED_AT,
                "ce_type", "io.segmentrelay.segment.requested.v1",
                "content-type", "application/json");
    }

    /** Writes any record. */
    void send(ProducerRecord<String, byte[]> record) {
        var unused = producer.send(record, (written, failure) -> {
            if (failure != null) {
                notWritten.add(failure);
            }
        });
    }

    /** The same, and says where the broker has put it. */
    RecordMetadata place(ProducerRecord<String, byte[]> record) {
        try {
            return producer.send(record).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Returns when the broker has all that was written; fails where it does not want some of it. */
    void flush() {
        producer.flush();
        assertThat(notWritten).as("records that the broker did not take").isEmpty();
    }

    /** All that has come out of a topic so far; fails where an event of the relay is not as it is published to be. */
    List<ConsumerRecord<String, byte[]>> of(String topic) {
        assertThat(contractBroken).as("events that are not as published").isEmpty();
        return List.copyOf(records.getOrDefault(topic, List.of()));
    }

    /** What has come out of a topic so far, by the request's id; repeats (of the same event id) once. */
    Map<String, List<ConsumerRecord<String, byte[]>>> byRequest(String topic) {
        var distinct = new HashMap<String, ConsumerRecord<String, byte[]>>();
        of(topic).forEach(record -> distinct.putIfAbsent(header(record, "ce_id").orElse(""), record));
        return distinct.values().stream()
                .collect(groupingBy(record -> header(record, "ce_correlationid").orElse("")));
    }

    static Optional<String> header(ConsumerRecord<?, ?> record, String name) {
        return Optional.ofNullable(record.headers().lastHeader(name)).map(header -> new String(header.value(), UTF_8));
    }

    static JsonObject data(ConsumerRecord<String, byte[]> record) {
        return new JsonObject(new String(record.value(), UTF_8));
    }

    /** A list of texts in a record's data. */
    static List<String> texts(ConsumerRecord<String, byte[]> record, String name) {
        return data(record).getJsonArray(name).stream().map(Object::toString).toList();
    }

    /** How many consumers of the relay's group have partitions of a topic. */
    long readers(String topic) {
        return BrokerAdmin.get(
                        admin.describeConsumerGroups(List.of("segment-relay")).all())
                .values()
                .stream()
                .flatMap(group -> group.members().stream())
                .filter(member -> member.assignment().topicPartitions().stream()
                        .anyMatch(partition -> partition.topic().equals(topic)))
                .count();
    }

    /** Records that the relay's group has not yet committed, over its two topics. */
    long lag() {
        return lag(REQUESTS) + lag(PENDING);
    }

    /** Records of one of them. */
    long lag(String topic) {
        return lag("segment-relay", topic);
    }

    /** What is committed with the position of a topic's first partition. */
    String metadata(String topic) {
        var committed = committed("segment-relay").get(new TopicPartition(topic, 0));
        return committed == null ? "" : committed.metadata();
    }

    /** Records that a group has not yet committed. */
    long lag(String group, String topic) {
        var committed = committed(group);
        var ends = new HashMap<TopicPartition, OffsetSpec>();
        BrokerAdmin.get(admin.describeTopics(List.of(topic)).allTopicNames()).values().stream()
                .flatMap(description -> description.partitions().stream())
                .forEach(p -> ends.put(new TopicPartition(topic, p.partition()), OffsetSpec.latest()));
        return BrokerAdmin.get(admin.listOffsets(ends).all()).entrySet().stream()
                .mapToLong(end -> {
                    var offset = committed.get(end.getKey());
                    return end.getValue().offset() - (offset == null ? 0 : offset.offset());
                })
                .sum();
    }

    private Map<TopicPartition, OffsetAndMetadata> committed(String group) {
        return BrokerAdmin.get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    }

    private void read(String bootstrapServers) {
        try (var consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "group.id",
                        "tests-" + UUID.randomUUID(),
                        "auto.offset.reset",
                        "earliest",
                        "metadata.max.age.ms",
                        2000,
                        "enable.auto.commit",
                        "false"),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(PENDING, READY, FAILED, DEAD_LETTERS, FOLLOWED));
            while (!closed) {
                var batch = new HashMap<String, List<ConsumerRecord<String, byte[]>>>();
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    check(record);
                    batch.computeIfAbsent(record.topic(), t -> new ArrayList<>())
                            .add(record);
                }
                batch.forEach((topic, some) -> records.computeIfAbsent(topic, t -> new CopyOnWriteArrayList<>())
                        .addAll(some));
            }
        }
    }

    /** Repeats are checked once: by their ids they are the same. */
    private void check(ConsumerRecord<String, byte[]> record) {
        var headers = new HashMap<String, String>();
        record.headers().forEach(header -> headers.put(header.key(), text(header.value())));
        if (record.topic().equals(DEAD_LETTERS)) {
            contractBroken.addAll(PublishedContract.ofDeadLetter(headers));
        } else if (checked.add(record.topic() + headers.get("ce_id"))) {
            contractBroken.addAll(PublishedContract.ofKafka(headers, record.value()));
        }
    }

    private static String text(byte @Nullable [] value) {
        return value == null ? "" : new String(value, UTF_8);
    }

    @Override
    public void close() {
        closed = true;
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close(Duration.ofSeconds(1));
        admin.close(Duration.ofSeconds(1));
        assertThat(contractBroken).as("events that are not as published").isEmpty();
    }
}
