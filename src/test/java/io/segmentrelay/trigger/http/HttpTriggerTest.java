package io.segmentrelay.trigger.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import jakarta.inject.Inject;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.segmentrelay.it.knative.EventReceiver;
import io.segmentrelay.output.ExpectedLog;
import io.segmentrelay.relay.InFlight;
import io.segmentrelay.relay.Undelivered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

@QuarkusTest
@TestProfile(OnKnative.class)
class HttpTriggerTest {

    private static final String REQUESTED = "io.segmentrelay.segment.requested.v1";
    private static final String DATA = "{\"displayName\":\"County known\",\"query\":\"PROFILE(contact)\"}";
    private static final String TOO_LONG = "x".repeat(OnKnative.MAX_BYTES + 1);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @RegisterExtension
    final ExpectedLog log = new ExpectedLog();

    private @Nullable EventReceiver sink;

    @Inject
    @Nullable
    StubDynamics dynamics;

    @Inject
    @Nullable
    InFlight inFlight;

    @AfterEach
    void nothingIsLeftInFlight() {
        dynamics().release();
        sink().answer(event -> 202);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(inFlight().count()).isZero());
    }

    /** A request to the relay. {@code ID} stands for the CloudEvent's id, which differs for each test. */
    private record Call(Map<String, String> headers, String body, Charset charset) {

        Call with(String name, String value) {
            var more = new HashMap<>(headers);
            more.put(name, value);
            return new Call(more, body, charset);
        }

        Call without(String name) {
            var fewer = new HashMap<>(headers);
            fewer.remove(name);
            return new Call(fewer, body, charset);
        }

        Call body(String text) {
            return new Call(headers, text, charset);
        }

        Call in(Charset other) {
            return new Call(headers, body, other);
        }
    }

    private static Call binary() {
        return new Call(
                Map.of(
                        "ce-specversion", "1.0",
                        "ce-id", "ID",
                        "ce-source", "/tests",
                        "ce-type", REQUESTED,
                        "content-type", "application/json"),
                DATA,
                StandardCharsets.UTF_8);
    }

    private static Call structured(String event) {
        return new Call(Map.of("content-type", "application/cloudevents+json"), event, StandardCharsets.UTF_8);
    }

    private static String event(String id, String data) {
        return "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"/tests\",\"type\":\"%s\",%s}"
                .formatted(id, REQUESTED, data);
    }

    static Stream<Arguments> forms() {
        var structured = structured(event("ID", "\"data\":" + DATA));
        var base64 = Base64.getEncoder().encodeToString(DATA.getBytes(StandardCharsets.UTF_8));
        return Stream.of(
                argumentSet("binary", binary()),
                argumentSet("binary, charset", binary().with("content-type", "Application/JSON; charset=UTF-8")),
                argumentSet("binary, content type in quotes", binary().with("content-type", "\"application/json\"")),
                argumentSet("binary, text/json", binary().with("content-type", "text/json")),
                argumentSet("binary, vendor's JSON", binary().with("content-type", "application/vnd.acme+json")),
                argumentSet("binary, type encoded", binary().with("ce-type", REQUESTED.replace(".", "%2E"))),
                argumentSet("binary, type in quotes", binary().with("ce-type", '"' + REQUESTED + '"')),
                argumentSet(
                        "binary, Knative's own headers",
                        binary().with("ce-knativearrivaltime", "2026-11-24T10:00:00Z")
                                .with("prefer", "reply")
                                .with("kn-namespace", "default")),
                argumentSet("structured", structured),
                argumentSet(
                        "structured, upper case",
                        structured.with("content-type", "Application/CloudEvents+JSON; charset=UTF-8")),
                argumentSet("structured, header of binary mode too", structured.with("ce-id", "another")),
                argumentSet("structured, byte order mark", structured.body("\uFEFF" + event("ID", "\"data\":" + DATA))),
                argumentSet("structured, base64", structured.body(event("ID", "\"data_base64\":\"" + base64 + '"'))),
                argumentSet(
                        "batch of one",
                        structured
                                .with("content-type", "application/cloudevents-batch+json")
                                .body("[" + event("ID", "\"data\":" + DATA) + "]")));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void takesEveryFormAndAnswersWhenTheSinkHasAllPages(Call call) {
        // Given
        var id = UUID.randomUUID().toString();

        // When
        var response = post(call, id);

        // Then
        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(response.header("ce-id"))
                .as("no reply: nothing to be routed again")
                .isNull();
        assertThat(sink().takenOf(id)).hasSize(3).allSatisfy(page -> {
            assertThat(page.event().getType()).isEqualTo("io.segmentrelay.segment.ready.v1");
            assertThat(page.headers())
                    .containsEntry("content-type", "application/json")
                    .containsEntry("ce-tenant", "K%C3%B6ln%201");
            assertThat(page.extension("tenant"))
                    .as("the SDK leaves decoding to others")
                    .isEqualTo("K%C3%B6ln%201");
            assertThat(page.extension("causationid")).isEqualTo(id);
        });
        assertThat(sink().takenOf(id))
                .extracting(page -> page.extension("sequence"))
                .containsExactly("0000000001", "0000000002", "0000000003");
    }

    static Stream<Arguments> refusals() {
        var batch = structured("").with("content-type", "application/cloudevents-batch+json");
        return Stream.of(
                argumentSet(
                        "structured, sent as JSON",
                        structured(event("ID", "\"data\":" + DATA)).with("content-type", "application/json"),
                        "send the content type application/cloudevents+json"),
                argumentSet(
                        "no CloudEvent",
                        structured("").with("content-type", "application/json"),
                        "the attribute 'specversion' is missing"),
                argumentSet("nothing at all", structured("").without("content-type"), "'specversion' is missing"),
                argumentSet(
                        "version 0.3", binary().with("ce-specversion", "0.3"), "'specversion' is '0.3': taken is 1.0"),
                argumentSet(
                        "another type",
                        binary().with("ce-type", "com.acme.other"),
                        "type is 'com.acme.other': taken are"),
                argumentSet(
                        "its own results", binary().with("ce-type", "io.segmentrelay.segment.ready.v1"), "taken are"),
                argumentSet("no id", binary().without("ce-id"), "missing or empty: 'id'"),
                argumentSet("empty id", binary().with("ce-id", ""), "missing or empty: 'id'"),
                argumentSet("no source, no type", binary().without("ce-source").without("ce-type"), "'source', 'type'"),
                argumentSet(
                        "source is no URI", binary().with("ce-source", "a b"), "'source' or 'dataschema' is no URI"),
                argumentSet(
                        "control character",
                        binary().with("ce-id", "a%0Ab"),
                        "characters that CloudEvents does not allow"),
                argumentSet("not UTF-8", binary().with("ce-id", "%FF"), "the header 'ce-id' is not UTF-8"),
                argumentSet("no time", binary().with("ce-time", "soon"), "'time' is no timestamp"),
                argumentSet("long id", binary().with("ce-id", "x".repeat(1_025)), "longer than 1024"),
                argumentSet("structured, no JSON", structured("hello"), "no JSON that can be read"),
                argumentSet("structured, nothing", structured(""), "it must be a JSON object"),
                argumentSet(
                        "other format",
                        structured("").with("content-type", "application/cloudevents+avro"),
                        "application/cloudevents+avro"),
                argumentSet(
                        "a form",
                        binary().with("content-type", "application/x-www-form-urlencoded"),
                        "application/json"),
                argumentSet("batch that is none", batch.body("{}"), "a batch must be a JSON array"),
                argumentSet(
                        "continuation that is none",
                        binary().with("ce-type", "io.segmentrelay.segment.pending.v1"),
                        "The continuation cannot be read"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void saysWhatIsWrongWithWhatItRefuses(Call call, String reason) {
        // Given
        var before = sink().received().size();

        // When
        var response = post(call, UUID.randomUUID().toString());

        // Then
        assertProblem(response, 400);
        assertThat(response.jsonPath().getString("detail")).contains(reason);
        assertThat(sink().received()).hasSize(before);
    }

    static Stream<Arguments> wrongData() {
        return Stream.of(
                argumentSet("no data", binary().body(""), "data is missing"),
                argumentSet("no JSON", binary().body("{"), "data is no JSON"),
                argumentSet(
                        "not UTF-8",
                        binary().body("{\"displayName\":\"Köln\"}").in(StandardCharsets.ISO_8859_1),
                        "data"),
                argumentSet("not JSON by its type", binary().with("content-type", "text/plain"), "datacontenttype"),
                argumentSet("unknown field", binary().body("{\"displayName\":\"x\",\"qeury\":\"y\"}"), "qeury"),
                argumentSet(
                        "structured, other type of data",
                        structured(event("ID", "\"datacontenttype\":\"text/xml\",\"data\":\"<a/>\"")),
                        "datacontenttype"));
    }

    @ParameterizedTest
    @MethodSource("wrongData")
    void acknowledgesARequestWhoseDataAreWrongWithAFailure(Call call, String reason) {
        // Given
        var id = UUID.randomUUID().toString();

        // When
        var response = post(call, id);

        // Then
        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(sink().takenOf(id)).singleElement().satisfies(failed -> {
            assertThat(failed.event().getType()).isEqualTo("io.segmentrelay.segment.failed.v1");
            assertThat(new String(
                            Objects.requireNonNull(failed.event().getData()).toBytes(), StandardCharsets.UTF_8))
                    .contains("invalid-request", reason);
        });
    }

    static Stream<Arguments> lives() {
        var membersOf = "{\"segmentId\":\"6f1c0000-0000-4000-8000-000000000001\"%s}";
        var follow = ",\"follow\":{\"until\":\"P1D\"}";
        return Stream.of(
                argumentSet(
                        "follow of a new segment",
                        REQUESTED,
                        DATA.replace("}", follow + "}"),
                        "follow is not taken here: it is not on Knative"),
                argumentSet(
                        "keepFor",
                        REQUESTED,
                        DATA.replace("}", ",\"keepFor\":\"P7D\"}"),
                        "keepFor is not taken here: it is not on Knative"),
                argumentSet(
                        "follow of a segment that is there",
                        "io.segmentrelay.members.requested.v1",
                        membersOf.formatted(follow),
                        "follow is not taken here: it is not on Knative"),
                argumentSet(
                        "the end of a follow",
                        "io.segmentrelay.follow.ended-requested.v1",
                        membersOf.formatted(""),
                        "it is not on Knative: nothing is followed there"));
    }

    @ParameterizedTest
    @MethodSource("lives")
    void refusesByNameWhatNeedsAMemoryThatASinkHasNot(String type, String data, String reason) {
        // Given
        var id = UUID.randomUUID().toString();

        // When
        var response = post(binary().with("ce-type", type).body(data), id);

        // Then
        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(sink().takenOf(id)).singleElement().satisfies(failed -> {
            assertThat(failed.event().getType()).isEqualTo("io.segmentrelay.segment.failed.v1");
            var told = new JsonObject(
                    new String(Objects.requireNonNull(failed.event().getData()).toBytes(), StandardCharsets.UTF_8));
            assertThat(told.getString("code")).isEqualTo("invalid-request");
            assertThat(told.getString("message")).contains(reason);
        });
    }

    @Test
    void understandsHeadersInUtf8EncodedOrNot() throws Exception {
        // Given
        var encoded = "K%C3%B6ln-" + UUID.randomUUID();
        var plain = encoded.replace("%C3%B6", "ö");

        // When
        var first = post(binary(), encoded).statusCode();
        var second = raw(
                "POST / HTTP/1.1\r\nHost: x\r\nce-specversion: 1.0\r\nce-id: %s\r\nce-source: /tests\r\nce-type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
                        .formatted(plain, REQUESTED, DATA.length(), DATA));

        // Then
        assertThat(first).isEqualTo(204);
        assertThat(second).startsWith("HTTP/1.1 204");
        // The SDK leaves the headers encoded.
        var pages = sink().takenOf(encoded);
        assertThat(pages).hasSize(6);
        assertThat(pages.stream().map(page -> page.event().getId()).distinct())
                .as("both are one and the same request")
                .hasSize(3);
    }

    @Test
    void refusesAHeaderThatIsGivenTwice() throws Exception {
        // When
        var answer = raw(
                "POST / HTTP/1.1\r\nHost: x\r\nce-specversion: 1.0\r\nce-id: a\r\nCE-ID: b\r\nce-source: /tests\r\nce-type: %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                        .formatted(REQUESTED));

        // Then
        assertThat(answer).startsWith("HTTP/1.1 400").contains("is given twice");
    }

    @Test
    void tellsWhatLooksWrongInAQueryThatDynamicsTook() {
        // Given
        var id = UUID.randomUUID().toString();
        var data = DATA.replace("PROFILE(contact)", "PROFILE(contact).FILTER(SOUNDSLIKE(lastname, 'x'))");

        // When
        var response = post(binary().body(data), id);

        // Then
        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(sink().takenOf(id)).hasSize(3).allSatisfy(page -> {
            var told = new JsonObject(
                    new String(Objects.requireNonNull(page.event().getData()).toBytes(), StandardCharsets.UTF_8));
            assertThat(told.getJsonArray("warnings")).containsExactly("query-suspicious");
            assertThat(told.getJsonArray("queryFindings").getJsonObject(0).getInteger("position"))
                    .isEqualTo(25);
        });
    }

    @Test
    void takesADeliveryOfAWebHooksSender() {
        // Given
        var id = UUID.randomUUID().toString();

        // When
        var response = post(binary().with("WebHook-Request-Origin", "eventgrid.azure.net"), id);

        // Then
        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(sink().takenOf(id)).hasSize(3);
    }

    @Test
    void batchLeadsToAllOrToNothing() {
        // Given
        var id = UUID.randomUUID().toString();
        var good = event(id, "\"data\":" + DATA);
        var invalid = event(id + "-invalid", "\"data\":{}");
        var before = sink().received().size();

        // When
        var refused = post(batch(good, "{\"specversion\":\"1.0\"}"), id);
        var afterRefusal = sink().received().size();
        var empty = post(batch(), id);
        var taken = post(batch(good, invalid, good), id);

        // Then
        assertProblem(refused, 400);
        assertThat(refused.jsonPath().getString("detail")).startsWith("event 1 of the batch: ");
        assertThat(afterRefusal).isEqualTo(before);
        assertThat(empty.statusCode()).isEqualTo(204);
        assertThat(taken.statusCode()).isEqualTo(204);
        assertThat(sink().takenOf(id))
                .as("once, although it is twice in the batch")
                .hasSize(3);
        assertThat(sink().takenOf(id + "-invalid")).hasSize(1);
    }

    @Test
    void batchHasALimit() {
        // Given
        var events = IntStream.rangeClosed(0, 1_000).mapToObj(n -> "{}").toArray(String[]::new);

        // When
        var response = post(batch(events), "");

        // Then
        assertProblem(response, 413);
        assertThat(response.jsonPath().getString("detail")).contains("1000 events");
    }

    @Test
    void takesABodyThatIsCompressed() throws Exception {
        // Given
        var id = UUID.randomUUID().toString();

        // When
        var answer = sendCoded(id, "gzip", ContentCodingsTest.gzip(DATA.getBytes(StandardCharsets.UTF_8)));

        // Then
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(sink().takenOf(id))
                .hasSize(3)
                .allSatisfy(page -> assertThat(page.event().getType()).isEqualTo("io.segmentrelay.segment.ready.v1"));
    }

    @Test
    void refusesACompressedBodyThatIsTooLargeInFull() throws Exception {
        // When
        var answer = sendCoded("bomb", "gzip", ContentCodingsTest.gzip(TOO_LONG.getBytes(StandardCharsets.UTF_8)));

        // Then
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("relay.max-event-size");
    }

    @Test
    void refusesABodyThatIsNotWhatItsCodingSays() throws Exception {
        // When
        var answer = sendCoded("plain", "gzip", DATA.getBytes(StandardCharsets.UTF_8));

        // Then
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("not in the content coding 'gzip'");
    }

    @Test
    void saysWhatCodingsItTakes() throws Exception {
        // When
        var answer = sendCoded("br", "br", DATA.getBytes(StandardCharsets.UTF_8));

        // Then
        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.headers().firstValue("Accept-Encoding")).contains("gzip, deflate, identity");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(answer.body()).contains("'br' is not taken");
    }

    private static HttpResponse<String> sendCoded(String id, String coding, byte[] body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/".formatted(RestAssured.port)))
                .header("Content-Encoding", coding)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        binary().headers().forEach((name, value) -> request.header(name, value.equals("ID") ? id : value));
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void refusesWhatIsTooLargeByItsLength() {
        // When
        var response = post(binary().body(TOO_LONG), "");

        // Then
        assertProblem(response, 413);
        assertThat(response.jsonPath().getString("detail")).contains("relay.max-event-size");
    }

    @ParameterizedTest
    @CsvSource({"Content-Length: 100000000, abc", "Transfer-Encoding: chunked, CHUNKS"})
    void refusesWhatIsTooLargeBeforeItHasCome(String framing, String body) throws Exception {
        // Given
        var sent = body.equals("CHUNKS")
                ? "%x\r\n%s\r\n".formatted(TOO_LONG.length(), TOO_LONG) // and no end of it
                : body;

        // When
        var answer = raw("POST / HTTP/1.1\r\nHost: x\r\nce-id: 1\r\n%s\r\n\r\n%s".formatted(framing, sent));

        // Then
        assertThat(answer).startsWith("HTTP/1.1 413").contains("application/problem+json", "relay.max-event-size");
    }

    @ParameterizedTest
    @CsvSource({"GET", "PUT", "DELETE", "PATCH", "HEAD"})
    void takesNoOtherMethod(String method) {
        // When
        var response = RestAssured.given().request(method, "/");

        // Then
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.header("Allow")).isEqualTo("POST, OPTIONS");
    }

    @Test
    void saysWhatMethodsThereAre() {
        // When
        var response = RestAssured.given().options("/");

        // Then
        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(response.header("Allow")).isEqualTo("POST, OPTIONS");
        assertThat(response.header("WebHook-Allowed-Origin")).isNull();
    }

    @ParameterizedTest
    @CsvSource({"eventgrid.azure.net", "EventGrid.Azure.Net", "events.example.com"})
    void consentsToDeliveriesOfAWebHooksSenderThatIsNamed(String origin) {
        // When
        var response = RestAssured.given()
                .header("WebHook-Request-Origin", origin)
                .header("WebHook-Request-Rate", "120")
                .header("WebHook-Request-Callback", "http://127.0.0.1:1/never-called")
                .options("/");

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.header("WebHook-Allowed-Origin")).isEqualTo(origin);
        assertThat(response.header("WebHook-Allowed-Rate")).isEqualTo("120");
        assertThat(response.header("Allow")).isEqualTo("POST, OPTIONS");
    }

    @Test
    void doesNotConsentToDeliveriesOfOthers() {
        // When
        var response = RestAssured.given()
                .header("WebHook-Request-Origin", "elsewhere.example")
                .options("/");

        // Then
        assertProblem(response, 403);
        assertThat(response.jsonPath().getString("detail"))
                .contains("'elsewhere.example'", "relay.http.allowed-origins");
        assertThat(response.header("WebHook-Allowed-Origin")).isNull();
        assertThat(response.header("WebHook-Allowed-Rate")).isNull();
        assertThat(response.header("Allow")).isEqualTo("POST, OPTIONS");
    }

    @ParameterizedTest
    @CsvSource({"GET, /segment-requested", "POST, /segment-pending"})
    void functionsHaveNoPathsOfTheirOwn(String method, String path) {
        assertProblem(RestAssured.given().request(method, path), 404);
    }

    @ParameterizedTest
    @CsvSource({
        "/asyncapi.yaml, yaml, asyncapi: 3",
        "/schemas/segment-requested.v1.json, application/json, displayName",
        "/schemas/segment-pending.v1.json, application/json, $schema",
        "/schemas/segment-ready.v1.json, application/json, members",
        "/schemas/segment-failed.v1.json, application/json, deadline-exceeded",
        "/q/health/live, application/json, UP",
        "/q/health/started, application/json, UP",
        "/q/metrics, text, relay_in_flight",
    })
    void servesWhatDescribesIt(String path, String type, String content) {
        // When
        var response = RestAssured.given().get(path);

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.contentType()).contains(type);
        assertThat(response.asString()).contains(content);
    }

    @Test
    void asksToDeliverAgainWhereTooMuchIsUnderWay() {
        // Given
        dynamics().hold();
        var held = IntStream.range(0, OnKnative.MAX_IN_FLIGHT)
                .mapToObj(n -> sendAsync(UUID.randomUUID().toString()))
                .toList();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(inFlight().count()).isEqualTo(OnKnative.MAX_IN_FLIGHT));

        // When
        var response = post(binary(), UUID.randomUUID().toString());
        dynamics().release();

        // Then
        assertProblem(response, 503);
        assertThat(response.header("Retry-After")).isEqualTo("5");
        assertThat(held)
                .allSatisfy(each -> assertThat(each)
                        .succeedsWithin(PATIENCE)
                        .satisfies(answer -> assertThat(answer.statusCode()).isEqualTo(204)));
    }

    @Test
    void handsOverWhatTakesLongerThanTheWindow() {
        // Given
        var id = UUID.randomUUID().toString();
        dynamics().hold();

        // When
        var response = post(binary(), id);

        // Then
        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(sink().takenOf(id))
                .singleElement()
                .satisfies(pending ->
                        assertThat(pending.event().getType()).isEqualTo("io.segmentrelay.segment.pending.v1"));
    }

    @Test
    void bringsToItsEndWhatACallerLeaves() throws Exception {
        // Given
        var id = UUID.randomUUID().toString();
        dynamics().hold();
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port)) {
            socket.getOutputStream()
                    .write(
                            "POST / HTTP/1.1\r\nHost: x\r\nce-specversion: 1.0\r\nce-id: %s\r\nce-source: /tests\r\nce-type: %s\r\nContent-Length: %d\r\n\r\n%s"
                                    .formatted(id, REQUESTED, DATA.length(), DATA)
                                    .getBytes(StandardCharsets.UTF_8));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(inFlight().count()).isEqualTo(1));
        }

        // When
        dynamics().release();

        // Then
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(sink().takenOf(id)).hasSize(3);
            assertThat(inFlight().count()).isZero();
        });
    }

    @Test
    void countsABodyThatIsStillOnItsWay() throws Exception {
        // Given
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port)) {
            socket.getOutputStream()
                    .write("POST / HTTP/1.1\r\nHost: x\r\nce-id: 1\r\nContent-Length: 1000\r\n\r\nabc"
                            .getBytes(StandardCharsets.UTF_8));

            // When
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(inFlight().count()).isEqualTo(1));
        }

        // Then
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(inFlight().count()).isZero());
    }

    @Test
    void triesAgainUntilTheSinkTakesIt() {
        // Given
        var id = UUID.randomUUID().toString();
        var seen = ConcurrentHashMap.newKeySet();
        sink().answer(event -> seen.add(event.event().getId()) ? 503 : 202);

        // When
        var response = post(binary(), id);

        // Then
        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(sink().received().stream()
                        .filter(event -> event.extension("correlationid").equals(id))
                        .map(page -> page.extension("sequence")))
                .as("each page twice, and the next one only then")
                .containsExactly("0000000001", "0000000001", "0000000002", "0000000002", "0000000003", "0000000003");
    }

    @Test
    void asksToDeliverAgainWhereTheSinkDoesNotTakeIt() {
        // Given
        log.expectError(Undelivered.class, "Not taken by K_SINK, nor will it be until a setting changes");
        var answers = Map.of("a-500", 500, "b-404", 404, "c-307", 307, "d-hang", EventReceiver.HANG);
        var suffix = UUID.randomUUID().toString();
        sink().answer(event -> answers.entrySet().stream()
                .filter(each -> event.extension("correlationid").equals(each.getKey() + suffix))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(202));
        var start = System.nanoTime();

        // When
        var responses = answers.keySet().stream().map(id -> sendAsync(id + suffix)).toList().stream()
                .map(CompletableFuture::join)
                .toList();

        // Then
        assertThat(responses).hasSize(4).allSatisfy(response -> {
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.headers().firstValue("retry-after")).contains("5");
            assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
        });
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .as("the window of 2 s, and 5 s")
                .isBetween(Duration.ofSeconds(5), Duration.ofSeconds(15));
        var tries = sink().received().stream()
                .map(event -> event.extension("correlationid"))
                .filter(id -> id.endsWith(suffix))
                .collect(Collectors.groupingBy(id -> id.substring(0, 1), Collectors.counting()));
        assertThat(tries.get("a")).as("tried again, with pauses").isBetween(2L, 12L);
        assertThat(tries.get("c")).as("redirects are not followed").isBetween(2L, 12L);
        assertThat(tries.get("d")).isEqualTo(1);
    }

    private static void assertProblem(Response response, int status) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.contentType()).isEqualTo("application/problem+json");
        assertThat(response.jsonPath().getInt("status")).isEqualTo(status);
        assertThat(response.jsonPath().getString("title")).isNotBlank();
        assertThat(response.jsonPath().getString("detail")).isNotBlank();
    }

    private static Response post(Call call, String id) {
        var headers = new HashMap<String, String>();
        call.headers().forEach((name, value) -> headers.put(name, value.equals("ID") ? id : value));
        var request = RestAssured.given()
                .config(RestAssured.config()
                        .encoderConfig(EncoderConfig.encoderConfig()
                                .appendDefaultContentCharsetToContentTypeIfUndefined(false)
                                .encodeContentTypeAs("application/x-www-form-urlencoded", ContentType.TEXT)));
        if (!headers.containsKey("content-type")) {
            request.noContentType();
        }
        for (var header : headers.entrySet()) {
            if (header.getKey().equals("content-type")) {
                request.contentType(header.getValue());
            } else {
                request.header(header.getKey(), header.getValue());
            }
        }
        return request.body(call.body().replace("\"ID\"", '"' + id + '"').getBytes(call.charset()))
                .post("/");
    }

    private static Call batch(String... events) {
        return structured("[" + String.join(",", events) + "]")
                .with("content-type", "application/cloudevents-batch+json");
    }

    private static CompletableFuture<HttpResponse<String>> sendAsync(String id) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/".formatted(RestAssured.port)))
                .POST(HttpRequest.BodyPublishers.ofString(DATA));
        binary().headers().forEach((name, value) -> request.header(name, value.equals("ID") ? id : value));
        return HttpClient.newHttpClient().sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Sends bytes and reads until the other side has no more to say, or the answer is complete. */
    private static String raw(String request) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private EventReceiver sink() {
        return Objects.requireNonNull(sink);
    }

    private StubDynamics dynamics() {
        return Objects.requireNonNull(dynamics);
    }

    private InFlight inFlight() {
        return Objects.requireNonNull(inFlight);
    }
}
