package io.segmentrelay.dynamics.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

import jakarta.inject.Inject;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.mutiny.Uni;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.segmentrelay.config.RelayConfig.Batch;
import io.segmentrelay.config.RelayConfig.IdKind;
import io.segmentrelay.config.RelayConfig.MembersStyle;
import io.segmentrelay.dynamics.DefinitionLook;
import io.segmentrelay.dynamics.DefinitionState;
import io.segmentrelay.dynamics.DefinitionState.Computation;
import io.segmentrelay.dynamics.DefinitionState.Status;
import io.segmentrelay.dynamics.Dynamics;
import io.segmentrelay.dynamics.Dynamics.Created;
import io.segmentrelay.dynamics.Dynamics.SegmentIds;
import io.segmentrelay.dynamics.DynamicsException;
import io.segmentrelay.dynamics.DynamicsException.Rejected;
import io.segmentrelay.dynamics.DynamicsException.Unauthorized;
import io.segmentrelay.dynamics.DynamicsException.Weather;
import io.segmentrelay.dynamics.FoundSegment;
import io.segmentrelay.dynamics.MemberSet;
import io.segmentrelay.dynamics.NewDefinition;
import io.segmentrelay.dynamics.NewSegment;
import io.segmentrelay.dynamics.StaticGroup;
import io.segmentrelay.dynamics.limits.DynamicsGate;
import io.segmentrelay.dynamics.login.DynamicsTokens;
import io.segmentrelay.dynamics.members.MembersAnswerReaderTest;
import io.segmentrelay.time.Time;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.notContaining;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** What goes over the wire, and what is made of what comes back. */
@QuarkusTest
@TestProfile(OnlyDynamics.class)
class DynamicsWireTest {

    private static final UUID SEGMENT = UUID.fromString("5e600000-0000-4000-8000-000000000001");
    private static final UUID DEFINITION = UUID.fromString("def00000-0000-4000-8000-000000000002");
    private static final SegmentIds IDS = new SegmentIds(SEGMENT, DEFINITION);
    private static final UUID MEMBER = UUID.fromString("11111111-1111-4111-8111-111111111111");
    private static final NewDefinition NEW_DEFINITION = new NewDefinition(
            DEFINITION,
            Optional.of("PROFILE(contact).FILTER(ISNOTNULL(address1_county))"),
            List.of(MEMBER, SEGMENT),
            List.of(DEFINITION),
            Optional.of(true),
            Optional.of(Duration.ofMinutes(15)));
    private static final NewSegment NEW_SEGMENT =
            new NewSegment(SEGMENT, DEFINITION, "Ünïcode \"quoted\"", true, "contact", Optional.of(MEMBER));

    @Inject
    Dynamics dynamics;

    @Inject
    ApiConnections api;

    @Inject
    DynamicsTokens tokens;

    @Inject
    DynamicsGate gate;

    @Inject
    Time time;

    @Nullable
    WireMockServer server;

