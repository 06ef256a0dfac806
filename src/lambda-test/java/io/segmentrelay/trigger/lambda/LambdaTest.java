package io.segmentrelay.trigger.lambda;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

import jakarta.inject.Inject;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

import io.segmentrelay.dynamics.limits.DynamicsGate;
import io.segmentrelay.output.ExpectedLog;
import io.segmentrelay.relay.Relay;
import io.segmentrelay.sandbox.dynamics.DynamicsSimulator;
import io.segmentrelay.sandbox.dynamics.Effect;
import io.segmentrelay.sandbox.dynamics.Fault;
import io.segmentrelay.sandbox.dynamics.Operation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Invocations by Quarkus' event server, SQS by ElasticMQ, Dynamics by the simulator. */
@QuarkusTest
@TestProfile(OnSqs.class)
@SuppressWarnings("NullAway.Init") // injected
class LambdaTest {

    /** Writes each invocation that fails, at ERROR. */
    private static final String RUNTIME = "io.quarkus.amazon.lambda.runtime.AbstractLambdaPollLoop";

    @RegisterExtension
    final ExpectedLog log = new ExpectedLog();

    SqsServer sqs;

    DynamicsSimulator dynamics;

    @Inject
    SqsConfig config;

    @Inject
    Relay relay;

    @Inject
    DynamicsGate gate;

    private final String id = "r-" + UUID.randomUUID();

    @BeforeEach
    void calm() {
        dynamics.faults().clear();
        dynamics.settings().goLiveAfter(Duration.ZERO).computeAfter(Duration.ZERO);
        for (var queue : queues()) {
            sqs.client().purgeQueue(request -> request.queueUrl(queue));
        }
        InvocationDeadline.take();
    }

    private List<String> queues() {
        return List.of(
                config.pendingUrl().orElseThrow(),
                config.readyUrl().orElseThrow(),
                config.failedUrl().orElseThrow(),
                config.deadLetterUrl().orElseThrow());
    }

    private static Response post(String event) {
        return RestAssured.given().contentType("application/json").body(event).post("/");
    }

    /** Invokes the function as if its time was nearly up: it waits for three seconds less. */
    private static String invokeWithin(Duration time, String event) {
        InvocationDeadline.set(Instant.now().plus(time));
        return invoke(event);
    }

    private static String invoke(String event) {
        return post(event).then().statusCode(200).extract().asString();
    }

    /** All that lies in a queue now, each message in its JSON form; it is taken out of the queue. */
    private List<JsonObject> drain(String queueUrl) {
        var events = new ArrayList<JsonObject>();
        for (var messages = sqs.receive(queueUrl); !messages.isEmpty(); messages = sqs.receive(queueUrl)) {
            messages.stream().map(Message::body).map(JsonObject::new).forEach(events::add);
            messages.forEach(message -> sqs.delete(queueUrl, message));
        }
        return events;
    }

    private List<JsonObject> ready() {
        return drain(config.readyUrl().orElseThrow());
    }

    /** Continuations, which cannot be received while they are delayed. */
    private int delayed() {
        return Integer.parseInt(sqs.client()
                .getQueueAttributes(
                        request -> request.queueUrl(config.pendingUrl().orElseThrow())
                                .attributeNamesWithStrings("ApproximateNumberOfMessagesDelayed"))
                .attributesAsStrings()
                .get("ApproximateNumberOfMessagesDelayed"));
    }

    private static Set<String> members(List<JsonObject> pages) {
        var members = new TreeSet<String>();
        pages.forEach(page ->
                page.getJsonObject("data").getJsonArray("members").forEach(member -> members.add(member.toString())));
        return members;
    }

    @Test
    void aRecordFromLongAgoIsNotDeadOnArrival() {
        // Given
        var record = Events.kafkaRecord(
                        Events.binary(id),
                        "{\"displayName\":\"x\",\"query\":\"PROFILE(contact).FILTER(ISNOTNULL(address1_county))\"}")
                .put("timestamp", 1_700_000_000_000L);

        // When
        var answer = invoke(Events.kafka("aws:kafka", record));

        // Then
        assertThat(Events.failures(answer)).isEmpty();
        assertThat(ready())
                .isNotEmpty()
                .allSatisfy(page -> assertThat(page.getJsonObject("data").getJsonArray("warnings"))
                        .containsExactly("receipt-time-unknown"));
    }

    @Test
    void aPipeIsToldToRepeatAllOfItsKafkaRecords() {
        // Given
        log.expectError(RUNTIME, "Failed to run lambda");
        var good = Events.kafkaRecord(
                        Events.binary(id),
                        "{\"displayName\":\"x\",\"query\":\"PROFILE(contact).FILTER(ISNOTNULL(address1_county))\"}")
                .put("eventSource", "aws:kafka")
                .put("eventSourceKey", "segment-requests-0")
                .put("offset", 1);
        InvocationDeadline.set(Instant.now().plus(Duration.ofMillis(100)));

        // When
        var tooLate = post(new JsonArray().add(good).encode());
        var inTime = invoke(new JsonArray().add(good).encode());

        // Then
        assertThat(tooLate.statusCode()).isEqualTo(500);
        assertThat(new JsonObject(inTime).containsKey("batchItemFailures")).isFalse();
        assertThat(ready()).isNotEmpty();
    }

