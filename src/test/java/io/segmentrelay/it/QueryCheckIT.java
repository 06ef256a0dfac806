package io.segmentrelay.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import io.segmentrelay.sandbox.Sandbox;
import io.segmentrelay.sandbox.SandboxOptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What the package makes of queries that look wrong; and that it costs nothing where it makes nothing of them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QueryCheckIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String WRONG = "PROFILE(contact).FILTER(lastname == \"planted\")";
    private static final String UNKNOWN = "PROFILE(contact).FILTER(SOUNDSLIKE(lastname, 'planted'))";
    private static final String PARSER = "io.segmentrelay.query.SegmentQueryParser ";

    private Sandbox sandbox;
    private Topics topics;

    @BeforeAll
    void start() {
        sandbox = Sandbox.start(SandboxOptions.defaults());
        topics = new Topics(sandbox.kafka().bootstrapServers(), 1);
    }

    @AfterAll
    void stop() {
        topics.close();
        sandbox.close();
    }

    @Test
    void tellsWhatItFoundBesideWhatDynamicsSays() throws IOException {
        // Given
        var classes = Files.createTempFile(Path.of("target"), "classes-", ".log");
        try (var relay = relay(Map.of(), classes)) {
            var loadedAtFirst = loaded(classes);

            // When
            var failed = failed("warned", WRONG);

            // Then
            assertThat(failed.getString("code")).isEqualTo("rejected-by-dynamics");
            assertThat(failed.getJsonObject("dynamics").getString("message"))
                    .isEqualTo("Invalid character '\"' at line 1, position 36");
            assertThat(failed.getJsonArray("warnings")).containsExactly("query-suspicious");
            assertThat(failed.getJsonArray("queryFindings").getJsonObject(0))
                    .isEqualTo(new JsonObject()
                            .put("position", 37)
                            .put("message", "Double quotes are not taken around a text")
                            .put("suggestion", "Write the text in single quotes, and an apostrophe within it twice"));
            assertThat(relay.log())
                    .contains("the query looks wrong: position 37, Double quotes")
                    .doesNotContain("planted");
            // Each delivery counts, those of requests of the process before too that it had not committed.
            assertThat(relay.metric("relay_query_suspicious_total")).isPositive();
            assertThat(loadedAtFirst)
                    .as("the parser is loaded by the first query, not by the start")
                    .isFalse();
            assertThat(RelayProcess.isNative() || loaded(classes)).isTrue();
        }
    }

    @Test
    void refusesWhatIsCertainlyWrongBeforeAnythingIsCreated() {
        // Given
        try (var relay = RelayProcess.start(settings(Map.of("RELAY_QUERY_CHECK", "reject")))) {
            // When
            var refused = failed("refused", WRONG);
            var unknown = failed("unknown", UNKNOWN);
            topics.request("good", request("good", "PROFILE(contact).FILTER(ISNOTNULL(address1_county))"));

            // Then
            assertThat(refused.getString("code")).isEqualTo("invalid-request");
            assertThat(refused.getString("step")).isEqualTo("validate");
            assertThat(refused.getString("message")).contains("query, at position 37", "single quotes");
            assertThat(refused.getJsonArray("queryFindings")).hasSize(1);
            assertThat(sandbox.dynamics().definitionsByName()).doesNotContainKey("refused");
            assertThat(unknown.getString("code"))
                    .as("Dynamics has the last word on what is not known")
                    .isEqualTo("rejected-by-dynamics");
            assertThat(unknown.getJsonArray("queryFindings")).hasSize(1);
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(topics.byRequest(Topics.READY)).containsKey("good"));
            assertThat(relay.metric("relay_query_suspicious_total")).isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void doesNotLookWhereItIsOff() throws IOException {
        // Given
        Assumptions.assumeFalse(RelayProcess.isNative(), "NOT TESTED: a native executable loads no classes");
        var classes = Files.createTempFile(Path.of("target"), "classes-", ".log");
        try (var relay = relay(Map.of("RELAY_QUERY_CHECK", "off"), classes)) {
            // When
            var failed = failed("off", WRONG);

            // Then
            assertThat(failed.getString("code")).isEqualTo("rejected-by-dynamics");
            assertThat(failed.containsKey("queryFindings")).isFalse();
            assertThat(relay.metric("relay_query_suspicious_total")).isZero();
            assertThat(loaded(classes)).isFalse();
        }
    }

    private RelayProcess relay(Map<String, String> more, Path classes) {
        return RelayProcess.start(settings(more), "-Xmx256m", "-Xlog:class+load:file=" + classes);
    }

    private static boolean loaded(Path classes) throws IOException {
        return Files.readString(classes).contains(PARSER);
    }

    private Map<String, String> settings(Map<String, String> more) {
        var settings = new HashMap<>(sandbox.env());
        settings.putAll(more);
        return settings;
    }

    private static String request(String name, String query) {
        return new JsonObject().put("displayName", name).put("query", query).encode();
    }

    private JsonObject failed(String id, String query) {
        topics.request(id, request(id, query));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(topics.byRequest(Topics.FAILED)).containsKey(id));
        return Topics.data(
                topics.byRequest(Topics.FAILED).getOrDefault(id, List.of()).getFirst());
    }
}
