package io.segmentrelay.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.vertx.core.json.JsonObject;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.segmentrelay.sandbox.dynamics.Effect;
import io.segmentrelay.sandbox.dynamics.Fault;
import io.segmentrelay.sandbox.dynamics.Operation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The whole way over Kafka: the packaged application, a real broker, the simulator. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MainJobIT {

    private static final Duration SOON = Duration.ofSeconds(30);

    private World world;
    private RelayProcess relay;

    @BeforeAll
    void start() {
        world = new World(3);
        relay = world.relay(Map.of("RELAY_PAGE_SIZE", "100", "RELAY_WINDOW", "5s", "RELAY_MAX_EVENT_SIZE", "500K"));
    }

    @AfterAll
    void stop() {
        world.close();
    }

    private List<ConsumerRecord<String, byte[]>> ready(String id) {
        world.awaitEnded(List.of(id), SOON);
        return world.topics().byRequest(Topics.READY).getOrDefault(id, List.of());
    }

    private JsonObject failed(String id) {
        world.awaitEnded(List.of(id), SOON);
        var records = world.topics().byRequest(Topics.FAILED).getOrDefault(id, List.of());
        assertThat(records).as("failed events of %s", id).hasSize(1);
        return Topics.data(records.getFirst());
    }

    @Test
    void aRequestBecomesPagesOfMembers() {
        // When
        world.topics().request("pages", World.request("County known"));
        var pages = ready("pages");

        // Then
        var members = new ArrayList<Object>();
        pages.stream()
                .sorted((a, b) -> Topics.header(a, "ce_sequence")
                        .orElseThrow()
                        .compareTo(Topics.header(b, "ce_sequence").orElseThrow()))
                .forEach(page -> members.addAll(Topics.texts(page, "members")));
        var first = Topics.data(pages.getFirst());
        assertThat(members)
                .hasSize(first.getInteger("memberCount"))
                .hasSizeGreaterThan(100)
                .doesNotHaveDuplicates();
        assertThat(members.stream().map(Object::toString).toList()).isSorted();
        assertThat(pages).hasSize(first.getInteger("pageCount")).allSatisfy(page -> {
            var data = Topics.data(page);
            assertThat(data.getString("snapshotId")).isEqualTo(first.getString("snapshotId"));
            assertThat(data.getString("requestSource")).isEqualTo("/tests");
            assertThat(data.getString("primaryKeyColumn")).isEqualTo("contactid");
            assertThat(page.key()).isEqualTo(data.getString("segmentId"));
            assertThat(Topics.header(page, "ce_subject")).contains(data.getString("segmentId"));
            assertThat(Topics.header(page, "ce_source")).contains("/segment-relay");
            assertThat(Topics.header(page, "ce_causationid")).contains("pages");
            assertThat(Topics.header(page, "content-type")).contains("application/json");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"application/cloudevents+json; charset=UTF-8", "\"application/cloudevents+json;charset=UTF-8\""})
    void aRequestInStructuredModeWorksToo(String contentType) {
        // Given
        var id = "structured as " + contentType;
        var event = new JsonObject()
                .put("specversion", "1.0")
                .put("id", id)
                .put("source", "/tests")
                .put("type", "io.segmentrelay.segment.requested.v1")
                .put("data", new JsonObject(World.request("Structured")));
        var record =
                new ProducerRecord<>(Topics.REQUESTS, "any key", event.encode().getBytes(UTF_8));
        record.headers().add("content-type", contentType.getBytes(UTF_8));

        // When
        world.topics().send(record);

        // Then
        assertThat(ready(id)).isNotEmpty();
    }

    @Test
    void theSamplesWork() throws IOException {
        // Given: those that are about another one come after it
        var order =
                List.of("segment-requested", "members-requested", "follow-ended-requested", "segment-retire-requested");
        List<Path> samples;
        try (var files = Files.list(Path.of("src", "main", "resources", "samples"))) {
            samples = files.sorted(Comparator.comparing(file -> IntStream.range(0, order.size())
                            .filter(i -> file.getFileName().toString().startsWith(order.get(i)))
                            .findFirst()
                            .orElseThrow()))
                    .toList();
        }
        assertThat(samples).hasSizeGreaterThanOrEqualTo(order.size());

        // When / Then
        for (var sample : samples) {
            var event = Files.readAllBytes(sample);
            var record = new ProducerRecord<>(Topics.REQUESTS, "sample", event);
            record.headers().add("content-type", "application/cloudevents+json".getBytes(UTF_8));
            world.topics().send(record);
            awaitAnswer(sample, new JsonObject(new String(event, UTF_8)));
        }
    }

    /** The end of a follow is told to whoever asked for the follow, everything else to whoever asked for it. */
    private void awaitAnswer(Path sample, JsonObject event) {
        var answer =
                switch (event.getString("type")) {
                    case LifeIT.UNFOLLOW -> LifeIT.ENDED;
                    case LifeIT.RETIRE_REQUESTED -> LifeIT.RETIRED;
                    default -> "io.segmentrelay.segment.ready.v1";
                };
        var id = answer.equals(LifeIT.ENDED)
                ? event.getJsonObject("data").getJsonObject("request").getString("id")
                : event.getString("id");
        await("%s of %s".formatted(answer, sample))
                .atMost(SOON)
                .untilAsserted(() -> assertThat(
                                world.topics().byRequest(Topics.READY).getOrDefault(id, List.of()))
                        .anySatisfy(record ->
                                assertThat(Topics.header(record, "ce_type")).hasValue(answer)));
    }

    @Test
    void aStaticSegmentHasItsListForMembers() {
        // Given
        var one = UUID.randomUUID();
        var other = UUID.randomUUID();

        // When
        world.topics()
                .request(
                        "static",
                        "{\"displayName\":\"Two\",\"type\":\"static\",\"includedMembers\":[\"{%s}\",\"%s\"],\"excludedMembers\":[\"%s\"]}"
                                .formatted(
                                        one.toString().toUpperCase(java.util.Locale.ROOT), other, UUID.randomUUID()));
        var pages = ready("static");

        // Then
        assertThat(Topics.texts(pages.getFirst(), "members"))
                .containsExactlyInAnyOrder(one.toString(), other.toString());
    }

    @Test
    void aSegmentWithoutMembersGivesOneEmptyPage() {
        // When
        world.topics()
                .request(
                        "empty",
                        "{\"displayName\":\"Nobody\",\"query\":\"PROFILE(contact).FILTER(address1_county == 'No such')\"}");
        var pages = ready("empty");

        // Then
        assertThat(pages).hasSize(1);
        assertThat(Topics.data(pages.getFirst()).getJsonArray("members")).isEmpty();
        assertThat(Topics.data(pages.getFirst()).getInteger("pageCount")).isEqualTo(1);
    }

    @Test
    void aRepeatGivesTheSameEventsAndNoSecondSegment() {
        // Given
        world.topics().request("repeat", World.request("Repeated"));
        var before = ready("repeat").size();

        // When
        world.topics().request("repeat", World.request("Repeated"));
        await("the repeat to be answered")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(world.topics().of(Topics.READY).stream()
                                .filter(r -> Topics.header(r, "ce_correlationid")
                                        .filter("repeat"::equals)
                                        .isPresent()))
                        .hasSize(2 * before));

        // Then
        assertThat(ready("repeat")).hasSize(before);
        world.assertOneLifeEach(List.of("Repeated"));
        world.assertNonePublishedInVain(List.of("Repeated"));
        world.assertRepeatsAreEqual();
    }

    @Test
    void everyWrongFieldIsNamedAtOnce() {
        // When
        world.topics()
                .request(
                        "wrong",
                        "{\"displayname\":\"typing mistake\",\"baseEntity\":\"Contact!\",\"includedMembers\":[\"nobody\"],"
                                + "\"readyWithin\":\"2 hours\",\"refresh\":{\"enabled\":\"yes\"}}");
        var failed = failed("wrong");

        // Then
        assertThat(failed.getString("code")).isEqualTo("invalid-request");
        assertThat(failed.getString("step")).isEqualTo("validate");
        assertThat(failed.getString("message"))
                .contains(
                        "displayname",
                        "displayName",
                        "query",
                        "baseEntity",
                        "includedMembers",
                        "readyWithin",
                        "refresh");
        assertThat(failed.containsKey("segmentId")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1_700_000_000, 1_700_000_000_000L})
    void aTimeStampThatCannotBeRightIsSaidAndCostsNothing(long millis) {
        // Given
        var id = "stamped " + millis;
        var record = new ProducerRecord<>(
                Topics.REQUESTS, null, millis, "key", World.request(id).getBytes(UTF_8));
        Topics.binaryHeaders(id).forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));

        // When
        world.topics().send(record);

        // Then
        assertThat(ready(id))
                .isNotEmpty()
                .allSatisfy(page -> assertThat(Topics.texts(page, "warnings")).containsExactly("receipt-time-unknown"));
    }

    static Stream<Arguments> brokenData() {
        return Stream.of(
                Arguments.of("malformed", "{\"displayName\":"),
                Arguments.of("no data", ""),
                Arguments.of("an array", "[]"),
                Arguments.of("twice", "{\"displayName\":\"a\",\"displayName\":\"b\",\"query\":\"PROFILE(contact)\"}"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenData")
    void brokenDataIsAnInvalidRequest(String id, String data) {
        // When
        world.topics().request(id, data);

        // Then
        assertThat(failed(id).getString("code")).isEqualTo("invalid-request");
    }

    @Test
    void whatIsNoEventGoesToTheDeadLettersByteForByte() {
        // Given
        var binary = new byte[] {0, (byte) 0xff, 'x', (byte) 0x80};
        var noEvent = new ProducerRecord<>(Topics.REQUESTS, "a key", binary);
        noEvent.headers().add("own", new byte[] {1, 2, (byte) 0xfe});
        var unknownType = new ProducerRecord<>(Topics.REQUESTS, "b key", "{}".getBytes(UTF_8));
        Topics.binaryHeaders("x")
                .forEach((name, value) -> unknownType
                        .headers()
                        .add(name, (name.equals("ce_type") ? "com.example.other" : value).getBytes(UTF_8)));
        var tombstone = new ProducerRecord<String, byte[]>(Topics.REQUESTS, "c key", null);
        var tooLarge = new ProducerRecord<>(Topics.REQUESTS, "d key", new byte[600 * 1024]);

        // When
        var places = Stream.of(noEvent, unknownType, tombstone, tooLarge)
                .collect(Collectors.toMap(ProducerRecord::key, world.topics()::place));
        world.topics().request("after the poison", World.request("After the poison"));

        // Then
        assertThat(ready("after the poison")).isNotEmpty();
        var letters = await("the dead letters")
                .atMost(SOON)
                .until(() -> world.topics().of(Topics.DEAD_LETTERS), found -> found.size() >= 4);
        assertThat(letters).hasSize(4).allSatisfy(letter -> {
            assertThat(Topics.header(letter, "dead-letter-reason")).isPresent();
            assertThat(Topics.header(letter, "dead-letter-topic")).contains(Topics.REQUESTS);
            var place = Objects.requireNonNull(places.get(letter.key()));
            assertThat(Topics.header(letter, "dead-letter-partition")).contains(Integer.toString(place.partition()));
            assertThat(Topics.header(letter, "dead-letter-offset")).contains(Long.toString(place.offset()));
        });
        assertThat(letter(letters, "a key").value()).isEqualTo(binary);
        assertThat(letter(letters, "a key").headers().lastHeader("own").value())
                .isEqualTo(new byte[] {1, 2, (byte) 0xfe});
        assertThat(letter(letters, "b key").value()).isEqualTo(unknownType.value());
        assertThat(Topics.header(letter(letters, "b key"), "dead-letter-reason").orElse(""))
                .contains("com.example.other");
        assertThat(letter(letters, "c key").value()).isNull();
        assertThat(letter(letters, "d key").value()).isEqualTo(tooLarge.value());
    }

    private static ConsumerRecord<String, byte[]> letter(List<ConsumerRecord<String, byte[]>> letters, String key) {
        return letters.stream()
                .filter(letter -> letter.key().equals(key))
                .findFirst()
                .orElseThrow();
    }

    static Stream<Arguments> fates() {
        return Stream.of(
                Arguments.of(Effect.Fate.STOPPED, "going-live-failed"),
                Arguments.of(Effect.Fate.DELETED, "going-live-failed"),
                Arguments.of(Effect.Fate.GONE, "going-live-failed"),
                Arguments.of(Effect.Fate.COMPUTATION_ERROR, "going-live-failed"),
                Arguments.of(Effect.Fate.NEVER_LIVE, "deadline-exceeded"),
                Arguments.of(Effect.Fate.NEVER_COMPUTED, "deadline-exceeded"));
    }

    @ParameterizedTest
    @MethodSource("fates")
    void aSegmentThatDoesNotGoLiveFails(Effect.Fate fate, String code) {
        // Given
        var name = "fate " + fate;
        world.faults().add(Fault.on(Operation.PUBLISH).segment(name).does(fate));

        // When
        world.topics().request(name, World.request(name, ",\"readyWithin\":\"PT12S\""));
        var failed = failed(name);

        // Then
        assertThat(failed.getString("code")).isEqualTo(code);
        assertThat(failed.getString("step")).isEqualTo("await-live");
        assertThat(failed.getString("segmentId"))
                .isEqualTo(failed.getString("definitionId"))
                .isNotEmpty();
    }

    @Test
    void liveWithWarningsIsSaid() {
        // Given
        world.faults().add(Fault.on(Operation.PUBLISH).segment("warned").does(Effect.Fate.LIVE_WITH_WARNINGS));

        // When
        world.topics().request("warned", World.request("warned"));

        // Then
        assertThat(Topics.texts(ready("warned").getFirst(), "warnings")).containsExactly("live-with-warnings");
    }

    @Test
    void aQueryThatTheServerRefusesIsRejectedWithItsWords() {
        // When
        world.topics()
                .request(
                        "refused",
                        "{\"displayName\":\"Refused\",\"query\":\"PROFILE(contact).FILTER(name == \\\"x\\\")\"}");
        var failed = failed("refused");

        // Then
        assertThat(failed.getString("code")).isEqualTo("rejected-by-dynamics");
        assertThat(failed.getString("step")).isEqualTo("publish");
        assertThat(failed.getJsonObject("dynamics").getInteger("status")).isEqualTo(400);
        assertThat(failed.getJsonObject("dynamics").getString("serviceRequestId"))
                .isNotEmpty();
    }

    @Test
    void unusualNamesAndQueriesPassUnharmed() {
        // Given
        var name = "Ærø \u00e9\u4e2d\ud83d\ude00 \\\"quoted\\\" 'single'";
        var query = "PROFILE(contact)\\n  .FILTER(address1_city == 'Zürich' || \\n lastname == 'O\\u2019Neil')";

        // When
        world.topics().request("unusual", "{\"displayName\":\"%s\",\"query\":\"%s\"}".formatted(name, query));

        // Then
        assertThat(Topics.data(ready("unusual").getFirst()).getString("displayName"))
                .isEqualTo("Ærø \u00e9\u4e2d\ud83d\ude00 \"quoted\" 'single'");
    }

    @Test
    void aLongWaitIsHandedOverAndRaisesNoAlarm() {
        // Given
        world.faults().add(Fault.on(Operation.PUBLISH).segment("long wait").does(Effect.Fate.NEVER_COMPUTED));

        // When
        world.topics().request("long wait", World.request("long wait", ",\"readyWithin\":\"PT17S\""));
        var failed = failed("long wait");

        // Then
        assertThat(failed.getString("code")).isEqualTo("deadline-exceeded");
        assertThat(world.topics().byRequest(Topics.PENDING).get("long wait"))
                .hasSizeBetween(2, 4)
                .allSatisfy(record -> {
                    assertThat(record.key()).isEqualTo(failed.getString("segmentId"));
                    assertThat(Topics.header(record, "ce_type")).contains("io.segmentrelay.segment.pending.v1");
                });
        assertThat(relay.health("live")).isEqualTo(200);
        assertThat(relay.health("ready")).isEqualTo(200);
    }

    @Test
    void noSecretAndNoMemberIsLogged() {
        // Given
        world.topics().request("logged", World.request("Logged"));
        var member =
                Topics.data(ready("logged").getFirst()).getJsonArray("members").getString(0);

        // Then
        assertThat(relay.log())
                .contains("create-definition done")
                .doesNotContain(world.sandbox().env().get("AZURE_CLIENT_SECRET"))
                .doesNotContain(member)
                .doesNotContain("Bearer")
                .doesNotContain("ISNOTNULL(address1_county)");
    }
}