    @Test
    void answersAQueuesRequestWithThePagesOfItsMembers() {
        // When
        var answer = invoke(Events.sqs(Events.request(id)));

        // Then
        assertThat(Events.failures(answer)).isEmpty();
        var pages = ready();
        var first = pages.getFirst();
        var memberCount = first.getJsonObject("data").getInteger("memberCount");
        assertThat(memberCount).isPositive();
        assertThat(pages).hasSize(first.getJsonObject("data").getInteger("pageCount"));
        assertThat(members(pages)).hasSize(memberCount);
        assertThat(first.getString("type")).isEqualTo("io.segmentrelay.segment.ready.v1");
        assertThat(first.getString("correlationid")).isEqualTo(id);
        assertThat(first.getString("causationid")).isEqualTo(id);
        assertThat(delayed()).isZero();
        assertThat(relay.underWay()).isZero();
    }

    @Test
    void waitsInTheQueueAndNotInTheFunction() {
        // Given
        dynamics.settings().goLiveAfter(Duration.ofSeconds(12));
        var requests = sqs.queue("requests");
        sqs.client().sendMessage(message -> message.queueUrl(requests).messageBody(Events.request(id)));
        var mapping = new EventSourceMapping(sqs, event -> invokeWithin(Duration.ofSeconds(5), event));
        var pages = new ArrayList<JsonObject>();

        // When
        mapping.serve(
                List.of(requests, config.pendingUrl().orElseThrow()),
                Duration.ofSeconds(90),
                () -> pages.addAll(ready()) || !pages.isEmpty());

        // Then
        assertThat(mapping.invocations()).isBetween(3, 8);
        assertThat(mapping.delays().stream().skip(1))
                .allSatisfy(delay -> assertThat(delay).isGreaterThan(Duration.ofMillis(4500)));
        assertThat(members(pages))
                .hasSize(pages.getFirst().getJsonObject("data").getInteger("memberCount"));
        assertThat(dynamics.definitionsByName()).containsEntry(id, 1);
        assertThat(dynamics.segmentsByName()).containsEntry(id, 1);
    }

    @Test
    void makesOneSegmentOfARequestThatComesAgain() {
        // Given
        var first = Events.failures(invoke(Events.sqs(Events.request(id), Events.request(id))));
        var pages = ready();

        // When
        var again = Events.failures(invoke(Events.sqs(Events.request(id))));

        // Then
        assertThat(first).isEmpty();
        assertThat(again).isEmpty();
        assertThat(dynamics.definitionsByName()).containsEntry(id, 1);
        assertThat(dynamics.segmentsByName()).containsEntry(id, 1);
        assertThat(ready().stream().map(page -> page.getString("id")))
                .containsExactlyInAnyOrderElementsOf(
                        pages.stream().map(page -> page.getString("id")).toList());
    }

    @Test
    void putsWhatIsNoEventAsideByteForByte() {
        // Given
        var nonsense = "no event: \u00e9 \ud83d\ude00 {";
        var foreign = Events.request(id).replace("requested.v1", "other.v1");
        var large = Events.request("large", new JsonObject().put("displayName", "x".repeat(70_000)));
        var attributes = new JsonObject()
                .put("trace", new JsonObject().put("stringValue", "t-1").put("dataType", "String"))
                .put("raw", new JsonObject().put("binaryValue", "AAH/").put("dataType", "Binary"));
        var batch = new JsonObject()
                .put(
                        "Records",
                        new JsonArray()
                                .add(Events.sqsRecord("m-0", nonsense, Instant.now(), attributes))
                                .add(Events.sqsRecord("m-1", foreign, Instant.now(), new JsonObject()))
                                .add(Events.sqsRecord("m-2", Events.request(id), Instant.now(), new JsonObject()))
                                .add(Events.sqsRecord("m-3", large, Instant.now(), new JsonObject())));

        // When
        var failures = Events.failures(invoke(batch.encode()));

        // Then
        assertThat(failures).isEmpty();
        var letters = sqs.receive(config.deadLetterUrl().orElseThrow());
        assertThat(letters).extracting(Message::body).containsExactlyInAnyOrder(nonsense, foreign, large);
        var letter = letters.stream()
                .filter(message -> message.body().equals(nonsense))
                .findFirst()
                .orElseThrow();
        assertThat(attribute(letter, "dead-letter-reason").stringValue()).startsWith("This is no CloudEvent");
        assertThat(attribute(letter, "trace").stringValue()).isEqualTo("t-1");
        assertThat(attribute(letter, "raw").binaryValue().asByteArray()).containsExactly(0, 1, 255);
        assertThat(ready()).isNotEmpty();
    }

    private static MessageAttributeValue attribute(Message message, String name) {
        return requireNonNull(message.messageAttributes().get(name), name);
    }

