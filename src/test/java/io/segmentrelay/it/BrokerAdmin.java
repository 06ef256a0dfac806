package io.segmentrelay.it;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What an operator of the broker sees and sets: who reads what in the relay's group, and how large records may be. */
final class BrokerAdmin implements AutoCloseable {

    private static final String GROUP = "segment-relay";
    private static final Duration SOON = Duration.ofSeconds(60);

    /** A relay reads three topics, each with a consumer of its own. */
    private static final int CONSUMERS_OF_A_RELAY = 3;

    private final String bootstrapServers;
    private final Admin admin;

    BrokerAdmin(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
        admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    }

    /** Waits until so many relays share all partitions, and those that died are forgotten; the ids of their consumers. */
    Set<String> awaitRelays(int count) {
        await("a settled group of %d".formatted(count)).atMost(SOON).untilAsserted(() -> {
            var members = settled();
            assertThat(members).hasSize(CONSUMERS_OF_A_RELAY * count);
            assertThat(members)
                    .allSatisfy(member ->
                            assertThat(member.assignment().topicPartitions()).isNotEmpty());
        });
        return settled().stream().map(MemberDescription::consumerId).collect(toSet());
    }

    /** A partition of the requests that one of these consumers reads. */
    int requestsOf(Set<String> consumers) {
        return settled().stream()
                .filter(member -> consumers.contains(member.consumerId()))
                .flatMap(member -> member.assignment().topicPartitions().stream())
                .filter(partition -> partition.topic().equals(Topics.REQUESTS))
                .findFirst()
                .orElseThrow()
                .partition();
    }

    /** Makes the broker refuse larger records in a topic, for good: the client does not try again by itself. */
    void refuseOver(String topic, int bytes) {
        alter(topic, new AlterConfigOp(maxBytes(Integer.toString(bytes)), AlterConfigOp.OpType.SET));
        awaitSetting(topic, TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(bytes));
    }

    /** Takes records of the usual size again. */
    void takeAll(String topic) {
        alter(topic, new AlterConfigOp(maxBytes(""), AlterConfigOp.OpType.DELETE));
    }

    /** Gives a topic a setting of its own. */
    void set(String topic, String name, String value) {
        alter(topic, new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET));
        awaitSetting(topic, name, value);
    }

    /** Makes a topic of one partition. */
    void create(String topic) {
        get(admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all());
    }

    /** Takes a topic away; done when nobody sees it any more. */
    void delete(String topic) {
        get(admin.deleteTopics(List.of(topic)).all());
        await("no topic " + topic)
                .atMost(SOON)
                .until(() -> !get(admin.listTopics().names()).contains(topic));
    }

    /** The keys of all records that a topic still holds. */
    Set<String> keys(String topic) {
        try (var consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            var keys = new HashSet<String>();
            while (consumer.endOffsets(partitions).entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> keys.add(record.key()));
            }
            return keys;
        }
    }

    private Collection<MemberDescription> settled() {
        var group = get(requireNonNull(
                admin.describeConsumerGroups(List.of(GROUP)).describedGroups().get(GROUP)));
        return group.groupState() == GroupState.STABLE ? group.members() : List.of();
    }

    private void awaitSetting(String topic, String name, String value) {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        await("%s of %s".formatted(name, topic))
                .atMost(SOON)
                .until(() -> get(requireNonNull(admin.describeConfigs(List.of(resource))
                                .values()
                                .get(resource)))
                        .get(name)
                        .value()
                        .equals(value));
    }

    private void alter(String topic, AlterConfigOp change) {
        get(admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(change)))
                .all());
    }

    private static ConfigEntry maxBytes(String value) {
        return new ConfigEntry(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, value);
    }

    /** What the broker answers; an error ends the test. */
    static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}