    @BeforeEach
    void forget() {
        server().resetAll();
        // The token server's first answer may take longer than a call may, on a busy machine.
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> !await(tokens.get()).isEmpty());
    }

    /** The first takes longer on a busy machine than a call may here. */
    @BeforeEach
    void haveAToken() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(await(tokens.get())).startsWith("ey"));
    }

    @Test
    void createsADefinitionAsTheArticleShows() {
        // Given
        answer(aResponse()
                .withStatus(204)
                .withHeader(
                        "OData-EntityId", "https://x/api/data/v9.0/msdynmkt_segmentdefinitions(%s)".formatted(MEMBER)));

        // When
        var created = await(dynamics.createDefinition(NEW_DEFINITION));

        // Then
        assertThat(created).isEqualTo(new Created(MEMBER, false));
        assertPosted("/api/data/v9.0/msdynmkt_segmentdefinitions", """
                {"msdynmkt_segmentdefinitionid":"def00000-0000-4000-8000-000000000002",\
                "msdynmkt_segmentquery":"PROFILE(contact).FILTER(ISNOTNULL(address1_county))",\
                "statecode":0,"statuscode":723270001,\
                "msdynmkt_includedmembers":"11111111-1111-4111-8111-111111111111,5e600000-0000-4000-8000-000000000001",\
                "msdynmkt_excludedmembers":"def00000-0000-4000-8000-000000000002",\
                "msdynmkt_disablesegmentrefresh":false,"msdynmkt_segmentrefreshintervalminutes":15}""");
    }

    /** WireMock rewrites some headers, so this looks at the bytes. */
    @Test
    void writesTheContentTypeToTheLetter() throws Exception {
        try (var socket = new ServerSocket(0)) {
            // Given
            var head = new CompletableFuture<String>();
            Thread.ofVirtual().start(() -> answerOnce(socket, head));
            var url = URI.create("http://localhost:%d/".formatted(socket.getLocalPort()));
            var body = RequestBodies.segmentId(SEGMENT);
            try (var raw = ApiConnections.to(url, 1, Duration.ofSeconds(5), Optional.empty())) {
                // When
                var answer = await(raw.once(api -> api.publish("v9.0", "Bearer x", body)));

                // Then
                assertThat(answer.status()).isEqualTo(204);
            }
            assertThat(head.get(5, TimeUnit.SECONDS).lines())
                    .contains(
                            "POST /api/data/v9.0/msdynmkt_PublishSegmentDefinition HTTP/1.1",
                            "Content-Type: application/json; charset=utf-8",
                            "OData-MaxVersion: 4.0",
                            "OData-Version: 4.0",
                            "Accept: application/json",
                            "Authorization: Bearer x");
        }
    }

    private static void answerOnce(ServerSocket socket, CompletableFuture<String> head) {
        try (var connection = socket.accept()) {
            var text = new StringBuilder();
            while (text.indexOf("\r\n\r\n") < 0) {
                text.append((char) connection.getInputStream().read());
            }
            connection.getOutputStream().write("HTTP/1.1 204 No Content\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            head.complete(text.toString());
        } catch (IOException e) {
            head.completeExceptionally(e);
        }
    }

    @Test
    void leavesOutWhatIsNotGiven() {
        // Given
        answer(aResponse().withStatus(204));

        // When
        var created = await(dynamics.createDefinition(new NewDefinition(
                DEFINITION, Optional.empty(), List.of(), List.of(), Optional.empty(), Optional.empty())));

        // Then
        assertThat(created).isEqualTo(new Created(DEFINITION, false));
        assertPosted("/api/data/v9.0/msdynmkt_segmentdefinitions", """
                {"msdynmkt_segmentdefinitionid":"def00000-0000-4000-8000-000000000002","statecode":0,"statuscode":723270001}""");
    }

    @Test
    void namesTheGroupsOfListedMembersAndSendsThemApart() {
        // Given
        answer(aResponse().withStatus(204));
        var client = newClient(MembersStyle.GROUPS);

        // When
        await(client.createDefinition(new NewDefinition(
                DEFINITION, Optional.empty(), List.of(MEMBER), List.of(SEGMENT), Optional.empty(), Optional.empty())));

        // Then
        assertThat(client.addsMembersApart()).isTrue();
        assertPosted("/api/data/v9.0/msdynmkt_segmentdefinitions", """
                {"msdynmkt_segmentdefinitionid":"def00000-0000-4000-8000-000000000002","statecode":0,"statuscode":723270001,\
                "msdynmkt_staticlistmembers":"[\
                {\\"groupId\\":\\"def00000-0000-4000-8000-000000000003\\",\\"includeType\\":\\"Include\\",\\"name\\":\\"Include\\",\\"inputType\\":\\"manualSelect\\"},\
                {\\"groupId\\":\\"def00000-0000-4000-8000-000000000000\\",\\"includeType\\":\\"Exclude\\",\\"name\\":\\"Exclude\\",\\"inputType\\":\\"manualSelect\\"}]"}""");

        // When
        answer(aResponse().withStatus(204));
        await(client.addMembers(IDS, StaticGroup.INCLUDE.id(DEFINITION), List.of(MEMBER, DEFINITION)));

        // Then
        assertPosted("/api/data/v9.0/msdynmkt_AddStaticMembers", """
                {"SegmentId":"5e600000-0000-4000-8000-000000000001","GroupId":"def00000-0000-4000-8000-000000000003",\
                "EntityIds":["11111111-1111-4111-8111-111111111111","def00000-0000-4000-8000-000000000002"]}""");
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"StatusCode\":400,\"ResultText\":\"no such group\"}', no such group",
        "'{\"StatusCode\":503,\"ResultText\":\"busy\"}', Dynamics answered with StatusCode 503",
        "<html>Please wait</html>, no JSON",
    })
    void anAnswerOf200IsNoConsentToNewMembersWhereItsBodySaysNo(String body, String said) {
        // Given
        answer(aResponse().withStatus(200).withBody(body));

        // When
        var failure = catchThrowableOfType(
                DynamicsException.class, () -> await(dynamics.addMembers(IDS, MEMBER, List.of(MEMBER))));

        // Then
        assertThat(
                        failure instanceof DynamicsException.Rejected rejected
                                ? rejected.answer().message().orElseThrow()
                                : failure.getMessage())
                .contains(said);
    }

    @Test
    void sendsNoMoreMembersThanTheServerTakes() {
        // Given
        var many = Collections.nCopies(StaticGroup.MOST_OF_A_CALL + 1, MEMBER);

        // Then
        assertThatIllegalArgumentException().isThrownBy(() -> dynamics.addMembers(IDS, MEMBER, many));
    }

    @Test
    void createsASegmentAsTheArticleShows() {
        // Given
        answer(aResponse().withStatus(204).withHeader("OData-EntityId", "not readable"));

        // When
        var created = await(dynamics.createSegment(NEW_SEGMENT));

        // Then
        assertThat(created).isEqualTo(new Created(SEGMENT, false));
        assertPosted("/api/data/v9.0/msdynmkt_segments", """
                {"msdynmkt_segmentid":"5e600000-0000-4000-8000-000000000001","msdynmkt_displayname":"Ünïcode \\"quoted\\"",\
                "msdynmkt_type":11,"msdynmkt_source":12,"msdynmkt_baseentitylogicalname":"contact",\
                "statecode":1,"statuscode":2,"msdynmkt_sourcesegmentuid":"def00000-0000-4000-8000-000000000002",\
                "owningbusinessunit@odata.bind":"/businessunits(11111111-1111-4111-8111-111111111111)"}""");
    }

    @Test
    void publishesTheSegmentsId() {
        // Given
        answer(aResponse().withStatus(204));

        // When
        await(dynamics.publish(IDS));

        // Then
        assertPosted("/api/data/v9.0/msdynmkt_PublishSegmentDefinition", """
                {"SegmentId":"5e600000-0000-4000-8000-000000000001"}""");
    }

    @Test
    void asksForTheDefinitionsMembers() {
        // Given
        answer(aResponse()
                .withBody(MembersAnswerReaderTest.body(
                        "{\"members\":[\"%s\"],\"primaryKeyColumnName\":\"contactid\"}".formatted(MEMBER))));

        // When
        var list = await(dynamics.members(IDS));

        // Then
        assertThat(list.members().slice(0, 1)).containsExactly(MEMBER);
        assertThat(list.primaryKeyColumn()).contains("contactid");
        assertPosted("/api/data/v9.0/msdynmkt_MembersList", """
                {"SegmentId":"def00000-0000-4000-8000-000000000002"}""");
    }

    @Test
    void aLongListMayTakeLongerThanOneCallAsLongAsItDoesNotPause() {
        // Given
        var guids = Stream.generate(UUID::randomUUID).limit(20_000).toList();
        answer(aResponse()
                .withChunkedDribbleDelay(10, 3_000)
                .withBody(MembersAnswerReaderTest.body("{\"members\":[%s]}"
                        .formatted(guids.stream().map("\"%s\""::formatted).collect(Collectors.joining(","))))));

        // When
        var list = await(dynamics.members(IDS));

        // Then
        assertThat(list.members()).isEqualTo(MemberSet.of(guids));
    }

    @Test
    void asksForOneState() {
        // Given
        answer(aResponse().withBody("""
                {"statuscode":723270000,"msdynmkt_computationstatus":723270001,
                 "msdynmkt_computationfinishedon":"2026-11-24T10:01:12Z"}"""));

        // When
        var state = await(dynamics.state(IDS));

        // Then
        assertThat(state)
                .contains(new DefinitionState(
                        Status.LIVE, Computation.FINISHED, Optional.of(Instant.parse("2026-11-24T10:01:12Z"))));
        assertThat(decoded(onlyRequest()))
                .isEqualTo("/api/data/v9.0/msdynmkt_segmentdefinitions(def00000-0000-4000-8000-000000000002)"
                        + "?$select=statuscode,msdynmkt_computationstatus,msdynmkt_computationfinishedon");
        assertThat(onlyRequest().getHeader("OData-Version")).isEqualTo("4.0");
        assertThat(onlyRequest().getHeader("Accept")).isEqualTo("application/json");
    }

    @Test
    void findsASegmentThatSomebodyMade() {
        // Given
        answer(aResponse().withBody("""
                {"statuscode":1,"msdynmkt_displayname":"Made by others","msdynmkt_baseentitylogicalname":"lead",
                 "msdynmkt_sourcesegmentuid":"{%s}"}""".formatted(DEFINITION)));

        // When
        var found = await(dynamics.segment(SEGMENT));

        // Then
        assertThat(found)
                .contains(new FoundSegment(
                        SEGMENT, Optional.of(DEFINITION), "Made by others", Optional.of("lead"), false));
        assertThat(decoded(onlyRequest()))
                .isEqualTo(
                        "/api/data/v9.0/msdynmkt_segments(5e600000-0000-4000-8000-000000000001)?$select="
                                + "msdynmkt_segmentid,statuscode,msdynmkt_displayname,msdynmkt_baseentitylogicalname,msdynmkt_sourcesegmentuid");
    }

    @Test
    void looksAtADefinitionWithItsQuery() {
        // Given
        answer(aResponse().withBody("""
                {"statuscode":723270001,"msdynmkt_computationstatus":723270003,"msdynmkt_segmentquery":"PROFILE(lead)"}"""));

        // Then
        assertThat(await(dynamics.look(DEFINITION)))
                .contains(new DefinitionLook(
                        new DefinitionState(Status.DRAFT, Computation.NOT_STARTED), Optional.of("PROFILE(lead)")));
        assertThat(decoded(onlyRequest())).endsWith("msdynmkt_computationfinishedon,msdynmkt_segmentquery");
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 404})
    void deletesARowOrFindsItGone(int status) {
        // Given
        answer(aResponse().withStatus(status));

        // When
        await(dynamics.deleteSegment(SEGMENT));

        // Then
        assertThat(onlyRequest().getMethod().getName()).isEqualTo("DELETE");
        assertThat(onlyRequest().getUrl())
                .isEqualTo("/api/data/v9.0/msdynmkt_segments(5e600000-0000-4000-8000-000000000001)");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 405, 409})
    void aRefusedDeletionCarriesTheServersWords(int status) {
        // Given
        answer(aResponse()
                .withStatus(status)
                .withBody("{\"error\":{\"code\":\"0x1\",\"message\":\"a live journey uses it\"}}"));

        // When
        var rejected = catchThrowableOfType(Rejected.class, () -> await(dynamics.deleteDefinition(DEFINITION)));

        // Then
        assertThat(rejected.answer().message()).contains("a live journey uses it");
        assertThat(onlyRequest().getUrl())
                .isEqualTo("/api/data/v9.0/msdynmkt_segmentdefinitions(def00000-0000-4000-8000-000000000002)");
    }

    @Test
    void asksForManyStatesWithOneRequest() {
        // Given
        answer(aResponse().withBody("""
                {"value":[{"msdynmkt_segmentdefinitionid":"%s","statuscode":723270002,"msdynmkt_computationstatus":null}]}""".formatted(DEFINITION)));
        var ids = Stream.concat(
                        Stream.of(IDS),
                        Stream.generate(() -> new SegmentIds(UUID.randomUUID(), UUID.randomUUID()))
                                .limit(Dynamics.MAX_STATES - 1))
                .toList();

        // When
        var states = await(dynamics.states(ids));

        // Then
        assertThat(states)
                .hasSize(1)
                .containsEntry(DEFINITION, new DefinitionState(Status.GOING_LIVE, Computation.NOT_STARTED));
        assertThat(onlyRequest().getUrl()).hasSizeLessThan(20_000);
        assertThat(decoded(onlyRequest()))
                .startsWith("/api/data/v9.0/msdynmkt_segmentdefinitions?")
                .contains("$select=msdynmkt_segmentdefinitionid,statuscode,msdynmkt_computationstatus")
                .contains(
                        "$filter=Microsoft.Dynamics.CRM.In(PropertyName='msdynmkt_segmentdefinitionid',PropertyValues=['")
                .contains("'" + DEFINITION + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "723270000, LIVE",
        "723270001, DRAFT",
        "723270002, GOING_LIVE",
        "723270003, DELETED",
        "723270004, LIVE_WITH_WARNINGS",
        "723270005, STOPPING",
        "723270006, STOPPED",
        "723270099, UNKNOWN"
    })
    void knowsEveryStatus(int code, Status status) {
        // Given
        answer(aResponse().withBody("{\"statuscode\":%d}".formatted(code)));

        // When
        var state = await(dynamics.state(IDS));

        // Then
        assertThat(state).contains(new DefinitionState(status, Computation.UNKNOWN));
    }

    @Test
    void aDefinitionThatIsGoneHasNoState() {
        // Given
        answer(aResponse().withStatus(404).withBody("""
                {"error":{"code":"0x80040217","message":"Does Not Exist"}}"""));

        // When
        var state = await(dynamics.state(IDS));

        // Then
        assertThat(state).isEmpty();
    }

    @Test
    void aRowThatIsThereIsOursAlready() {
        // Given
        answer(aResponse().withStatus(412).withBody("""
                {"error":{"code":"0x80040237","message":"duplicate"}}"""));

        // When
        var definition = await(dynamics.createDefinition(NEW_DEFINITION));
        var segment = await(dynamics.createSegment(NEW_SEGMENT));

        // Then
        assertThat(definition).isEqualTo(new Created(DEFINITION, true));
        assertThat(segment).isEqualTo(new Created(SEGMENT, true));
    }

    static Stream<Function<Dynamics, Uni<?>>> calls() {
        return Stream.of(
                dynamics -> dynamics.createDefinition(NEW_DEFINITION),
                dynamics -> dynamics.createSegment(NEW_SEGMENT),
                dynamics -> dynamics.publish(IDS),
                dynamics -> dynamics.state(IDS),
                dynamics -> dynamics.states(List.of(IDS)),
                dynamics -> dynamics.members(IDS));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void whatMayPassIsWeather(Function<Dynamics, Uni<?>> call) {
        for (var status : List.of(302, 408, 500, 501, 502, 503, 504)) {
            // Given
            answer(aResponse().withStatus(status).withBody("<html>no</html>"));

            // When / Then
            assertThatThrownBy(() -> await(call.apply(dynamics)))
                    .isInstanceOf(Weather.class)
                    .hasMessage("Dynamics answered %d: no".formatted(status));
        }
    }

    @ParameterizedTest
    @MethodSource("calls")
    void whatIsNoAnswerIsWeather(Function<Dynamics, Uni<?>> call) {
        for (var fault : Fault.values()) {
            // Given
            answer(aResponse().withStatus(200).withFault(fault));

            // When / Then
            assertThatThrownBy(() -> await(call.apply(dynamics)))
                    .as(fault.name())
                    .isInstanceOf(Weather.class);
        }
    }

    @ParameterizedTest
    @MethodSource("calls")
    void aPageWithStatus200IsWeather(Function<Dynamics, Uni<?>> call) {
        // Given
        answer(aResponse()
                .withStatus(200)
                .withHeader("Content-Type", "text/html")
                .withBody("<html>sign in</html>"));

        // When / Then
        assertThatThrownBy(() -> await(call.apply(dynamics))).isInstanceOf(Weather.class);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void aServerThatHangsIsWeather(Function<Dynamics, Uni<?>> call) {
        // Given
        answer(aResponse().withStatus(204).withFixedDelay(4_000));

        // When / Then
        assertThatThrownBy(() -> await(call.apply(dynamics))).isInstanceOf(Weather.class);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void throttlingIsWeatherWithItsRetryAfter(Function<Dynamics, Uni<?>> call) {
        // Given
        answer(aResponse().withStatus(429).withHeader("Retry-After", "0.05"));

        // When
        var weather = catchThrowableOfType(Weather.class, () -> await(call.apply(dynamics)));

        // Then
        assertThat(weather.retryAfter()).contains(Duration.ofMillis(50));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 405, 413, 422})
    void aRefusalCarriesTheServersWords(int status) {
        // Given
        answer(aResponse()
                .withStatus(status)
                .withHeader("Location", server().baseUrl() + "/elsewhere")
                .withHeader("REQ_ID", "other")
                .withHeader("x-ms-service-request-id", "request-1")
                .withBody("{\"error\":{\"code\":\"0x80048d19\",\"message\":\"line\\nbreak%s\"}}"
                        .formatted("x".repeat(2_000))));

        // When
        var rejected = catchThrowableOfType(Rejected.class, () -> await(dynamics.createDefinition(NEW_DEFINITION)));

        // Then
        assertThat(rejected.answer().status()).isEqualTo(status);
        assertThat(rejected.answer().code()).contains("0x80048d19");
        assertThat(rejected.answer().message().orElseThrow())
                .startsWith("line breakxxx")
                .hasSize(1_000);
        assertThat(rejected.answer().serviceRequestId()).contains("request-1");
        assertThat(requests()).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void readsAnswersThatAreCompressedAndMarked(Function<Dynamics, Uni<?>> call) throws IOException {
        for (var encoding : List.of("gzip", "deflate")) {
            // Given
            var bytes = new ByteArrayOutputStream();
            try (var out = encoding.equals("gzip") ? new GZIPOutputStream(bytes) : new DeflaterOutputStream(bytes)) {
                out.write("""
                        \uFEFF{"StatusCode":200,"ResultText":"{\\"members\\":[]}","value":[],
                        "statuscode":723270000,"msdynmkt_computationstatus":723270001}""".getBytes(StandardCharsets.UTF_8));
            }
            answer(aResponse().withHeader("Content-Encoding", encoding).withBody(bytes.toByteArray()));

            // When / Then
            assertThatCode(() -> await(call.apply(dynamics))).as(encoding).doesNotThrowAnyException();
            assertThat(onlyRequest().getHeader("Accept-Encoding")).isEqualTo("gzip, deflate");
        }
    }

    @ParameterizedTest
    @MethodSource("calls")
    void tellsTheReasonInWhateverFormItComes(Function<Dynamics, Uni<?>> call) {
        for (var body : List.of(
                "{\"Message\": \"Widget colour is wrong.\"}",
                "{\"odata.error\": {\"code\": \"7\", \"message\": {\"value\": \"Widget colour is wrong.\"}}}",
                "{\"error\": {\"code\": \"7\", \"message\": {\"value\": \"Widget colour is wrong.\"}}}",
                "{\"title\": \"Wrong colour\", \"status\": 405, \"detail\": \"Widget colour is wrong.\"}",
                "\uFEFF{\"error\":{\"code\":\"7\",\"message\":\"Widget \\x63olour is wrong.\"}}",
                "<html><body><h1>Widget colour is wrong.</h1></body></html>",
                "Widget colour is wrong.")) {
            // Given
            answer(aResponse().withStatus(405).withBody(body));

            // When
            var rejected = catchThrowableOfType(Rejected.class, () -> await(call.apply(dynamics)));

            // Then
            assertThat(rejected.answer().message()).as(body).contains("Widget colour is wrong.");
        }
    }

    @ParameterizedTest
    @MethodSource("calls")
    void tellsWhyABodyCannotBeRead(Function<Dynamics, Uni<?>> call) {
        // Given
        answer(aResponse().withHeader("Content-Encoding", "br").withBody("brotli"));

        // When / Then
        assertThatThrownBy(() -> await(call.apply(dynamics)))
                .isInstanceOf(Weather.class)
                .hasMessageContaining("it is encoded as br, but the relay accepts gzip, deflate");
    }

    @Test
    void aRefusedQuerySaysWhere() {
        // Given
        answer(aResponse()
                .withStatus(400)
                .withHeader("REQ_ID", "request-2")
                .withBody("{\"ResultText\":\"position 12\"}"));

        // When
        var rejected = catchThrowableOfType(Rejected.class, () -> await(dynamics.publish(IDS)));

        // Then
        assertThat(rejected.answer().message()).contains("position 12");
        assertThat(rejected.answer().serviceRequestId()).contains("request-2");
    }

    @ParameterizedTest
    @MethodSource("calls")
    void anExpiredTokenIsReplacedOnce(Function<Dynamics, Uni<?>> call) {
        // Given
        server().stubFor(any(anyUrl())
                .inScenario("token")
                .whenScenarioStateIs(Scenario.STARTED)
                .willSetStateTo("expired")
                .willReturn(aResponse().withStatus(401)));
        server().stubFor(any(anyUrl())
                .inScenario("token")
                .whenScenarioStateIs("expired")
                .willReturn(aResponse().withStatus(400)));

        // When
        assertThatThrownBy(() -> await(call.apply(dynamics))).isInstanceOf(Rejected.class);

        // Then
        var tokens = requests().stream()
                .map(request -> request.getHeader("Authorization"))
                .toList();
        assertThat(tokens.get(0)).startsWith("Bearer ey").isNotEqualTo(tokens.get(1));
        assertThat(tokens.get(1)).startsWith("Bearer ey");
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void afterAFreshTokenItIsUnauthorized(int status) {
        // Given
        answer(aResponse().withStatus(status).withBody("""
                {"error":{"code":"0x80072560","message":"no member of the organization"}}"""));

        // When
        var unauthorized = catchThrowableOfType(Unauthorized.class, () -> await(dynamics.publish(IDS)));

        // Then
        assertThat(unauthorized.answer().orElseThrow().status()).isEqualTo(status);
        assertThat(unauthorized.answer().orElseThrow().code()).contains("0x80072560");
        assertThat(requests()).hasSize(2);
    }

    @Test
    void aBodyThatIsCutShortIsWeather() {
        // Given
        answer(aResponse().withHeader("Content-Length", "1000").withBody("{\"StatusCode\":200,\"ResultText\":\"{"));

        // When / Then
        assertThatThrownBy(() -> await(dynamics.members(IDS))).isInstanceOf(Weather.class);
        assertThatThrownBy(() -> await(dynamics.state(IDS))).isInstanceOf(Weather.class);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "`\"statuscode\":5`, LIVE, RUNNING",
                "`\"statuscode\":6`, LIVE, RUNNING",
                "`\"statuscode\":3`, LIVE, ERROR",
                "`\"statuscode\":11`, LIVE, ERROR",
                "`\"statuscode\":7`, LIVE_WITH_WARNINGS, FINISHED",
                "`\"statuscode\":1,\"msdynmkt_membercount\":0`, LIVE, FINISHED",
                "`\"statuscode\":1,\"msdynmkt_membercount\":null`, LIVE, NOT_STARTED",
                "`\"statuscode\":1`, LIVE, UNKNOWN"
            })
    void withoutTheComputationColumnsTheSegmentsRowStandsIn(String segment, Status status, Computation computation) {
        // Given
        withoutColumns("computationstatus");
        server().stubFor(get(urlPathEqualTo("/api/data/v9.0/msdynmkt_segments"))
                .willReturn(aResponse()
                        .withBody("{\"value\":[{\"msdynmkt_segmentid\":\"%s\",%s}]}".formatted(SEGMENT, segment))));
        var client = newClient();

        // When
        var states = await(client.states(List.of(IDS)));
        var state = await(client.state(IDS));

        // Then
        assertThat(states).containsEntry(DEFINITION, new DefinitionState(status, computation));
        assertThat(state).contains(new DefinitionState(status, computation));
        assertThat(requests())
                .as("with all, without, stand-in; then without, stand-in")
                .hasSize(5);
    }

    @Test
    void aServerThatDoesNotSayWhenTheComputationEndedSaysAtLeastThatItDid() {
        // Given
        withoutColumns("computationfinishedon");
        var client = newClient();

        // When
        var states = await(client.states(List.of(IDS)));
        var state = await(client.state(IDS));

        // Then
        assertThat(states).containsEntry(DEFINITION, new DefinitionState(Status.LIVE, Computation.FINISHED));
        assertThat(state).contains(new DefinitionState(Status.LIVE, Computation.FINISHED));
        assertThat(requests()).as("with all, with one; then with one").hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 404, 405})
    void withoutAStandInNobodyCanTell(int refusal) {
        // Given
        withoutColumns("computationstatus");
        server().stubFor(get(urlPathEqualTo("/api/data/v9.0/msdynmkt_segments"))
                .willReturn(aResponse().withStatus(refusal)));

        // When
        var states = await(newClient().states(List.of(IDS)));

        // Then
        assertThat(states).containsEntry(DEFINITION, new DefinitionState(Status.LIVE, Computation.UNKNOWN));
    }

    @Test
    void aBadRequestThatIsNotAboutTheColumnsIsARefusal() {
        // Given
        answer(aResponse().withStatus(400));

        // When / Then
        assertThatThrownBy(() -> await(newClient().states(List.of(IDS)))).isInstanceOf(Rejected.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0x80040216 | An unexpected error occurred.",
                "0x80040216 | Could not find a property named 'msdynmkt_computationstatus' on type 'x'.",
                "0x80060888 | Could not find a property named 'statuscode' on type 'x'.",
                "0x80060888 | Syntax error in the $filter expression."
            })
    void oneBadRequestLowersNothing(String code, String message) {
        // Given
        var client = newClient();
        answer(aResponse()
                .withStatus(400)
                .withBody("{\"error\":{\"code\":\"%s\",\"message\":\"%s\"}}".formatted(code, message)));
        assertThatThrownBy(() -> await(client.states(List.of(IDS)))).isInstanceOf(Rejected.class);
        assertThat(requests()).hasSize(1);

        // When
        answer(aResponse().withBody("""
                {"value":[{"msdynmkt_segmentdefinitionid":"%s","statuscode":723270000,"msdynmkt_computationstatus":723270000}]}""".formatted(DEFINITION)));
        var states = await(client.states(List.of(IDS)));

        // Then
        assertThat(states).containsEntry(DEFINITION, new DefinitionState(Status.LIVE, Computation.RUNNING));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0x0", ""})
    void olderVersionsSayThatAColumnIsMissingWithoutACodeOfItsOwn(String code) {
        // Given
        withoutColumns("computationfinishedon");
        server().stubFor(get(anyUrl())
                .withQueryParam("$select", containing("computationfinishedon"))
                .willReturn(aResponse().withStatus(400).withBody("""
                        {"error":{"code":"%s","message":"Could not find a property named 'msdynmkt_computationfinishedon'."}}""".formatted(code))));

        // When
        var states = await(newClient().states(List.of(IDS)));

        // Then
        assertThat(states).containsEntry(DEFINITION, new DefinitionState(Status.LIVE, Computation.FINISHED));
    }

    /** By an alternate key, by a duplicate detection rule, and without a word. */
    static Stream<String> inTheWay() {
        return Stream.of(
                "{\"error\":{\"code\":\"0x80060892\",\"message\":\"Entity Key Name violated.\"}}",
                "{\"error\":{\"code\":\"0x80040333\",\"message\":\"A duplicate was found.\"}}",
                "");
    }

    private void inTheWay(String body, ResponseDefinitionBuilder look) {
        server().resetAll();
        server().stubFor(any(anyUrl()).willReturn(aResponse().withStatus(412).withBody(body)));
        server().stubFor(get(anyUrl()).willReturn(look));
    }

    @ParameterizedTest
    @MethodSource("inTheWay")
    void anotherRowThatIsInTheWayIsARefusalInTheServersWords(String body) {
        // Given
        inTheWay(body, aResponse().withBody("{\"value\":[]}"));

        // When
        var definition = catchThrowableOfType(Rejected.class, () -> await(dynamics.createDefinition(NEW_DEFINITION)));
        var segment = catchThrowableOfType(Rejected.class, () -> await(dynamics.createSegment(NEW_SEGMENT)));

        // Then
        assertThat(List.of(definition, segment)).allSatisfy(rejected -> {
            assertThat(rejected.answer().status()).isEqualTo(412);
            assertThat(rejected.answer().message().isPresent()).isEqualTo(!body.isEmpty());
        });
    }

    @ParameterizedTest
    @MethodSource("inTheWay")
    void ourOwnRowMayBeInTheWayOfItsRepeatInOtherWords(String body) {
        // Given
        inTheWay(body, aResponse().withBody("{\"value\":[{}]}"));

        // When
        var definition = await(dynamics.createDefinition(NEW_DEFINITION));
        var segment = await(dynamics.createSegment(NEW_SEGMENT));

        // Then
        assertThat(definition).isEqualTo(new Created(DEFINITION, true));
        assertThat(segment).isEqualTo(new Created(SEGMENT, true));
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 404, 405})
    void whereNobodyMayLookWhatIsInTheWayTheCodeDecides(int status) {
        // Given
        var alternateKey = inTheWay().findFirst().orElseThrow();

        // When / Then
        inTheWay(alternateKey, aResponse().withStatus(status));
        assertThatThrownBy(() -> await(dynamics.createSegment(NEW_SEGMENT))).isInstanceOf(Rejected.class);
        inTheWay("", aResponse().withStatus(status));
        assertThat(await(dynamics.createSegment(NEW_SEGMENT))).isEqualTo(new Created(SEGMENT, true));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 500})
    void aLookAtWhatIsInTheWayThatFailsIsWeather(int status) {
        // Given
        inTheWay(inTheWay().findFirst().orElseThrow(), aResponse().withStatus(status));

        // When / Then
        assertThatThrownBy(() -> await(dynamics.createSegment(NEW_SEGMENT))).isInstanceOf(Weather.class);
    }

    /** A query for a column of this name, or with this in it, is a bad one. */
    private void withoutColumns(String missing) {
        var row = "\"statuscode\":723270000"
                + (missing.equals("computationstatus") ? "" : ",\"msdynmkt_computationstatus\":723270001");
        server().stubFor(get(anyUrl())
                .withQueryParam("$select", containing(missing))
                .willReturn(aResponse().withStatus(400).withBody("""
                        {"error":{"code":"0x80060888","message":"Could not find a property named 'msdynmkt_%s' on type \
                        'Microsoft.Dynamics.CRM.msdynmkt_segmentdefinition'."}}""".formatted(missing))));
        server().stubFor(get(urlPathEqualTo("/api/data/v9.0/msdynmkt_segmentdefinitions"))
                .withQueryParam("$select", notContaining(missing))
                .willReturn(aResponse()
                        .withBody("{\"value\":[{\"msdynmkt_segmentdefinitionid\":\"%s\",%s}]}"
                                .formatted(DEFINITION, row))));
        server().stubFor(get(urlPathMatching(".*/msdynmkt_segmentdefinitions\\(.*"))
                .withQueryParam("$select", notContaining(missing))
                .willReturn(aResponse().withBody("{%s}".formatted(row))));
    }

    /** One that has not yet learned what the server lacks. */
    private DynamicsClient newClient() {
        return newClient(MembersStyle.INLINE);
    }

    private DynamicsClient newClient(MembersStyle style) {
        return new DynamicsClient(
                api,
                (authorization, body) -> Uni.createFrom().nothing(),
                tokens,
                gate,
                time,
                new DynamicsClient.Settings(
                        URI.create(server().baseUrl()),
                        "v9.0",
                        IdKind.SEGMENT,
                        IdKind.DEFINITION,
                        Duration.ofSeconds(2),
                        style,
                        Batch.OFF));
    }

    private void answer(ResponseDefinitionBuilder response) {
        server().resetAll();
        server().stubFor(any(anyUrl()).willReturn(response));
        server().stubFor(get(urlPathMatching("/elsewhere"))
                .willReturn(aResponse().withStatus(200)));
    }

    private void assertPosted(String path, String body) {
        var request = onlyRequest();
        assertThat(request.getMethod().getName()).isEqualTo("POST");
        assertThat(request.getUrl()).isEqualTo(path);
        assertThat(request.getBodyAsString()).isEqualTo(body);
        // WireMock's server writes UTF-8 in upper case, whatever came.
        assertThat(request.header("Content-Type").values())
                .singleElement()
                .asString()
                .isEqualToIgnoringCase("application/json; charset=utf-8");
        assertThat(request.header("OData-MaxVersion").values()).containsExactly("4.0");
        assertThat(request.header("OData-Version").values()).containsExactly("4.0");
        assertThat(request.header("Accept").values()).containsExactly("application/json");
        assertThat(request.getHeader("Authorization")).startsWith("Bearer ey");
    }

    private LoggedRequest onlyRequest() {
        assertThat(requests()).hasSize(1);
        return requests().getFirst();
    }

    private List<LoggedRequest> requests() {
        return server().findAll(anyRequestedFor(anyUrl()));
    }

    private static String decoded(LoggedRequest request) {
        return URLDecoder.decode(request.getUrl(), StandardCharsets.UTF_8);
    }

    private WireMockServer server() {
        return Objects.requireNonNull(server);
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(20));
    }
}
