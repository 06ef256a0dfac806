package io.segmentrelay.it;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.segmentrelay.output.ExpectedLog;
import io.segmentrelay.sandbox.SandboxOptions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What a topic will never take: pages are cut until they fit, and the rest is seen, kept, and sent when somebody mends it. */
class RefusalIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String MISSING = "segment-failed-that-is-not-there";

    @RegisterExtension
    final ExpectedLog log = new ExpectedLog();

    private World world;
    private BrokerAdmin broker;

    @BeforeEach
    void start() {
        world = new World(SandboxOptions.defaults().withAutoCreateTopics(false), 1);
        broker = new BrokerAdmin(world.sandbox().kafka().bootstrapServers());
    }

    @AfterEach
    void stop() {
        broker.close();
        world.close();
    }

    private static String undeliverable(String receiver, String reason) {
        return "relay_undeliverable{reason=\"%s\",receiver=\"%s\"}".formatted(reason, receiver);
    }

    private static void awaitRefused(RelayProcess relay, String receiver, String reason, String... words) {
        await("the relay to say that it is not taken by " + receiver)
                .atMost(SOON)
                .untilAsserted(() -> assertThat(relay.log()).contains("Not taken by " + receiver));
        assertThat(relay.log()).contains(words);
        assertThat(relay.metric(undeliverable(receiver, reason))).isEqualTo(1);
        assertThat(Pattern.compile("Not taken by ").matcher(relay.log()).results())
                .as("lines that say so, of one minute")
                .hasSize(1);
    }

    private static void awaitMended(RelayProcess relay, String receiver, String reason) {
        relay.awaitReady();
        assertThat(relay.metric(undeliverable(receiver, reason))).isZero();
    }

    @Test
    void pagesThatAreTooLargeForTheTopicAreCutSmaller() {
        // Given
        broker.refuseOver(Topics.READY, 100_000);
        var relay = world.relay(Map.of("KAFKA_COMPRESSION_TYPE", "none"));
        var members = LongStream.range(0, 5_000)
                .mapToObj(i -> new UUID(0x9E37_79B9_7F4A_7C15L * i, i).toString())
                .toList();

        // When
        world.topics()
                .request(
                        "large",
                        "{\"displayName\":\"large\",\"type\":\"static\",\"readyWithin\":\"PT30S\",\"includedMembers\":[%s]}"
                                .formatted(members.stream()
                                        .map("\"%s\""::formatted)
                                        .collect(Collectors.joining(","))));
        world.awaitEnded(List.of("large"), SOON);

        // Then
        var pages = world.topics().byRequest(Topics.READY).getOrDefault("large", List.of());
        assertThat(pages).hasSize(2).allSatisfy(page -> {
            assertThat(Topics.data(page).getInteger("pageCount")).isEqualTo(2);
            assertThat(page.value().length).isLessThan(100_000);
        });
        assertThat(pages.stream().flatMap(page -> Topics.texts(page, "members").stream()))
                .containsExactlyInAnyOrderElementsOf(members);
        assertThat(world.topics().byRequest(Topics.FAILED)).isEmpty();
        assertThat(relay.health("ready")).isEqualTo(200);
        world.assertRepeatsAreEqual();
        world.awaitCommitted(SOON);
    }

    @Test
    void recordsThatFitOneByOneGetThroughTogether() {
        // Given: far less than the client puts in a batch by itself
        broker.refuseOver(Topics.FAILED, 2_500);
        world.relay(Map.of("KAFKA_COMPRESSION_TYPE", "none"));
        var names = IntStream.range(0, 200).mapToObj(i -> "invalid " + i).toList();

        // When
        names.forEach(name -> world.topics().request(name, "{\"displayName\":\"%s\"}".formatted(name)));

        // Then
        world.awaitEnded(names, SOON);
        assertThat(new TreeSet<>(world.topics().byRequest(Topics.FAILED).keySet()))
                .isEqualTo(new TreeSet<>(names));
        world.awaitCommitted(SOON);
    }

    @Test
    void whatCannotBeCutIsSeenAndKept() {
        // Given
        var relay = world.relay(Map.of());
        broker.refuseOver(Topics.FAILED, 100);

        // When
        world.topics().request("invalid", "{\"displayName\":\"invalid\"}");

        // Then
        awaitRefused(relay, Topics.FAILED, "too-large", "max.message.bytes", "type=io.segmentrelay.segment.failed.v1");
        assertThat(relay.health("ready")).as("ready while nothing goes out").isEqualTo(503);
        assertThat(relay.health("live")).isEqualTo(200);
        assertThat(world.topics().lag(Topics.REQUESTS))
                .as("requests that are not acknowledged")
                .isEqualTo(1);

        // When
        broker.takeAll(Topics.FAILED);

        // Then
        world.awaitEnded(List.of("invalid"), SOON);
        awaitMended(relay, Topics.FAILED, "too-large");
        world.awaitCommitted(SOON);
    }

    @Test
    void aTopicThatIsNotThereIsSeenAndWaitedFor() {
        // Given
        var relay = world.relay(Map.of("MP_MESSAGING_OUTGOING_SEGMENT_FAILED_TOPIC", MISSING));

        // When
        world.topics().request("invalid", "{\"displayName\":\"invalid\"}");

        // Then
        awaitRefused(
                relay,
                MISSING,
                "no-such-receiver",
                "there is no such topic, and the broker makes none",
                "mp.messaging.outgoing.segment-failed.topic");
        assertThat(relay.health("ready")).as("ready while nothing goes out").isEqualTo(503);

        // When
        broker.create(MISSING);

        // Then
        world.awaitCommitted(SOON);
        awaitMended(relay, MISSING, "no-such-receiver");
    }

    @Test
    void aDeadLetterWithoutAKeyWaitsForATopicThatTakesIt() {
        // Given
        log.expectError("kafka.server.ReplicaManager", "Error processing append operation on partition");
        var relay = world.relay(Map.of());
        broker.set(Topics.DEAD_LETTERS, TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);

        // When
        world.topics().send(new ProducerRecord<>(Topics.REQUESTS, "poison".getBytes(UTF_8)));

        // Then
        awaitRefused(relay, Topics.DEAD_LETTERS, "invalid", "without a key", "cleanup.policy");
        assertThat(world.topics().lag(Topics.REQUESTS)).isEqualTo(1);

        // When
        broker.set(Topics.DEAD_LETTERS, TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);

        // Then
        await("the dead letter")
                .atMost(SOON)
                .untilAsserted(
                        () -> assertThat(world.topics().of(Topics.DEAD_LETTERS)).hasSize(1));
        awaitMended(relay, Topics.DEAD_LETTERS, "invalid");
        world.awaitCommitted(SOON);
    }
}
