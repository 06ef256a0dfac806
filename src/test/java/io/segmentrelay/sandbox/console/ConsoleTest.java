package io.segmentrelay.sandbox.console;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.segmentrelay.event.RequestKey;
import io.segmentrelay.sandbox.RelayTopics;
import io.segmentrelay.sandbox.Sandbox;
import io.segmentrelay.sandbox.SandboxOptions;

import static org.assertj.core.api.Assertions.assertThat;

/** What the console's page asks for, and who may ask. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ConsoleTest {

    /** A name of a kind of elements, and no address that anything is loaded from. */
    private static final String SVG = "http://www.w3.org/2000/svg";

    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static Sandbox sandbox;
    private static RelayTopics topics;
    private static Console console;
    private static int port;

    @BeforeAll
    static void start() {
        sandbox = Sandbox.start(SandboxOptions.defaults());
        topics = new RelayTopics(sandbox.kafka().bootstrapServers());
        console = Console.start(0, topics, Optional.of(sandbox.dynamics()));
        port = URI.create(console.url()).getPort();
    }

    @AfterAll
    static void stop() {
        console.close();
        topics.close();
        sandbox.close();
    }

    @AfterEach
    void noFaults() {
        sandbox.dynamics().faults().clear();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/console",
                "/console/console.css",
                "/console/console.js",
                "/console/dom.js",
                "/console/editor.js",
                "/console/plot.js",
                "/console/requests.js"
            })
    void givesThePageAndLetsItLoadNothingOfOthers(String path) throws Exception {
        // When
        var answer = get(path);

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body().replace(SVG, "")).isNotEmpty().doesNotContain("http://", "https://");
        assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
                .startsWith("default-src 'none'; script-src 'self'");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/console/", "/console/../console/console.js", "/console/index.html", "/console/%2e%2e/pom.xml"})
    void givesNothingElse(String path) throws Exception {
        assertThat(get(path).statusCode()).isEqualTo(404);
    }

    @Test
    void writesARequestAndTellsWhatComesOfIt() throws Exception {
        // Given
        var event =
                "{\"specversion\":\"1.0\",\"id\":\"c-1\",\"source\":\"/c\",\"type\":\"io.segmentrelay.segment.requested.v1\","
                        + "\"data\":{\"displayName\":\"C\"}}";

        // When
        var answer = post("/console/requests", event);

        // Then
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(JSON.readTree(answer.body()).path("topic").asText()).isEqualTo("segment-requests");
        var seen = firstOf("record");
        assertThat(seen.path("attributes").path("id").asText()).isEqualTo("c-1");
        assertThat(seen.path("data").path("displayName").asText()).isEqualTo("C");
        assertThat(seen.path("segmentId").asText())
                .isEqualTo(new RequestKey("/c", "c-1").uuid().toString());
    }

    @Test
    void tellsWhereAQueryLooksWrong() throws Exception {
        // When
        var answer = post(
                "/console/query-check", "{\"query\":\"PROFILE(contact).FILTER(a = 1)\",\"baseEntity\":\"contact\"}");

        // Then
        var finding = JSON.readTree(answer.body()).path("findings").path(0);
        assertThat(finding.path("position").asInt()).isEqualTo("PROFILE(contact).FILTER(a ".length() + 1);
        assertThat(finding.path("suggestion").asText()).contains("==");
    }

    @Test
    void switchesAFaultOnAndOff() throws Exception {
        // When
        var on = post("/console/faults", "{\"name\":\"unavailable\",\"on\":true}");
        var twice = post("/console/faults", "{\"name\":\"unavailable\",\"on\":true}");
        for (var call = 0; call < 3; call++) {
            var unused = HTTP.send(
                    HttpRequest.newBuilder(URI.create(sandbox.dynamics().url() + "/api/data/v9.2/msdynmkt_segments"))
                            .build(),
                    BodyHandlers.discarding());
        }

        // Then
        assertThat(fault(on, "unavailable").path("on").asBoolean()).isTrue();
        assertThat(fault(twice, "unavailable").path("on").asBoolean()).isTrue();
        var off = post("/console/faults", "{\"name\":\"away\",\"on\":false}");
        assertThat(fault(off, "unavailable").path("applied").asInt()).isEqualTo(1);
        assertThat(firstOf("call").path("status").asInt()).isIn(401, 503);
        assertThat(firstOf("second").path("faults")).isNotEmpty();
        off = post("/console/faults", "{\"name\":\"unavailable\",\"on\":false}");
        assertThat(fault(off, "unavailable").path("on").asBoolean()).isFalse();
    }

    @Test
    void switchesTheWholeServerOffAndOn() throws Exception {
        // When
        var away = post("/console/faults", "{\"name\":\"away\",\"on\":true}");

        // Then
        assertThat(fault(away, "away").path("on").asBoolean()).isTrue();
        var address = URI.create(sandbox.dynamics().url());
        assertThat(canConnect(address)).isFalse();
        var back = post("/console/faults", "{\"name\":\"away\",\"on\":false}");
        assertThat(fault(back, "away").path("on").asBoolean()).isFalse();
        assertThat(canConnect(address)).isTrue();
    }

    @Test
    void saysWhatMembersAreCalled() throws Exception {
        // Given
        var contact = sandbox.dynamics().crm().contacts().rows().getFirst();

        // When
        var answer =
                post("/console/rows", "{\"table\":\"contact\",\"ids\":[\"%s\",\"no guid\"]}".formatted(contact.id()));

        // Then
        var rows = JSON.readTree(answer.body()).path("rows");
        assertThat(rows.path(0).path("name").asText()).isEqualTo(contact.text("fullname"));
        assertThat(rows.path(1).path("id").asText()).isEqualTo("no guid");
        assertThat(rows.path(1).has("name")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "/console/faults, '{\"name\":\"none such\",\"on\":true}', 404, There is no such fault",
        "/console/faults, '{\"name\":\"slow\"}', 400, on must be true or false",
        "/console/faults, '{\"name\":', 400, The body is not JSON",
        "/console/nothing, {}, 404, There is nothing at this address",
    })
    void saysWhatIsWrong(String path, String body, int status, String problem) throws Exception {
        // When
        var answer = post(path, body);

        // Then
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(JSON.readTree(answer.body()).path("problem").asText()).contains(problem);
    }

    @Test
    void refusesWhatIsTooLarge() throws Exception {
        assertThat(post("/console/requests", "x".repeat(2 * 1024 * 1024 + 1)).statusCode())
                .isEqualTo(413);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, console.example, '', '', this machine under a name of others",
        "GET, 'localhost:1', '', '', another port",
        "POST, '', http://console.example, application/json, a page of others",
        "POST, '', null, application/json, a page without an origin",
        "POST, '', '', text/plain, what a form may send anywhere",
    })
    void answersNobodyElse(String method, String host, String origin, String contentType, String who) throws Exception {
        // Given: Java's client sets no Host of its own
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write(Stream.of(
                                    method + " /console/samples HTTP/1.1",
                                    "Host: " + (host.isEmpty() ? "localhost:" + port : host),
                                    origin.isEmpty() ? "X-No: origin" : "Origin: " + origin,
                                    "Content-Type: " + contentType,
                                    "Content-Length: 0",
                                    "Connection: close",
                                    "",
                                    "")
                            .collect(java.util.stream.Collectors.joining("\r\n"))
                            .getBytes(StandardCharsets.US_ASCII));

            // When
            var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            // Then
            assertThat(answer).as(who).startsWith("HTTP/1.1 403");
        }
    }

    private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(uri(path))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private static URI uri(String path) {
        return URI.create("http://localhost:" + port + path);
    }

    /** The first message of this kind, waited for. */
    private static JsonNode firstOf(String kind) throws IOException, InterruptedException {
        var feed = HTTP.send(HttpRequest.newBuilder(uri("/console/feed")).build(), BodyHandlers.ofLines());
        try (var lines = feed.body()) {
            return lines.filter(line -> line.startsWith("data: "))
                    .map(line -> json(line.substring("data: ".length())))
                    .filter(message -> message.path("kind").asText().equals(kind))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new AssertionError(text, e);
        }
    }

    private static JsonNode fault(HttpResponse<String> answer, String name) {
        for (var fault : json(answer.body()).path("faults")) {
            if (fault.path("name").asText().equals(name)) {
                return fault;
            }
        }
        throw new AssertionError(answer.body());
    }

    private static boolean canConnect(URI address) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort())) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
