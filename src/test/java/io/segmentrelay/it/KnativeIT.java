package io.segmentrelay.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.http.HttpMessageFactory;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.segmentrelay.it.knative.EventReceiver;
import io.segmentrelay.it.knative.KnativeBroker;
import io.segmentrelay.sandbox.dynamics.DynamicsSimulator;
import io.segmentrelay.sandbox.dynamics.SimulatorSettings;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The packaged application between a broker of Knative's kind and Dynamics, spoken to by the CloudEvents SDKs. */
class KnativeIT {

    private static final String REQUESTED = "io.segmentrelay.segment.requested.v1";
    private static final String PENDING = "io.segmentrelay.segment.pending.v1";
    private static final String READY = "io.segmentrelay.segment.ready.v1";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Longer than some windows, so that a request needs several deliveries. */
    private static final Duration GO_LIVE = Duration.ofMillis(3_500);

    private static final EventReceiver CONSUMER = new EventReceiver();
    private static final EventReceiver DEAD_LETTERS = new EventReceiver();
    private static final KnativeBroker BROKER =
            new KnativeBroker(8, Duration.ofMillis(200), () -> Optional.of(URI.create(DEAD_LETTERS.url())));
    private static final DynamicsSimulator DYNAMICS =
            DynamicsSimulator.start(new SimulatorSettings().goLiveAfter(GO_LIVE));

    private static volatile @Nullable RelayProcess relay;

    @BeforeAll
    static void start() {
        BROKER.add(new KnativeBroker.Trigger("requests", REQUESTED, KnativeIT::relayUri));
        BROKER.add(new KnativeBroker.Trigger("continuations", PENDING, KnativeIT::relayUri));
        BROKER.add(new KnativeBroker.Trigger("strays", "com.acme.stray", KnativeIT::relayUri));
        BROKER.add(new KnativeBroker.Trigger("results", READY, () -> URI.create(CONSUMER.url())));
        relay = startRelay();
    }

    @AfterAll
    static void stop() {
        relay().close();
        BROKER.close();
        DYNAMICS.close();
        CONSUMER.close();
        DEAD_LETTERS.close();
    }

    @Test
    void aBrokerCarriesARequestThroughAllItsDeliveries() {
        // Given
        var id = UUID.randomUUID().toString();

        // When
        var answer = send(KnativeBroker.request(BROKER.ingress(), request(id)));

        // Then
        assertThat(answer).isEqualTo(202);
        var pages = awaitPages(id);
        assertThat(pages)
                .extracting(page -> String.valueOf(page.getExtension("sequence")))
                .as("handed over in their order")
                .isSorted()
                .hasSizeGreaterThan(1);
        assertThat(BROKER.attempts("continuations").stream().filter(each -> isOf(id, each.event())))
                .as("several deliveries, each of them taken at once")
                .hasSizeGreaterThan(1)
                .allSatisfy(attempt -> assertThat(attempt.status()).isEqualTo(204));
        assertThat(DYNAMICS.segmentsByName()).containsEntry(id, 1);
        assertThat(DYNAMICS.definitionsByName()).containsEntry(id, 1);
    }

