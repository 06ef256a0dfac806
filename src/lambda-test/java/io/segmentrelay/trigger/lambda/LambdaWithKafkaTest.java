package io.segmentrelay.trigger.lambda;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.vertx.core.json.JsonObject;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.segmentrelay.contract.PublishedContract;
import io.segmentrelay.output.ExpectedLog;
import io.segmentrelay.sandbox.KafkaBroker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The function with a Kafka to write to: results and Kafka's dead letters go there. */
@QuarkusTest
@TestProfile(LambdaWithKafkaTest.OnKafka.class)
@SuppressWarnings("NullAway.Init") // injected
class LambdaWithKafkaTest {

    /** The function with a Kafka. */
    public static class OnKafka implements QuarkusTestProfile {
        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(LambdaWorldWithKafka.class));
        }
    }

    @RegisterExtension
    final ExpectedLog log = new ExpectedLog();

    KafkaBroker broker;

    private final String id = "r-" + UUID.randomUUID();

    private static String invoke(String event) {
        return RestAssured.given()
                .contentType("application/json")
                .body(event)
                .post("/")
                .then()
                .statusCode(200)
                .extract()
                .asString();
    }

    @Test
    void writesResultsAndDeadLettersToTheirTopics() {
        // Given
        var data = new JsonObject().put("displayName", id).put("query", Events.QUERY);
        var good = Events.kafkaRecord(Events.binary(id), data.encode());
        var wrong = Events.kafkaRecord(Events.binary(id + "-2"), "{}");
        var nonsense = Events.kafkaRecord(Map.of("h", "\u00ff"), "no event \u00e9");

        // When
        var failures = Events.failures(invoke(Events.kafka("aws:kafka", good, wrong, nonsense)));

        // Then
        assertThat(failures).isEmpty();
        var records = records("segment-ready", "segment-failed", "segment-dead-letters");
        assertThat(of(records, "segment-ready"))
                .anySatisfy(
                        record -> assertThat(header(record, "ce_correlationid")).isEqualTo(id));
        assertThat(of(records, "segment-failed"))
                .singleElement()
                .satisfies(
                        record -> assertThat(header(record, "ce_correlationid")).isEqualTo(id + "-2"));
        assertThat(of(records, "segment-dead-letters")).singleElement().satisfies(record -> {
            assertThat(record.key()).isEqualTo("key".getBytes(UTF_8));
            assertThat(record.value()).isEqualTo("no event \u00e9".getBytes(UTF_8));
            assertThat(header(record, "h")).isEqualTo("\u00ff");
            assertThat(header(record, "dead-letter-reason")).startsWith("This is no CloudEvent");
            assertThat(header(record, "dead-letter-topic")).isEqualTo("segment-requests");
            assertThat(header(record, "dead-letter-offset")).isEqualTo("2");
        });
    }

    @Test
    void givesAQueuesMessageBackThatNobodyWants() {
        // Given
        log.expectError(LambdaDeliveries.class, "Not delivered: it will be delivered again; origin=sqs message m-0");

        // When
        var failures = Events.failures(invoke(Events.sqs("no event", Events.request(id))));

        // Then
        assertThat(failures).containsExactly("m-0");
    }

    private static List<ConsumerRecord<byte[], byte[]>> of(List<ConsumerRecord<byte[], byte[]>> all, String topic) {
        return all.stream().filter(record -> record.topic().equals(topic)).toList();
    }

    private static String header(ConsumerRecord<?, ?> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), UTF_8);
    }

    private List<ConsumerRecord<byte[], byte[]>> records(String... topics) {
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        try (var consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", broker.bootstrapServers(),
                        "group.id", UUID.randomUUID().toString(),
                        "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topics));
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
                assertThat(records).extracting(ConsumerRecord::topic).contains(topics);
                assertThat(of(records, "segment-ready"))
                        .anySatisfy(record ->
                                assertThat(header(record, "ce_correlationid")).isEqualTo(id));
            });
        }
        assertThat(records).allSatisfy(record -> {
            var headers = new HashMap<String, String>();
            record.headers().forEach(header -> headers.put(header.key(), new String(header.value(), UTF_8)));
            assertThat(PublishedContract.ofKafka(headers, record.value())).isEmpty();
        });
        return records;
    }
}
