package io.segmentrelay.trigger.lambda;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.model.Message;

import io.segmentrelay.sandbox.dynamics.DynamicsSimulator;
import io.segmentrelay.sandbox.dynamics.Effect;
import io.segmentrelay.sandbox.dynamics.Fault;
import io.segmentrelay.sandbox.dynamics.Operation;
import io.segmentrelay.sandbox.dynamics.SimulatorSettings;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The package, run as AWS Lambda runs it: unpacked, by AWS's runtime interface client, over the runtime API. */
class FunctionZipIT {

    private static final Duration PLENTY = Duration.ofSeconds(60);

    private static Path task = Path.of("");

    private final SqsServer sqs = new SqsServer();
    private final DynamicsSimulator dynamics = DynamicsSimulator.start(
            new SimulatorSettings().goLiveAfter(Duration.ZERO).computeAfter(Duration.ZERO));
    private final RuntimeApi api = new RuntimeApi();

    @BeforeAll
    static void unzip() {
        task = FunctionProcess.unzip();
    }

    @AfterEach
    void close() {
        api.close();
        dynamics.close();
        sqs.close();
    }

    @Test
    void holdsNothingOfTheSandbox() throws IOException {
        // When
        List<String> names;
        try (var files = Files.walk(task)) {
            names = files.map(Path::toString).toList();
        }

        // Then
        assertThat(names)
                .isNotEmpty()
                .noneMatch(name -> name.contains("segmentrelay/sandbox"))
                .noneMatch(name -> name.endsWith("console/index.html"));
    }

    private Map<String, String> settings() {
        var settings = new HashMap<>(dynamics.env());
        settings.putAll(sqs.environment());
        settings.put("RELAY_SQS_PENDING_URL", sqs.queue("pending"));
        settings.put("RELAY_SQS_READY_URL", sqs.queue("ready"));
        settings.put("RELAY_SQS_FAILED_URL", sqs.queue("failed"));
        settings.put("RELAY_SQS_DEAD_LETTER_URL", sqs.queue("dead-letters"));
        settings.put("RELAY_WINDOW", "30s");
        return settings;
    }

    private String answer(FunctionProcess function, String event, Duration time) {
        try {
            var answer = api.invoke(event, time).get(90, TimeUnit.SECONDS);
            assertThat(answer.isError())
                    .as(answer.body() + "\n" + function.log())
                    .isFalse();
            return answer.body();
        } catch (Exception e) {
            throw new AssertionError(function.log(), e);
        }
    }

    private List<JsonObject> ready() {
        return sqs.receive(sqs.queue("ready")).stream()
                .map(Message::body)
                .map(JsonObject::new)
                .toList();
    }

    @Test
    void carriesARequestFromTheQueueToItsPages() {
        // Given
        var requests = sqs.queue("requests");
        sqs.client().sendMessage(message -> message.queueUrl(requests).messageBody(Events.request("zip-1")));
        var pages = new ArrayList<JsonObject>();
        dynamics.settings().goLiveAfter(Duration.ofSeconds(8));
        var settings = settings();
        settings.put("RELAY_WINDOW", "2s");
        try (var function = FunctionProcess.start(task, api, settings)) {
            var mapping = new EventSourceMapping(sqs, event -> answer(function, event, PLENTY));

            // When
            mapping.serve(
                    List.of(requests, sqs.queue("pending")),
                    Duration.ofSeconds(90),
                    () -> pages.addAll(ready()) || !pages.isEmpty());

            // Then
            assertThat(mapping.invocations()).isGreaterThan(1);
            assertThat(pages.getFirst().getString("correlationid")).isEqualTo("zip-1");
            assertThat(dynamics.definitionsByName()).containsEntry("zip-1", 1);
        }
    }

    @Test
    void goesOnAfterItWasFrozen() throws Exception {
        // Given
        dynamics.settings().tokenLife(Duration.ofSeconds(4));
        try (var function = FunctionProcess.start(task, api, settings())) {
            answer(function, Events.sqs(Events.request("frozen-1")), PLENTY);
            function.signal("STOP");
            var thaw = System.nanoTime() + Duration.ofSeconds(5).toNanos(); // its token dies, and idle connections

            // When
            await().atMost(Duration.ofSeconds(30)).until(() -> System.nanoTime() > thaw);
            function.signal("CONT");
            var failures = Events.failures(answer(function, Events.sqs(Events.request("frozen-2")), PLENTY));

            // Then
            assertThat(failures).isEmpty();
            assertThat(ready().stream()
                            .map(page -> page.getString("correlationid"))
                            .distinct())
                    .containsExactlyInAnyOrder("frozen-1", "frozen-2");
        }
    }