    @Test
    void whatIsNoneOfTheRelaysGoesToTheDeadLetterSinkAtOnce() {
        // Given
        var id = UUID.randomUUID().toString();
        var stray = CloudEventBuilder.v1(request(id)).withType("com.acme.stray").build();

        // When
        send(KnativeBroker.request(BROKER.ingress(), stray));

        // Then
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(DEAD_LETTERS.received()).anySatisfy(dead -> {
                    assertThat(dead.event().getId()).isEqualTo(id);
                    assertThat(dead.extension("knativeerrorcode")).isEqualTo("400");
                }));
        assertThat(BROKER.attemptsByEvent("strays")).containsEntry(id, 1L);
    }

    @Test
    void scalesToZeroAndBackWithADeliveryUnderWay() {
        // Given
        var id = UUID.randomUUID().toString();
        send(KnativeBroker.request(BROKER.ingress(), request(id)));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(DYNAMICS.segmentsByName()).containsKey(id));

        // When
        var stop = relay().terminate();
        relay = startRelay();

        // Then
        assertThat(stop).isLessThan(Duration.ofSeconds(10));
        assertThat(awaitPages(id)).isNotEmpty();
        assertThat(DYNAMICS.segmentsByName()).containsEntry(id, 1);
        assertThat(BROKER.attempts("requests").stream().filter(each -> isOf(id, each.event())))
                .as("the request was acknowledged, by the process that stopped")
                .singleElement()
                .satisfies(attempt -> assertThat(attempt.status()).isEqualTo(204));
    }

    @Test
    void givesBackWhatItsSinkDoesNotTakeWhenItStops() {
        // Given
        var settings = new HashMap<>(DYNAMICS.env());
        settings.put("K_SINK", "http://127.0.0.1:1/nobody");
        try (var stopping = RelayProcess.start(settings);
                var client = HttpClient.newHttpClient()) {
            var invalid = CloudEventBuilder.v1(request(UUID.randomUUID().toString()))
                    .withData("application/json", "{}".getBytes(UTF_8))
                    .build();
            var uri = URI.create("http://127.0.0.1:%d/".formatted(stopping.port()));
            var answer = client.sendAsync(KnativeBroker.request(uri, invalid), HttpResponse.BodyHandlers.discarding());
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(stopping.log()).contains("Event not taken"));

            // When
            var stop = stopping.terminate();

            // Then
            assertThat(stop).isLessThan(Duration.ofSeconds(10));
            assertThat(answer).succeedsWithin(Duration.ofSeconds(5)).satisfies(response -> {
                assertThat(response.statusCode()).isEqualTo(503);
                assertThat(response.headers().firstValue("Retry-After")).isPresent();
            });
        }
    }

    @Test
    void theSdkForJavaSendsInStructuredMode() {
        // Given
        var id = UUID.randomUUID().toString();
        var message = HttpRequest.newBuilder(relayUri());
        HttpMessageFactory.createWriter(
                        message::header, body -> message.POST(HttpRequest.BodyPublishers.ofByteArray(body)))
                .writeStructured(request(id), "application/cloudevents+json");

        // When
        var status = send(message.build());

        // Then
        assertThat(status).isEqualTo(204);
        assertThat(awaitPages(id)).isNotEmpty();
    }

    @Test
    void theSdkForJavaScriptSendsAndReceives() throws Exception {
        // Given
        Assumptions.assumeTrue(
                isThere("node") && isThere("npm"),
                "NOT TESTED: the CloudEvents SDK for JavaScript, since there is no node and npm here");
        var client = install();
        var ids = Map.of(
                "binary", "js-" + UUID.randomUUID(),
                "structured", "js-" + UUID.randomUUID(),
                "batch", "js-" + UUID.randomUUID());
        var receiver = new ProcessBuilder("node", "client.js", "receive")
                .directory(client.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            var lines = receiver.inputReader(UTF_8);
            var port = Integer.parseInt(lines.readLine());
            var received = new CopyOnWriteArrayList<JsonObject>();
            var unused = Thread.ofVirtual().start(() -> follow(lines, received));
            BROKER.add(new KnativeBroker.Trigger("js", READY, () -> URI.create("http://127.0.0.1:" + port)));

            // When
            var answers = new HashMap<String, String>();
            for (var each : ids.entrySet()) {
                answers.put(each.getKey(), sendByJavaScript(client, each.getKey(), each.getValue()));
            }

            // Then
            assertThat(answers.values())
                    .hasSize(3)
                    .allSatisfy(answer -> assertThat(answer).isEqualTo("204"));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(ids.values())
                            .allSatisfy(id -> assertThat(received).anySatisfy(event -> {
                                assertThat(event.getString("correlationid")).isEqualTo(id);
                                assertThat(event.getString("type")).isEqualTo(READY);
                                assertThat(event.getJsonObject("data").getJsonArray("members"))
                                        .isNotEmpty();
                            })));
        } finally {
            receiver.destroy();
        }
    }

    private static RelayProcess startRelay() {
        var settings = new HashMap<>(DYNAMICS.env());
        // As they are copied from elsewhere, and come out of `echo … | base64`.
        settings.merge("RELAY_DYNAMICS_URL", "/api/data/v9.2/", String::concat);
        settings.merge(
                "AZURE_AUTHORITY_HOST",
                "/%s/oauth2/v2.0/token".formatted(settings.get("AZURE_TENANT_ID")),
                String::concat);
        settings.put("K_SINK", BROKER.ingress().toString());
        settings.replaceAll((name, value) -> value + "\n");
        settings.put("RELAY_WINDOW", "1s");
        settings.put("RELAY_PAGE_SIZE", "500");
        settings.put("RELAY_POLL_INTERVAL", "100ms");
        settings.put("RELAY_POLL_MAX_INTERVAL", "500ms");
        return RelayProcess.start(settings);
    }

    /** All pages of a request, in the order in which the broker has taken them; repeats once. */
    private static List<CloudEvent> awaitPages(String id) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            var pages = pages(id);
            assertThat(pages).isNotEmpty();
            assertThat(pages).hasSize(data(pages.getFirst()).getInteger("pageCount"));
        });
        return pages(id);
    }

    private static List<CloudEvent> pages(String id) {
        var distinct = new java.util.LinkedHashMap<String, CloudEvent>();
        BROKER.accepted().stream()
                .filter(event -> event.getType().equals(READY) && isOf(id, event))
                .forEach(event -> distinct.putIfAbsent(event.getId(), event));
        return List.copyOf(distinct.values());
    }

    private static boolean isOf(String id, CloudEvent event) {
        return id.equals(event.getId()) || id.equals(event.getExtension("correlationid"));
    }

    private static JsonObject data(CloudEvent event) {
        return new JsonObject(new String(Objects.requireNonNull(event.getData()).toBytes(), UTF_8));
    }

    private static JsonObject data(String displayName) {
        return new JsonObject()
                .put("displayName", displayName)
                .put("query", "PROFILE(contact).FILTER(ISNOTNULL(address1_county))");
    }

    private static CloudEvent request(String id) {
        return CloudEventBuilder.v1()
                .withId(id)
                .withSource(URI.create("/tests"))
                .withType(REQUESTED)
                .withData("application/json", data(id).toBuffer().getBytes())
                .build();
    }

    private static int send(HttpRequest request) {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static boolean isThere(String command) {
        try {
            return new ProcessBuilder(command, "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The client with the SDK in the version that package.json names. */
    private static Path install() throws IOException, InterruptedException {
        var directory = Files.createDirectories(Path.of("target", "js"));
        for (var file : List.of("package.json", "client.js")) {
            Files.copy(
                    Path.of("src", "test", "js", file),
                    directory.resolve(file),
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        var npm = new ProcessBuilder(
                        "npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--prefer-offline")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("npm.log").toFile())
                .start();
        assertThat(npm.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(npm.exitValue())
                .as(() -> {
                    try {
                        return Files.readString(directory.resolve("npm.log"));
                    } catch (IOException e) {
                        return "npm install failed";
                    }
                })
                .isZero();
        return directory;
    }

    private static String sendByJavaScript(Path client, String mode, String id)
            throws IOException, InterruptedException {
        var process = new ProcessBuilder("node", "client.js", "send", relayUri().toString(), mode)
                .directory(client.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var stdin = process.outputWriter(UTF_8)) {
            stdin.write(new JsonArray()
                    .add(new JsonObject()
                            .put("id", id)
                            .put("source", "/tests/js")
                            .put("type", REQUESTED)
                            .put("subject", "Kent")
                            .put("datacontenttype", "application/json")
                            .put("data", data(id)))
                    .encode());
        }
        try (var stdout = process.inputReader(UTF_8)) {
            var answer = String.valueOf(stdout.readLine()).strip();
            process.waitFor();
            return answer;
        }
    }

    private static void follow(BufferedReader lines, List<JsonObject> received) {
        lines.lines().map(JsonObject::new).forEach(received::add);
    }

    private static URI relayUri() {
        return URI.create("http://127.0.0.1:%d/".formatted(relay().port()));
    }

    private static RelayProcess relay() {
        return Objects.requireNonNull(relay);
    }
}