    @Test
    void tellsTheSenderWhatIsWrongWithARequest() {
        // When
        var failures =
                Events.failures(invoke(Events.sqs(Events.request(id, new JsonObject().put("displayname", "typo")))));

        // Then
        assertThat(failures).isEmpty();
        var failed = drain(config.failedUrl().orElseThrow());
        assertThat(failed).hasSize(1);
        assertThat(failed.getFirst().getJsonObject("data").getString("code")).isEqualTo("invalid-request");
        assertThat(failed.getFirst().getJsonObject("data").getString("message")).contains("displayname");
    }

    @ParameterizedTest
    @ValueSource(strings = {"aws:kafka", "SelfManagedKafka"})
    void takesRecordsOfKafka(String source) {
        // Given
        var data = new JsonObject().put("displayName", id).put("query", Events.QUERY);
        var binary = Events.kafkaRecord(Events.binary(id), data.encode());
        var structured =
                Events.kafkaRecord(Map.of("content-type", "application/cloudevents+json"), Events.request(id + "-2"));
        var empty = Events.kafkaRecord(Map.of("h", "\u00ff"), null);

        // When
        var failures = Events.failures(invoke(Events.kafka(source, binary, structured, empty)));

        // Then
        assertThat(failures).isEmpty();
        assertThat(ready().stream().map(page -> page.getString("correlationid")).distinct())
                .containsExactlyInAnyOrder(id, id + "-2");
        var letters = drain(config.deadLetterUrl().orElseThrow());
        assertThat(letters).containsExactly(empty.copy().put("offset", 2));
    }

    @Test
    void takesWhatIsSentToTheFunctionItself() {
        // When
        var one = post(Events.request(id));
        var batch = post("[%s,%s]".formatted(Events.request(id + "-2"), Events.request(id + "-3")));

        // Then
        assertThat(one.statusCode()).isEqualTo(200);
        assertThat(batch.statusCode()).isEqualTo(200);
        assertThat(ready().stream().map(page -> page.getString("correlationid")).distinct())
                .containsExactlyInAnyOrder(id, id + "-2", id + "-3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"hello\":\"world\"}", "[{}]", "\"text\"", "{\"detail-type\":\"Object Created\"}"})
    void refusesOtherThingsThatAreSentToIt(String event) {
        // Given
        log.expectError(RUNTIME, "Failed to run lambda");

        // When
        var answer = post(event);

        // Then
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.asString()).contains("This is no CloudEvent");
    }

    @Test
    void beginsNothingWithoutTimeToEndIt() {
        // Given
        InvocationDeadline.set(Instant.now().plusMillis(700));

        // When
        var failures = Events.failures(invoke(Events.sqs(Events.request(id), Events.request(id + "-2"))));

        // Then
        assertThat(failures).containsExactly("m-0", "m-1");
        assertThat(dynamics.definitionsByName()).doesNotContainKey(id);
    }

    @Test
    void answersInTimeWhateverDynamicsDoes() {
        // Given
        var hang = Fault.on(Operation.MEMBERS).segment(id).does(new Effect.Hang(false));
        dynamics.faults().add(hang);
        var deadline = Instant.now().plusSeconds(7);
        InvocationDeadline.set(deadline);

        // When
        var failures = Events.failures(invoke(Events.sqs(Events.request(id))));

        // Then
        assertThat(Instant.now()).isBefore(deadline);
        assertThat(failures).isEmpty();
        assertThat(delayed()).isEqualTo(1);
        assertThat(relay.underWay()).isZero();
    }

    @Test
    void doesNotWaitForAPauseThatEndsTooLate() {
        // Given
        dynamics.faults()
                .add(Fault.on(Operation.CREATE_DEFINITION).times(1).does(Effect.throttled(Duration.ofSeconds(8))));
        var start = Instant.now();

        // When
        var failures = Events.failures(invokeWithin(Duration.ofSeconds(5), Events.sqs(Events.request(id))));

        // Then
        assertThat(failures).isEmpty();
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(5));
        assertThat(delayed()).isEqualTo(1);
        // The pause must not reach into the next test.
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(gate.closedUntil())
                        .satisfiesAnyOf(
                                until -> assertThat(until).isEmpty(),
                                until -> assertThat(until.orElseThrow()).isBefore(Instant.now())));
    }

    @Test
    void losesNothingWhileSqsIsDown() {
        // Given
        var event = Events.sqs(Events.request(id));
        sqs.stop();
        InvocationDeadline.set(Instant.now().plusSeconds(6));
        var failures = Events.failures(invoke(event));
        sqs.restart();
        for (var name : List.of("pending", "ready", "failed.fifo", "dead-letters")) {
            sqs.queue(name);
        }

        // When
        var again = Events.failures(invoke(event));

        // Then
        assertThat(failures).containsExactly("m-0");
        assertThat(again).isEmpty();
        assertThat(ready()).isNotEmpty();
        assertThat(dynamics.definitionsByName()).containsEntry(id, 1);
    }
}
