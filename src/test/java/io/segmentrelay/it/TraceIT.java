package io.segmentrelay.it;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

import io.segmentrelay.event.EventTypes;
import io.segmentrelay.event.RequestKey;
import io.segmentrelay.it.OtlpReceiver.Told;
import io.segmentrelay.sandbox.SandboxOptions;
import io.segmentrelay.sandbox.dynamics.Effect;
import io.segmentrelay.sandbox.dynamics.Fault;
import io.segmentrelay.sandbox.dynamics.Operation;
import io.segmentrelay.sandbox.dynamics.SimulatorSettings;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** One trace leads from a request over all replicas to its last page; and there is none where nobody has said where to. */
class TraceIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String CALLER = "b7ad6b7169203331";
    private static final String TRACEPARENT = "00-" + TRACE + "-" + CALLER + "-01";

    private static final String JSON_LOG = "QUARKUS_LOG_CONSOLE_JSON_ENABLED";

    private final SimulatorSettings simulator = new SimulatorSettings().goLiveAfter(Duration.ofHours(1));

    @Test
    void isOneTreeOverTwoReplicas() {
        try (var collector = new OtlpReceiver();
                var world = new World(SandboxOptions.defaults().withSimulator(simulator), 1)) {
            // Given
            world.faults()
                    .add(Fault.on(Operation.PUBLISH)
                            .segment("traced")
                            .times(1)
                            .does(Effect.throttled(Duration.ofSeconds(1))));
            var first = world.relay(with(collector.settings("first"), Map.of(JSON_LOG, "true")));
            world.sandbox().dynamics().alias(new RequestKey("/tests", "traced").uuid(), "traced");
            var request = new ProducerRecord<>(
                    Topics.REQUESTS, "traced", World.request("traced").getBytes(UTF_8));
            var headers = new HashMap<>(Topics.binaryHeaders("traced"));
            headers.put("traceparent", TRACEPARENT);
            headers.put("tracestate", "vendor=opaque");
            headers.forEach((name, value) -> request.headers().add(name, value.getBytes(UTF_8)));

            // When
            world.topics().send(request);
            await("it to wait").atMost(SOON).until(() -> WatchedReplicas.waiting(first) >= 1);
            await("a poll").atMost(SOON).until(() -> collector.told().stream().anyMatch(TraceIT::isPoll));
            // One after the other: who joins while the request waits is delivered the request itself, as a repeat.
            first.terminate();
            var second = world.relay(collector.settings("second"));
            simulator.goLiveAfter(Duration.ZERO);
            world.awaitEnded(List.of("traced"), SOON);

            // Then
            await("the last span")
                    .atMost(SOON)
                    .untilAsserted(() -> assertThat(names(collector.ofTrace(TRACE)))
                            .contains("send " + EventTypes.READY)
                            .contains("segment delivery"));
            await("both deliveries")
                    .atMost(SOON)
                    .until(() -> deliveries(collector).size() == 2);
            var spans = collector.ofTrace(TRACE);
            assertOneTree(spans);
            assertThat(deliveries(collector)).extracting(Told::instance).containsExactlyInAnyOrder("first", "second");
            assertThat(names(spans))
                    .contains(
                            "create-definition",
                            "create-segment",
                            "publish",
                            "await-live",
                            "fetch-members",
                            "dynamics create-definition",
                            "dynamics create-segment",
                            "dynamics publish",
                            "dynamics members",
                            "send " + EventTypes.PENDING);
            assertThat(spans)
                    .filteredOn(span -> span.name().equals("dynamics publish"))
                    .anySatisfy(call -> {
                        assertThat(call.attributes()).containsEntry("http.response.status_code", "429");
                        assertThat(call.span().getEventsList())
                                .extracting(event -> event.getName())
                                .contains("throttled");
                    })
                    .anySatisfy(call -> assertThat(call.attributes().get("http.response.status_code"))
                            .startsWith("20"));
            var poll = collector.told().stream()
                    .filter(TraceIT::isPoll)
                    .findFirst()
                    .orElseThrow();
            assertThat(poll.trace()).isNotEqualTo(TRACE);
            assertThat(poll.span().getLinksList())
                    .anySatisfy(link -> assertThat(java.util.HexFormat.of()
                                    .formatHex(link.getTraceId().toByteArray()))
                            .isEqualTo(TRACE));
            var ids = spans.stream().map(Told::id).collect(Collectors.toSet());
            assertThat(world.topics().of(Topics.READY)).isNotEmpty().allSatisfy(page -> {
                var place = Topics.header(page, "traceparent").orElseThrow();
                assertThat(Topics.header(page, "ce_traceparent")).contains(place);
                assertThat(place).startsWith("00-" + TRACE);
                assertThat(ids).contains(place.substring(36, 52));
                assertThat(Topics.header(page, "tracestate")).contains("vendor=opaque");
            });
            assertTellsNothing(world, collector.told().toString());
            assertTellsNothing(world, first.log());
            assertTellsNothing(world, exemplars(second));
            assertThat(first.log().lines().filter(line -> line.contains("create-definition done")))
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .startsWith("{")
                            .contains("\"requestId\":\"traced\"", "\"segmentId\":", "\"traceId\":\"" + TRACE + "\""));
        }
    }

    @Test
    void beginsWithTheRequestWhereNobodyHasBegunItBefore() {
        try (var collector = new OtlpReceiver();
                var world = new World(1)) {
            // Given
            var relay = world.relay(collector.settings("only"));
            var trace = new RequestKey("/tests", "untraced").uuid().toString().replace("-", "");

            // When
            world.submit("untraced");
            world.awaitEnded(List.of("untraced"), SOON);

            // Then
            await("the delivery")
                    .atMost(SOON)
                    .until(() -> names(collector.ofTrace(trace)).contains("segment delivery"));
            var spans = collector.ofTrace(trace);
            assertThat(spans).filteredOn(span -> span.parent().isEmpty()).hasSize(1);
            assertThat(relay.metric("relay_dynamics_calls_seconds_bucket")).isPositive();
            assertThat(exemplars(relay)).contains("trace_id=\"" + trace + "\"");
        }
    }

    @Test
    void isOffWhereNobodyHasSaidWhereTo() {
        try (var world = new World(1)) {
            // Given
            var relay = world.relay(Map.of());

            // When
            world.submit("silent");
            world.awaitEnded(List.of("silent"), SOON);

            // Then
            assertThat(world.topics().of(Topics.READY)).allSatisfy(page -> {
                assertThat(Topics.header(page, "traceparent")).isEmpty();
                assertThat(Topics.header(page, "ce_traceparent")).isEmpty();
            });
            assertThat(relay.threads()).noneMatch(name -> name.contains("BatchSpanProcessor"));
        }
    }

    private static Map<String, String> with(Map<String, String> settings, Map<String, String> more) {
        var all = new HashMap<>(settings);
        all.putAll(more);
        return all;
    }

    private static boolean isPoll(Told span) {
        return span.name().equals("poll");
    }

    private static List<String> names(List<Told> spans) {
        return spans.stream().map(Told::name).toList();
    }

    private static List<Told> deliveries(OtlpReceiver collector) {
        return collector.ofTrace(TRACE).stream()
                .filter(span -> span.name().equals("segment delivery"))
                .toList();
    }

    /** Each span's parent is there, up to the one that the caller has begun. */
    private static void assertOneTree(List<Told> spans) {
        var ids = spans.stream().map(Told::id).collect(Collectors.toCollection(HashSet::new));
        assertThat(ids).as("no span is told twice").hasSameSizeAs(spans);
        ids.add(CALLER);
        assertThat(spans).allSatisfy(span -> assertThat(ids).contains(span.parent()));
        assertThat(spans).filteredOn(span -> span.parent().equals(CALLER)).hasSize(1);
    }

    private static void assertTellsNothing(World world, String said) {
        var members = new HashSet<String>();
        world.topics().of(Topics.READY).forEach(page -> members.addAll(Topics.texts(page, "members")));
        assertThat(said).isNotEmpty();
        assertThat(said)
                .doesNotContain(world.sandbox().env().get("AZURE_CLIENT_SECRET"))
                .doesNotContainPattern("Bearer|eyJ[A-Za-z0-9_-]{8,}\\.")
                .doesNotContain("ISNOTNULL", "PROFILE(");
        assertThat(Set.copyOf(members)).isNotEmpty().noneMatch(said::contains);
    }

    private static String exemplars(RelayProcess relay) {
        return io.restassured.RestAssured.given()
                .port(relay.port())
                .header("Accept", "application/openmetrics-text; version=1.0.0; charset=utf-8")
                .get("/q/metrics")
                .asString();
    }
}
