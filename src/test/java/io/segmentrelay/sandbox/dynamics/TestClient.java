package io.segmentrelay.sandbox.dynamics;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** A client of the simulator that knows nothing of the relay's: what goes over the wire, call by call. */
final class TestClient {

    static final int DRAFT = 723270001;

    private final DynamicsSimulator simulator;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private @Nullable String token;

    TestClient(DynamicsSimulator simulator) {
        this.simulator = simulator;
    }

    // ---- tokens

    HttpResponse<String> askForToken(Map<String, String> form) {
        return send(tokenRequest(simulator.settings().tenant(), form));
    }

    HttpRequest.Builder tokenRequest(String tenant, Map<String, String> form) {
        var body = form.entrySet().stream()
                .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return HttpRequest.newBuilder(URI.create("%s/%s/oauth2/v2.0/token".formatted(simulator.authorityUrl(), tenant)))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body));
    }

    Map<String, String> goodForm() {
        return Map.of(
                "grant_type",
                "client_credentials",
                "client_id",
                simulator.settings().clientId(),
                "client_secret",
                simulator.settings().clientSecret(),
                "scope",
                simulator.url() + "/.default");
    }

    synchronized String token() {
        var known = token;
        if (known == null) {
            known = json(askForToken(goodForm())).path("access_token").asText();
            token = known;
        }
        return known;
    }

    // ---- the Web API

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(simulator.url() + "/api/data/v9.0/" + path))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "Bearer " + token())
                .header("OData-MaxVersion", "4.0")
                .header("OData-Version", "4.0")
                .header("Accept", "application/json");
    }

    HttpRequest.Builder postRequest(String path, String body) {
        return request(path)
                .header("Content-Type", "application/json; charset=utf-8")
                .POST(BodyPublishers.ofString(body));
    }

    HttpResponse<String> post(String path, String body) {
        return send(postRequest(path, body));
    }

    HttpResponse<String> post(String path, JsonNode body) {
        return post(path, body.toString());
    }

    CompletableFuture<HttpResponse<String>> postLater(String path, String body) {
        return http.sendAsync(postRequest(path, body).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) {
        return send(request(path));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- segments

    static ObjectNode definition(UUID id, @Nullable String query) {
        var body = Json.object()
                .put("msdynmkt_segmentdefinitionid", id.toString())
                .put("statecode", 0)
                .put("statuscode", DRAFT);
        return query == null ? body : body.put("msdynmkt_segmentquery", query);
    }

    static ObjectNode segment(UUID id, UUID definitionId, String name) {
        return Json.object()
                .put("msdynmkt_segmentid", id.toString())
                .put("msdynmkt_displayname", name)
                .put("msdynmkt_type", 11)
                .put("msdynmkt_source", 12)
                .put("msdynmkt_baseentitylogicalname", "contact")
                .put("statecode", 1)
                .put("statuscode", 2)
                .put("msdynmkt_sourcesegmentuid", definitionId.toString());
    }

    /** Both rows, with this id. */
    void create(UUID id, String name, String query) {
        post("msdynmkt_segmentdefinitions", definition(id, query));
        post("msdynmkt_segments", segment(id, id, name));
    }

    HttpResponse<String> publish(UUID id) {
        return post("msdynmkt_PublishSegmentDefinition", segmentId(id));
    }

    HttpResponse<String> members(UUID id) {
        return post("msdynmkt_MembersList", segmentId(id));
    }

    static String segmentId(UUID id) {
        return "{\"SegmentId\":\"%s\"}".formatted(id);
    }

    JsonNode definitionRow(UUID id) {
        return json(get("msdynmkt_segmentdefinitions(%s)".formatted(id)));
    }

    JsonNode segmentRow(UUID id) {
        return json(get("msdynmkt_segments(%s)".formatted(id)));
    }

    /** The elements of {@code members}, as they stand there. */
    static List<String> memberTexts(HttpResponse<String> response) {
        var text = json(response).path("ResultText").asText();
        var members = new ArrayList<String>();
        Json.object(text.getBytes(StandardCharsets.UTF_8))
                .orElseThrow()
                .path("members")
                .forEach(member -> members.add(member.asText()));
        return members;
    }

    static JsonNode json(HttpResponse<String> response) {
        return Json.object(response.body().getBytes(StandardCharsets.UTF_8)).orElseThrow();
    }
}
