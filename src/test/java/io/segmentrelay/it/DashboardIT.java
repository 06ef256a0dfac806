package io.segmentrelay.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.segmentrelay.sandbox.Ports;
import io.segmentrelay.sandbox.SandboxOptions;
import io.segmentrelay.sandbox.dynamics.SimulatorSettings;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The dashboard's queries and the alerts' rules in a real Prometheus, with what a relay measures. Skipped where there is none. */
class DashboardIT {

    private static final Path DASHBOARD = Path.of("deploy", "grafana", "dashboards", "segment-relay.json");
    private static final Path ALERTS =
            Path.of("deploy", "prometheus", "alerts.yml").toAbsolutePath();

    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration SOON = Duration.ofSeconds(60);

    /** As a panel asks for. */
    private record Query(String panel, String expression) {}

    @TempDir
    Path folder;

    @Test
    void noPanelIsEmptyAndEachRuleIsEvaluated() throws Exception {
        // Given
        var prometheus = Installed.needed("prometheus", "prometheus");
        assertChecked(Installed.needed("prometheus", "promtool"));
        var simulator =
                new SimulatorSettings().refreshEvery(Duration.ofSeconds(4)).rateOfChange(0.002);
        try (var world = new World(SandboxOptions.defaults().withSimulator(simulator), 1)) {
            var relay = world.relay(Map.of("RELAY_POLL_MAX_INTERVAL", "1s"));
            var port = Ports.free();
            var server = start(prometheus, relay.port(), port);
            try (var timer = Executors.newSingleThreadScheduledExecutor()) {
                await("a first scrape")
                        .atMost(SOON)
                        .ignoreExceptions()
                        .until(() -> values(port, "relay_in_flight").size() == 1);

                // When: whatever a panel shows happens, and goes on (a quantile of what happened once only is NaN)
                live(world);
                var more = new AtomicInteger();
                var load = timer.scheduleWithFixedDelay(
                        () -> world.submit("more " + more.incrementAndGet()), 0, 1, TimeUnit.SECONDS);

                // Then
                for (var query : queries()) {
                    await(query.toString())
                            .atMost(SOON)
                            .untilAsserted(() -> assertThat(values(port, query.expression()))
                                    .as("%s", query)
                                    .isNotEmpty()
                                    .anyMatch(Double::isFinite));
                }
                assertThat(values(port, "relay_changes_total")).allMatch(value -> value > 0);
                assertThat(values(port, "sum(relay_query_suspicious_total)")).allMatch(value -> value > 0);
                assertThat(rules(port)).isNotEmpty().allSatisfy(rule -> {
                    assertThat(rule.path("health").asText()).as("%s", rule).isEqualTo("ok");
                    assertThat(rule.path("lastError").asText()).isEmpty();
                });
                assertThat(load.isDone()).as("the load has ended").isFalse();
            } finally {
                server.destroy();
                assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    private static void live(World world) {
        var names = IntStream.range(0, 5).mapToObj(number -> "shown " + number).toList();
        names.forEach(world::submit);
        world.submit("followed", ",\"follow\":{\"until\":\"PT20S\"}");
        world.submit("let go", ",\"keepFor\":\"PT2S\"");
        world.topics().request("wrong", """
                {"displayName": "wrong", "query": "PROFILE(contact).FILTER(a = 1)"}""");
        world.topics().request("invalid", "{}");
        await("all of it").atMost(SOON.multipliedBy(2)).untilAsserted(() -> {
            var answers = world.topics().byRequest(Topics.READY);
            assertThat(answers).containsKeys(names.toArray(String[]::new)).containsKeys("followed", "let go");
            assertThat(types(world)).anyMatch(type -> type.endsWith("changed.v1"));
            assertThat(types(world)).anyMatch(type -> type.endsWith("retired.v1"));
            assertThat(types(world)).anyMatch(type -> type.endsWith("ended.v1"));
            assertThat(world.topics().byRequest(Topics.FAILED)).containsKeys("wrong", "invalid");
        });
    }

    private static List<String> types(World world) {
        return world.topics().of(Topics.READY).stream()
                .map(record -> new String(record.headers().lastHeader("ce_type").value(), UTF_8))
                .toList();
    }

    private static List<Query> queries() throws IOException {
        var queries = new ArrayList<Query>();
        for (var panel : JSON.readTree(DASHBOARD.toFile()).path("panels")) {
            for (var target : panel.path("targets")) {
                queries.add(new Query(
                        panel.path("title").asText(), target.path("expr").asText()));
            }
        }
        assertThat(queries).hasSizeGreaterThan(20);
        return queries;
    }

    private void assertChecked(Path promtool) throws IOException, InterruptedException {
        var said = folder.resolve("promtool.log");
        var check = new ProcessBuilder(promtool.toString(), "check", "rules", ALERTS.toString())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertThat(check.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(check.exitValue()).as("%s", Files.readString(said)).isZero();
    }

    private Process start(Path prometheus, int relay, int port) throws IOException {
        var settings = folder.resolve("prometheus.yml");
        Files.writeString(settings, """
                global:
                  scrape_interval: 1s
                  evaluation_interval: 1s
                rule_files:
                  - %s
                scrape_configs:
                  - job_name: segment-relay
                    metrics_path: /q/metrics
                    static_configs:
                      - targets: ["localhost:%d"]
                """.formatted(ALERTS, relay));
        return new ProcessBuilder(
                        prometheus.toString(),
                        "--config.file=" + settings,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("prometheus.log").toFile())
                .start();
    }

    private static List<JsonNode> rules(int port) {
        var rules = new ArrayList<JsonNode>();
        get(port, "rules").at("/data/groups/0/rules").forEach(rules::add);
        return rules;
    }

    /** What a query gives now, of each series. */
    private static List<Double> values(int port, String expression) {
        var answer = get(port, "query?query=" + URLEncoder.encode(expression, UTF_8));
        assertThat(answer.path("status").asText()).as("%s", answer).isEqualTo("success");
        var values = new ArrayList<Double>();
        answer.at("/data/result")
                .forEach(series -> values.add(
                        Double.valueOf(series.path("value").path(1).asText().replace("+Inf", "Infinity"))));
        return values;
    }

    private static JsonNode get(int port, String path) {
        try {
            return JSON.readTree(HTTP.send(
                            HttpRequest.newBuilder(URI.create("http://localhost:%d/api/v1/%s".formatted(port, path)))
                                    .build(),
                            BodyHandlers.ofString())
                    .body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
