package io.segmentrelay.sandbox.dynamics;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.segmentrelay.sandbox.dynamics.Effect.MembersForm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Everything that can be made to go wrong. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsTest {

    private static final String QUERY = "PROFILE(contact).FILTER(ISNOTNULL(address1_county))";
    private static final Duration SOON = Duration.ofSeconds(20);

    private final DynamicsSimulator simulator = DynamicsSimulator.start(
            new SimulatorSettings().rows(300, 50, 20).goLiveAfter(Duration.ZERO).computeAfter(Duration.ZERO));
    private final TestClient client = new TestClient(simulator);

    @AfterEach
    void clear() {
        simulator.faults().clear();
    }

    @AfterAll
    void stop() {
        simulator.close();
    }

    /** A segment that is live. */
    private UUID live(String name) {
        var id = UUID.randomUUID();
        client.create(id, name, QUERY);
        client.publish(id);
        return id;
    }

    private List<String> expected() {
        return simulator.crm().contacts().rows().stream()
                .filter(row -> row.get("address1_county") != null)
                .map(row -> row.id().toString())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCallHangsUntilTheFaultIsCleared(boolean performed) {
        // Given
        var id = UUID.randomUUID();
        var name = "hangs " + performed;
        client.create(id, name, QUERY);
        var fault = Fault.on(Operation.PUBLISH).segment(name).does(new Effect.Hang(performed));
        simulator.faults().add(fault);

        // When
        var answer = client.postLater("msdynmkt_PublishSegmentDefinition", TestClient.segmentId(id));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(simulator.log().entries(Operation.PUBLISH))
                        .anySatisfy(entry -> {
                            assertThat(entry.subjects()).contains(name);
                            assertThat(entry.faults()).containsExactly(fault);
                            assertThat(entry.end()).isEmpty();
                        }));
        var status = client.definitionRow(id).path("statuscode").asInt();
        var answeredBefore = answer.isDone();
        simulator.faults().clear();

        // Then
        assertThat(answer)
                .succeedsWithin(SOON)
                .satisfies(response -> assertThat(response.statusCode()).isEqualTo(204));
        assertThat(answeredBefore).isFalse();
        assertThat(status).isEqualTo(performed ? DefinitionRow.LIVE : DefinitionRow.DRAFT);
        assertThat(client.definitionRow(id).path("statuscode").asInt()).isEqualTo(DefinitionRow.LIVE);
    }

    @Test
    void aCreateOfADefinitionIsKnownByItsAliasOrItsId() {
        // Given
        var byName = UUID.randomUUID();
        var byId = UUID.randomUUID();
        simulator.alias(byName, "known beforehand");
        simulator
                .faults()
                .add(Fault.on(Operation.CREATE_DEFINITION)
                        .segment("known beforehand")
                        .does(Effect.status(503)));
        simulator
                .faults()
                .add(Fault.on(Operation.CREATE_DEFINITION).segment(byId).does(Effect.status(500)));

        // When
        var first = client.post("msdynmkt_segmentdefinitions", TestClient.definition(byName, QUERY));
        var second = client.post("msdynmkt_segmentdefinitions", TestClient.definition(byId, QUERY));
        var other = client.post("msdynmkt_segmentdefinitions", TestClient.definition(UUID.randomUUID(), QUERY));

        // Then
        assertThat(first.statusCode()).isEqualTo(503);
        assertThat(second.statusCode()).isEqualTo(500);
        assertThat(other.statusCode()).isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 408, 412, 429, 500, 502, 503, 504})
    void anyStatusMayBeAnswered(int status) {
        // Given
        var before = live("status " + status);
        simulator.faults().add(Fault.onAll().times(1).does(Effect.status(status).header("X-Extra", "yes")));

        // When
        var first = client.members(before);
        var second = client.members(before);

        // Then
        assertThat(first.statusCode()).isEqualTo(status);
        assertThat(first.headers().firstValue("X-Extra")).contains("yes");
        assertThat(TestClient.json(first).path("error").path("code").asText()).startsWith("0x");
        assertThat(second.statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anErrorMayHideThatTheCallWasPerformed(boolean performed) {
        // Given
        var id = UUID.randomUUID();
        var lost = performed ? Effect.status(504).butPerformed() : Effect.status(504);
        simulator.faults().add(Fault.on(Operation.CREATE_DEFINITION).times(1).does(lost));

        // When
        var first = client.post("msdynmkt_segmentdefinitions", TestClient.definition(id, QUERY));
        var second = client.post("msdynmkt_segmentdefinitions", TestClient.definition(id, QUERY));

        // Then
        assertThat(first.statusCode()).isEqualTo(504);
        assertThat(second.statusCode()).isEqualTo(performed ? 412 : 204);
    }

    @Test
    void retryAfterIsInSecondsOrADate() {
        // Given
        var date = Instant.now().plusSeconds(90).truncatedTo(ChronoUnit.SECONDS);
        var id = live("retry after");
        simulator.faults().add(Fault.onAll().times(1).does(Effect.throttled(Duration.ofMillis(1_500))));
        simulator.faults().add(Fault.onAll().times(1).does(Effect.throttledUntil(date)));

        // When
        var seconds = client.members(id);
        var until = client.members(id);

        // Then
        assertThat(seconds.headers().firstValue("Retry-After")).contains("1.5");
        assertThat(until.headers().firstValue("Retry-After")).get().asString().endsWith(" GMT");
        var entries = simulator.log().entries(Operation.MEMBERS);
        assertThat(entries.get(entries.size() - 2).retryAfter()).contains(Duration.ofMillis(1_500));
        assertThat(entries.getLast().retryAfter().orElseThrow())
                .isBetween(Duration.ofMinutes(1), Duration.ofSeconds(90));
    }

    @Test
    void aPageOfAProxyWithStatus200() {
        // Given
        var id = live("proxy");
        simulator.faults().add(Fault.on(Operation.MEMBERS).does(Effect.html()));

        // When
        var answer = client.members(id);

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
        assertThat(answer.body()).startsWith("<!DOCTYPE html>");
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of(new Effect.Reset(true), true),
                Arguments.of(new Effect.Reset(false), false),
                Arguments.of(new Effect.ResetInBody(), true),
                Arguments.of(new Effect.Truncated(), true));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void aConnectionMayBreak(Effect effect, boolean performed) {
        // Given
        var id = UUID.randomUUID();
        client.create(id, "breaks " + effect, QUERY);
        var fault = Fault.on(Operation.PUBLISH).segment("breaks " + effect).does(effect);
        simulator.faults().add(fault);

        // When
        assertThatThrownBy(() -> client.publish(id))
                .isInstanceOf(UncheckedIOException.class)
                .hasCauseInstanceOf(IOException.class);
        var applied = simulator.faults().applied(fault);
        simulator.faults().clear();

        // Then
        assertThat(applied).isPositive();
        assertThat(client.definitionRow(id).path("statuscode").asInt())
                .isEqualTo(performed ? DefinitionRow.LIVE : DefinitionRow.DRAFT);
    }

    static Stream<Effect> brokenBodies() {
        return Stream.of(new Effect.ResetInBody(), new Effect.Truncated());
    }

    @ParameterizedTest
    @MethodSource("brokenBodies")
    void aBodyMayBreakInItsMiddle(Effect effect) {
        // Given
        var id = live("body " + effect);
        simulator.faults().add(Fault.on(Operation.MEMBERS).does(effect));

        // When / Then
        assertThatThrownBy(() -> client.members(id))
                .isInstanceOf(UncheckedIOException.class)
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void anAnswerMayComeLateAndInDrops() {
        // Given
        var id = live("slow");
        simulator.faults().add(Fault.on(Operation.MEMBERS).does(new Effect.Delay(Duration.ofMillis(200))));
        simulator.faults().add(Fault.on(Operation.MEMBERS).does(new Effect.Drip(500, Duration.ofMillis(2))));

        // When
        var begun = System.nanoTime();
        var answer = client.members(id);

        // Then
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(200));
        assertThat(TestClient.memberTexts(answer)).containsExactlyInAnyOrderElementsOf(expected());
    }

    @Test
    void aCreateMayNameAnotherRow() {
        // Given
        var asked = UUID.randomUUID();
        var made = UUID.randomUUID();
        simulator.faults().add(Fault.on(Operation.CREATE_DEFINITION).times(1).does(new Effect.OtherId(made)));

        // When
        var answer = client.post("msdynmkt_segmentdefinitions", TestClient.definition(asked, QUERY));

        // Then
        assertThat(answer.headers().firstValue("OData-EntityId"))
                .get()
                .asString()
                .endsWith("(" + made + ")");
        assertThat(client.get("msdynmkt_segmentdefinitions(%s)".formatted(made)).statusCode())
                .isEqualTo(200);
        assertThat(client.get("msdynmkt_segmentdefinitions(%s)".formatted(asked))
                        .statusCode())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @EnumSource(
            value = MembersForm.class,
            names = {
                "ONE_EACH",
                "ONE_ELEMENT",
                "UPPER_CASE",
                "BRACED",
                "TOTAL_COUNT",
                "TOTAL_COUNT_LARGER",
                "ESCAPED",
                "DUPLICATES"
            })
    void memberListsComeInManyForms(MembersForm form) {
        // Given
        var id = live("form " + form);
        simulator.faults().add(Fault.on(Operation.MEMBERS).does(new Effect.Members(form)));

        // When
        var answer = client.members(id);

        // Then
        var found = TestClient.memberTexts(answer).stream()
                .flatMap(text -> Stream.of(text.split(", ", -1)))
                .map(text -> Json.guid(text).orElseThrow().toString())
                .toList();
        assertThat(new HashSet<>(found)).isEqualTo(new HashSet<>(expected()));
        assertThat(found).hasSize(expected().size() * (form == MembersForm.DUPLICATES ? 2 : 1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "EMPTY | \"members\\\":[]",
                "NULL | \"members\\\":null",
                "NO_GUID | nobody",
                "NOT_JSON | \"ResultText\":\"The segment",
                "ESCAPED | \"ResultText\":\"\\u007b\\u0022",
                "ONE_ELEMENT | , ",
                "BRACED | \\\"{C0A00000-",
                "UPPER_CASE | \\\"C0A00000-",
                "TOTAL_COUNT_LARGER | totalCount",
            })
    void memberListsLookLikeTheirForm(MembersForm form, String part) {
        // Given
        var id = live("looks " + form);
        simulator.faults().add(Fault.on(Operation.MEMBERS).does(new Effect.Members(form)));

        // When
        var answer = client.members(id);

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains(part);
    }

    @Test
    void memberListsMayLackTheirTextOrSayAnotherStatus() {
        // Given
        var id = live("odd");
        simulator
                .faults()
                .add(Fault.on(Operation.MEMBERS).times(1).does(new Effect.Members(MembersForm.NO_RESULT_TEXT)));

        // When
        var without = client.members(id);
        simulator.faults().add(Fault.on(Operation.MEMBERS).does(new Effect.MembersStatusCode(500)));
        var other = client.members(id);

        // Then
        assertThat(TestClient.json(without).has("ResultText")).isFalse();
        assertThat(other.statusCode()).isEqualTo(200);
        assertThat(TestClient.json(other).path("StatusCode").asInt()).isEqualTo(500);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1_000, 100_001})
    void memberListsMayBeHuge(int count) {
        // Given
        var id = live("huge " + count);
        simulator.faults().add(Fault.on(Operation.MEMBERS).does(new Effect.ManyMembers(count)));

        // When
        var members = TestClient.memberTexts(client.members(id));

        // Then
        assertThat(members).hasSize(count);
        assertThat(new HashSet<>(members)).hasSize(count);
    }

    @Test
    void everyNthCallMayBeMeant() {
        // Given
        var id = live("every");
        simulator.faults().add(Fault.on(Operation.STATUS).every(3).times(2).does(Effect.status(500)));

        // When
        var statuses = IntStream.range(0, 12)
                .mapToObj(i -> client.get("msdynmkt_segmentdefinitions(%s)".formatted(id))
                        .statusCode())
                .toList();

        // Then
        assertThat(statuses).containsExactly(200, 200, 500, 200, 200, 500, 200, 200, 200, 200, 200, 200);
    }

    @Test
    void tokensMayFailToo() {
        // Given
        simulator.faults().add(Fault.on(Operation.TOKEN).times(1).does(Effect.status(503)));

        // When
        var first = client.askForToken(client.goodForm());
        var second = client.askForToken(client.goodForm());

        // Then
        assertThat(first.statusCode()).isEqualTo(503);
        assertThat(second.statusCode()).isEqualTo(200);
    }

    @Test
    void holdsManyCallsAtOnce() {
        // Given
        simulator.settings().concurrentRequests(1_000);
        var id = live("many");
        simulator.faults().add(Fault.on(Operation.MEMBERS).does(new Effect.Hang(false)));

        // When
        var answers = IntStream.range(0, 500)
                .mapToObj(i -> client.postLater("msdynmkt_MembersList", TestClient.segmentId(id)))
                .toList();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(simulator.log().maxConcurrent()).isGreaterThanOrEqualTo(500));
        simulator.faults().clear();

        // Then
        assertThat(CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new)))
                .succeedsWithin(SOON);
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
    }

    @Test
    void anOutageKeepsTheState() {
        // Given
        var id = live("outage");
        var url = simulator.url();

        // When
        simulator.stopListening();
        assertThatThrownBy(() -> client.members(id)).isInstanceOf(UncheckedIOException.class);
        simulator.resumeListening();

        // Then
        assertThat(simulator.url()).isEqualTo(url);
        assertThat(TestClient.memberTexts(client.members(id))).hasSameSizeAs(expected());
    }
}