    @Test
    void answersBeforeLambdaEndsTheInvocation() {
        // Given
        dynamics.settings().goLiveAfter(Duration.ofHours(1));
        try (var function = FunctionProcess.start(task, api, settings())) {
            answer(function, Events.sqs("the start is over after this"), PLENTY);
            var time = Duration.ofSeconds(6);
            var start = System.nanoTime();

            // When
            var failures = Events.failures(answer(function, Events.sqs(Events.request("short-1")), time));

            // Then
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(time);
            assertThat(failures).isEmpty();
        }
    }

    @Test
    void readsALongListToItsEndThoughTheWindowIsOver() {
        // Given
        dynamics.faults()
                .add(Fault.on(Operation.MEMBERS).segment("long-1").does(new Effect.Delay(Duration.ofSeconds(9))));
        var settings = settings();
        settings.put("RELAY_WINDOW", "7s"); // a cold function on a busy machine comes to the list within it
        try (var function = FunctionProcess.start(task, api, settings)) {
            // When
            var failures = Events.failures(answer(function, Events.sqs(Events.request("long-1")), PLENTY));

            // Then
            assertThat(failures).isEmpty();
            assertThat(ready()).isNotEmpty();
        }
    }

    @Test
    void refusesWhatIsNoEvent() throws Exception {
        try (var function = FunctionProcess.start(task, api, settings())) {
            // When
            var answer = api.invoke("{\"hello\":\"world\"}", PLENTY).get(90, TimeUnit.SECONDS);

            // Then
            assertThat(answer.isError()).as(function::log).isTrue();
            assertThat(answer.body()).contains("This is no CloudEvent");
        }
    }

    @Test
    void readsTheSecretByReference() throws Exception {
        // Given
        var arn = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:relay";
        var asked = new ArrayList<String>();
        var secrets = secretsManager(
                asked, new JsonObject().put("SecretString", dynamics.settings().clientSecret()));
        var settings = settings();
        settings.remove("AZURE_CLIENT_SECRET");
        settings.put("AZURE_CLIENT_SECRET_ARN", arn);
        settings.put(
                "AWS_ENDPOINT_URL_SECRETS_MANAGER",
                "http://127.0.0.1:" + secrets.getAddress().getPort());
        try (var function = FunctionProcess.start(task, api, settings)) {
            // When
            answer(function, Events.sqs(Events.request("secret-1")), PLENTY);

            // Then
            assertThat(ready()).isNotEmpty();
            assertThat(asked)
                    .containsExactly(new JsonObject().put("SecretId", arn).encode());
            assertThat(function.log()).doesNotContain(dynamics.settings().clientSecret());
        } finally {
            secrets.stop(0);
        }
    }

    /** Answers {@code GetSecretValue}, the one action that is used. */
    private static HttpServer secretsManager(List<String> asked, JsonObject answer) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                asked.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
                var body = answer.encode().getBytes(UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        return server;
    }

    @Test
    void saysInOneLineWhichSettingsAreMissing() throws Exception {
        // Given
        var settings = settings();
        settings.remove("RELAY_SQS_PENDING_URL");
        settings.remove("RELAY_SQS_READY_URL");
        settings.put("RELAY_SQS_FAILED_URL", "failed");
        settings.put("RELAY_PAGE_SIZE", "0");
        try (var function = FunctionProcess.start(task, api, settings)) {
            // When
            var error = new JsonObject(api.initError().get(60, TimeUnit.SECONDS)).getString("errorMessage");

            // Then
            assertThat(error)
                    .as(function::log)
                    .startsWith("Not started: ")
                    .doesNotContain("\n")
                    .contains("relay.page-size (RELAY_PAGE_SIZE) is \"0\"")
                    .contains("relay.sqs.pending-url (RELAY_SQS_PENDING_URL) is missing")
                    .contains("relay.sqs.ready-url (RELAY_SQS_READY_URL) is missing")
                    .contains("relay.sqs.failed-url (RELAY_SQS_FAILED_URL) is \"failed\"");
        }
    }
}
