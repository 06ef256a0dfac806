package io.segmentrelay.contract;

import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** What the check of every event in the tests finds; that it finds anything. */
class PublishedContractTest {

    private static final Map<String, String> HEADERS = Map.ofEntries(
            Map.entry("ce_specversion", "1.0"),
            Map.entry("ce_id", "7a6d1f0e-55c3-5b0a-9f5f-1c2d3e4f5a6b"),
            Map.entry("ce_source", "/segment-relay"),
            Map.entry("ce_type", "io.segmentrelay.segment.failed.v1"),
            Map.entry("ce_subject", "order-17"),
            Map.entry("ce_dataschema", "urn:segment-relay:schema:segment-failed.v1"),
            Map.entry("ce_correlationid", "order-17"),
            Map.entry("ce_causationid", "order-17"),
            Map.entry("ce_partitionkey", "order-17"),
            Map.entry("content-type", "application/json"));

    private static final String DATA = """
            {"requestId": "order-17", "requestSource": "/campaigns", "code": "invalid-request", "step": "validate",
             "message": "displayName is missing"}""";

    @Test
    void findsNothingWrongWithAnEventAsItShouldBe() {
        assertThat(PublishedContract.ofKafka(HEADERS, bytes(DATA))).isEmpty();
    }

    @Test
    void findsDataThatAreNotAsTheirSchemaSays() {
        assertThat(PublishedContract.ofKafka(HEADERS, bytes(DATA.replace("\"validate\"", "\"dreaming\""))))
                .singleElement()
                .asString()
                .contains("segment-failed.v1", "step");
        assertThat(PublishedContract.ofKafka(HEADERS, bytes(DATA.replace("\"code\"", "\"coda\""))))
                .hasSize(2);
        assertThat(PublishedContract.ofKafka(HEADERS, bytes("{"))).hasSize(1);
    }

    @Test
    void findsASchemaThatThereIsNot() {
        assertThat(PublishedContract.ofKafka(with("ce_dataschema", "urn:segment-relay:schema:other.v1"), bytes(DATA)))
                .anySatisfy(problem -> assertThat(problem).contains("other.v1", "there is none"));
        assertThat(PublishedContract.ofKafka(without("ce_dataschema"), bytes(DATA)))
                .anySatisfy(problem -> assertThat(problem).contains("there is none"));
    }

    @Test
    void findsHeadersThatAreNotAsTheDocumentSays() {
        assertThat(PublishedContract.ofKafka(with("ce_moonphase", "full"), bytes(DATA)))
                .singleElement()
                .asString()
                .contains("ce_moonphase");
        assertThat(PublishedContract.ofKafka(without("ce_partitionkey"), bytes(DATA)))
                .singleElement()
                .asString()
                .contains("ce_partitionkey");
        assertThat(PublishedContract.ofKafka(with("ce_id", "no UUID"), bytes(DATA)))
                .as("a format is a remark, no rule")
                .isEmpty();
        assertThat(PublishedContract.ofKafka(with("ce_type", "io.segmentrelay.segment.dreamt.v1"), bytes(DATA)))
                .anySatisfy(problem -> assertThat(problem).contains("dreamt", "asyncapi.yaml"));
    }

    @Test
    void findsHeadersOfDeadLettersThatAreNotPublished() {
        // Given
        var headers = Map.of(
                "ce_id", "as it came",
                "dead-letter-reason", "no CloudEvent",
                "dead-letter-topic", "segment-requests",
                "dead-letter-partition", "0",
                "dead-letter-offset", "7");
        var other = new HashMap<>(headers);
        other.put("dead-letter-moonphase", "full");
        other.remove("dead-letter-offset");

        // Then
        assertThat(PublishedContract.ofDeadLetter(headers)).isEmpty();
        assertThat(PublishedContract.ofDeadLetter(other)).hasSize(2);
        assertThat(PublishedContract.ofDeadLetter(Map.of("dead-letter-moonphase", "full")))
                .as("not the relay's")
                .isEmpty();
    }

    @Test
    void leavesTheEventsOfOthersAlone() {
        assertThat(PublishedContract.ofKafka(with("ce_source", "/tests"), bytes("{")))
                .isEmpty();
    }

    private static Map<String, String> with(String name, String value) {
        var headers = new HashMap<>(HEADERS);
        headers.put(name, value);
        return headers;
    }

    private static Map<String, String> without(String name) {
        var headers = new HashMap<>(HEADERS);
        headers.remove(name);
        return headers;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
