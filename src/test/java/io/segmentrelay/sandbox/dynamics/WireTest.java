package io.segmentrelay.sandbox.dynamics;

import java.time.Duration;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Every answer of the Web API, as it goes over the wire. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WireTest {

    private static final String QUERY = "PROFILE(contact).FILTER(ISNOTNULL(address1_county))";

    private final DynamicsSimulator simulator = DynamicsSimulator.start(
            new SimulatorSettings().rows(300, 50, 20).goLiveAfter(Duration.ZERO).computeAfter(Duration.ZERO));
    private final TestClient client = new TestClient(simulator);

    @BeforeAll
    void warm() {
        assertThat(client.token()).startsWith("ey");
    }

    @AfterAll
    void stop() {
        simulator.close();
    }

    private static JsonNode error(java.net.http.HttpResponse<String> response) {
        return TestClient.json(response).path("error");
    }

    @Test
    void theFourCalls() {
        // Given
        var id = UUID.randomUUID();

        // When
        var definition = client.post("msdynmkt_segmentdefinitions", TestClient.definition(id, QUERY));
        var segment = client.post("msdynmkt_segments", TestClient.segment(id, id, "Four calls \u00e9\u4e2d"));
        var published = client.publish(id);
        var members = client.members(id);

        // Then
        assertThat(definition.statusCode()).isEqualTo(204);
        assertThat(definition.headers().firstValue("OData-EntityId"))
                .contains("%s/api/data/v9.0/msdynmkt_segmentdefinitions(%s)".formatted(simulator.url(), id));
        assertThat(definition.headers().firstValue("OData-Version")).contains("4.0");
        assertThat(definition.headers().firstValue("x-ms-service-request-id")).isPresent();
        assertThat(definition.headers().firstValue("REQ_ID")).isPresent();
        assertThat(definition.headers().firstValue("x-ms-ratelimit-burst-remaining-xrm-requests"))
                .get()
                .asString()
                .containsOnlyDigits();
        assertThat(segment.statusCode()).isEqualTo(204);
        assertThat(segment.headers().firstValue("OData-EntityId"))
                .contains("%s/api/data/v9.0/msdynmkt_segments(%s)".formatted(simulator.url(), id));
        assertThat(published.statusCode()).isEqualTo(204);
        assertThat(members.statusCode()).isEqualTo(200);
        assertThat(TestClient.json(members).path("StatusCode").asInt()).isEqualTo(200);
        assertThat(TestClient.memberTexts(members)).isNotEmpty().doesNotHaveDuplicates();
        assertThat(simulator.definitionsByName()).containsEntry("Four calls \u00e9\u4e2d", 1);
        assertThat(simulator.segmentsByName()).containsEntry("Four calls \u00e9\u4e2d", 1);
        assertThat(simulator.publishesByName()).containsEntry("Four calls \u00e9\u4e2d", 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"msdynmkt_segmentdefinitions", "msdynmkt_segments"})
    void aSecondRowWithTheSameKeyIsADuplicate(String table) {
        // Given
        var id = UUID.randomUUID();
        var body = table.endsWith("definitions")
                ? TestClient.definition(id, QUERY)
                : TestClient.segment(id, id, "duplicate");
        client.post(table, body);

        // When
        var second = client.post(table, body);

        // Then
        assertThat(second.statusCode()).isEqualTo(412);
        assertThat(error(second).path("code").asText()).isEqualTo("0x80040237");
    }

    @Test
    void aRowMayBeAskedFor() {
        // When
        var created = client.send(
                client.postRequest("msdynmkt_segmentdefinitions", "{\"msdynmkt_segmentquery\":\"PROFILE(contact)\"}")
                        .header("Prefer", "return=representation"));

        // Then
        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(TestClient.json(created).path("msdynmkt_segmentdefinitionid").asText())
                .hasSize(36);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "msdynmkt_segmentdefinitions | {\"no_such_column\":1} | 0x80048d19",
                "msdynmkt_segmentdefinitions | {\"msdynmkt_segmentdefinitionid\":\"x\"} | 0x80048d19",
                "msdynmkt_segmentdefinitions | {\"msdynmkt_includedmembers\":\"nobody\"} | 0x80040203",
                "msdynmkt_segmentdefinitions | {\"cut | 0x80048d19",
                "msdynmkt_segmentdefinitions | [] | 0x80048d19",
                "msdynmkt_segments | {\"msdynmkt_displayname\":\"x\"} | 0x80040203",
                "msdynmkt_segments | {\"msdynmkt_displayname\":\"x\",\"msdynmkt_type\":5,\"msdynmkt_sourcesegmentuid\":\"5e600000-0000-4000-8000-000000000001\"} | 0x8004431a",
                "msdynmkt_PublishSegmentDefinition | {} | 0x80048d19",
                "msdynmkt_MembersList | {\"SegmentId\":\"x\"} | 0x80048d19",
            })
    void badBodies(String path, String body, String code) {
        // When
        var answer = client.post(path, body);

        // Then
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(error(answer).path("code").asText()).isEqualTo(code);
        assertThat(error(answer).path("message").asText()).isNotBlank();
    }

    @Test
    void aQueryThatTheParserRefuses() {
        // Given
        var id = UUID.randomUUID();
        client.create(id, "refused", "PROFILE(contact).FILTER(lastname == \"x\")");

        // When
        var answer = client.publish(id);

        // Then
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(TestClient.json(answer).path("ResultText").asText())
                .isEqualTo("Invalid character '\"' at line 1, position 36");
        assertThat(client.definitionRow(id).path("statuscode").asInt()).isEqualTo(TestClient.DRAFT);
    }

    @Test
    void aTableThatCannotBeSegmented() {
        // Given
        var id = UUID.randomUUID();
        client.post("msdynmkt_segmentdefinitions", TestClient.definition(id, QUERY));
        client.post(
                "msdynmkt_segments",
                TestClient.segment(id, id, "pets").put("msdynmkt_baseentitylogicalname", "new_pet"));

        // When
        var answer = client.publish(id);

        // Then
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(error(answer).path("message").asText()).contains("new_pet");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, msdynmkt_segmentdefinitions(5e600000-0000-4000-8000-00000000dead), 404, 0x80040217",
        "GET, msdynmkt_segments(5e600000-0000-4000-8000-00000000dead)?$select=statuscode, 404, 0x80040217",
        "GET, msdynmkt_segments(x), 400, 0x80060888",
        "GET, msdynmkt_nothing, 404, 0x80060888",
        "DELETE, msdynmkt_segments, 405, 0x80060884",
        "GET, msdynmkt_MembersList, 405, 0x80060884",
        "GET, $batch, 405, 0x80060884",
        "POST, $batch, 400, 0x80060888",
        "GET, msdynmkt_segmentdefinitions?$select=no_such, 400, 0x80060888",
        "GET, msdynmkt_segmentdefinitions?$filter=no_such%20eq%201, 400, 0x80060888",
        "GET, msdynmkt_segmentdefinitions?$filter=what, 400, 0x80060888",
    })
    void whatIsNotThere(String method, String path, int status, String code) {
        // When
        var answer =
                client.send(client.request(path).method(method, java.net.http.HttpRequest.BodyPublishers.noBody()));

        // Then
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(error(answer).path("code").asText()).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"msdynmkt_PublishSegmentDefinition", "msdynmkt_MembersList", "msdynmkt_SegmentStatus"})
    void anUnknownSegment(String action) {
        // When
        var answer = client.post(action, TestClient.segmentId(UUID.randomUUID()));

        // Then
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(error(answer).path("code").asText()).isEqualTo("0x80040217");
    }

    @Test
    void anotherContentTypeIsRefused() {
        // When
        var answer = client.send(client.request("msdynmkt_segments")
                .header("Content-Type", "text/plain")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString("{}")));

        // Then
        assertThat(answer.statusCode()).isEqualTo(415);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Basic abc", "Bearer x", "Bearer a.b.c"})
    void withoutATokenNothingIsAnswered(String authorization) {
        // When
        var answer = client.send(client.request("msdynmkt_segments").setHeader("Authorization", authorization));

        // Then
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate"))
                .get()
                .asString()
                .contains("authorization_uri=" + simulator.url());
    }

    @Test
    void manyRowsByTheirKeys() {
        // Given
        var ids = IntStream.range(0, 5).mapToObj(i -> UUID.randomUUID()).toList();
        ids.forEach(id -> client.create(id, "by key " + id, QUERY));
        client.publish(ids.getFirst());
        var list = ids.stream().limit(3).map("'%s'"::formatted).collect(Collectors.joining(","));
        var filter = "Microsoft.Dynamics.CRM.In(PropertyName='msdynmkt_segmentdefinitionid',PropertyValues=[%s,'%s'])"
                .formatted(list, UUID.randomUUID());

        // When
        var answer =
                client.get("msdynmkt_segmentdefinitions?%24select=statuscode%2Cmsdynmkt_computationstatus&%24filter="
                        + java.net.URLEncoder.encode(
                                filter.replace(",P", ", P"), java.nio.charset.StandardCharsets.UTF_8));
        var segments = client.get("msdynmkt_segments?$select=statuscode,msdynmkt_membercount&$filter="
                + filter.replace("segmentdefinitionid", "segmentid")
                        .replace("'", "%27")
                        .replace("[", "%5B")
                        .replace("]", "%5D"));

        // Then
        var rows = TestClient.json(answer).path("value");
        assertThat(rows).hasSize(3).allSatisfy(row -> assertThat(row.size()).isEqualTo(3));
        assertThat(rows.get(0).path("msdynmkt_segmentdefinitionid").asText())
                .isEqualTo(ids.getFirst().toString());
        assertThat(rows.get(0).path("statuscode").asInt()).isEqualTo(723270000);
        assertThat(rows.get(0).path("msdynmkt_computationstatus").asInt()).isEqualTo(723270001);
        assertThat(rows.get(1).path("statuscode").asInt()).isEqualTo(TestClient.DRAFT);
        var segmentRows = TestClient.json(segments).path("value");
        assertThat(segmentRows).hasSize(3);
        assertThat(segmentRows.get(0).path("msdynmkt_membercount").asInt()).isPositive();
        assertThat(segmentRows.get(1).path("msdynmkt_membercount").isNull()).isTrue();
    }

    @Test
    void pages() {
        // Given
        IntStream.range(0, 5).forEach(i -> client.create(UUID.randomUUID(), "paged " + i, QUERY));
        var path =
                "msdynmkt_segments?$select=msdynmkt_displayname&$filter=statuscode%20eq%202%20and%20createdon%20ge%202020-01-01T00:00:00Z";

        // When
        var found = new java.util.ArrayList<String>();
        var pages = 0;
        var next = java.util.Optional.of(path);
        while (next.isPresent()) {
            var page = client.send(client.request(next.orElseThrow()).header("Prefer", "odata.maxpagesize=2"));
            TestClient.json(page)
                    .path("value")
                    .forEach(row -> found.add(row.path("msdynmkt_displayname").asText()));
            next = java.util.Optional.ofNullable(
                            TestClient.json(page).path("@odata.nextLink").textValue())
                    .map(link -> link.substring(link.indexOf("msdynmkt")));
            pages++;
        }

        // Then
        assertThat(found)
                .contains("paged 0", "paged 1", "paged 2", "paged 3", "paged 4")
                .doesNotHaveDuplicates();
        assertThat(pages).isEqualTo((found.size() + 1) / 2);
    }

    @Test
    void olderSolutionsHaveNoComputationColumns() {
        // Given
        var id = UUID.randomUUID();
        client.create(id, "older", QUERY);
        simulator.settings().computationColumns(false);

        // When
        var with = client.get("msdynmkt_segmentdefinitions(%s)?$select=msdynmkt_computationstatus".formatted(id));
        var without = client.get("msdynmkt_segmentdefinitions(%s)?$select=statuscode".formatted(id));
        var all = client.get("msdynmkt_segmentdefinitions(%s)".formatted(id));
        simulator.settings().computationColumns(true);

        // Then
        assertThat(with.statusCode()).isEqualTo(400);
        assertThat(error(with).path("message").asText()).contains("msdynmkt_computationstatus");
        assertThat(without.statusCode()).isEqualTo(200);
        assertThat(TestClient.json(all).has("msdynmkt_computationstatus")).isFalse();
    }

    @Test
    void aUrlMayBe32KbLong() {
        // Given
        var long30 = "msdynmkt_segments?$filter=msdynmkt_displayname%20eq%20'" + "x".repeat(30 * 1024) + "'";
        var long40 = "msdynmkt_segments?$filter=msdynmkt_displayname%20eq%20'" + "x".repeat(40 * 1024) + "'";

        // When
        var fits = client.get(long30.replace("'", "%27"));
        var tooLong = client.get(long40.replace("'", "%27"));

        // Then
        assertThat(fits.statusCode()).isEqualTo(200);
        assertThat(tooLong.statusCode()).isEqualTo(414);
    }

    @Test
    void aBodyThatIsTooLargeIsRefused() {
        // When
        var answer = client.post("msdynmkt_segments", "x".repeat(17 * 1024 * 1024));

        // Then
        assertThat(answer.statusCode()).isEqualTo(413);
    }

    @Test
    void saysHowTheLastExecutionEnded() {
        // Given
        var id = UUID.randomUUID();
        client.create(id, "status", QUERY);
        client.publish(id);

        // When
        var answer = client.post("msdynmkt_SegmentStatus", TestClient.segmentId(id));

        // Then
        assertThat(TestClient.json(answer).path("ResultText").asText())
                .isEqualTo("{\"lastExecution\":{\"status\":\"Succeeded\"}}");
    }
}
