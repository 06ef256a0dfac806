package io.segmentrelay.dynamics.web;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import io.smallrye.mutiny.Uni;

import io.segmentrelay.dynamics.members.MembersHttp;
import io.segmentrelay.http.HttpAnswer;
import io.segmentrelay.http.HttpCall;
import io.segmentrelay.http.HttpCall.Repeat;
import io.segmentrelay.http.HttpSender;

/**
 * The calls of the Web API whose answers are small, as they go over the wire; what they mean is {@link DynamicsClient}'s
 * part. Every status is an answer here, none an exception. The member list, which may be of any size, is
 * {@link MembersHttp}'s.
 *
 * @see <a href="https://learn.microsoft.com/dynamics365/customer-insights/journeys/real-time-marketing-create-segment-api">
 *     Create a real-time marketing segment using the Web API</a>
 */
public final class DynamicsApi {

    private final HttpSender http;
    private final String base;
    private final Duration timeout;

    /**
     * The Web API of one organization.
     *
     * @param organization its URL, with or without a slash at its end
     * @param timeout to connect, and of each pause until an answer is whole
     */
    DynamicsApi(HttpSender http, URI organization, Duration timeout) {
        this.http = http;
        this.base = base(organization);
        this.timeout = timeout;
    }

    public static String base(URI organization) {
        return organization.toString().replaceFirst("/+$", "") + "/api/data/";
    }

    /** What every call says of itself; bodies are of the media type that the article writes, the space included. */
    public static Map<String, String> headers(String authorization) {
        return Map.of(
                "Content-Type", "application/json; charset=utf-8",
                "OData-MaxVersion", "4.0",
                "OData-Version", "4.0",
                "Accept", "application/json",
                "Authorization", authorization);
    }

    /** Creates a definition: 204 and {@code OData-EntityId}, or 412 where it is there. */
    Uni<HttpAnswer> createDefinition(String version, String authorization, byte[] body) {
        return post(version, "msdynmkt_segmentdefinitions", authorization, body, Repeat.HARMLESS);
    }

    /** Creates a segment: 204 and {@code OData-EntityId}, or 412 where it is there. */
    Uni<HttpAnswer> createSegment(String version, String authorization, byte[] body) {
        return post(version, "msdynmkt_segments", authorization, body, Repeat.HARMLESS);
    }

    /** Publishes: 204, or 400 where the query is wrong, or where it is published. So before a repeat one has to look. */
    Uni<HttpAnswer> publish(String version, String authorization, byte[] body) {
        return post(version, "msdynmkt_PublishSegmentDefinition", authorization, body, Repeat.NEVER);
    }

    /** One definition: 200 and the row, or 404. */
    Uni<HttpAnswer> definition(String version, String authorization, String id, String select) {
        return get(version, "msdynmkt_segmentdefinitions(%s)?$select=%s".formatted(id, encoded(select)), authorization);
    }

    /** Many definitions: 200 and those rows that there are. */
    Uni<HttpAnswer> definitions(String version, String authorization, String select, String filter) {
        return get(version, query("msdynmkt_segmentdefinitions", select, filter), authorization);
    }

    /** Many segments: 200 and those rows that there are. */
    Uni<HttpAnswer> segments(String version, String authorization, String select, String filter) {
        return get(version, query("msdynmkt_segments", select, filter), authorization);
    }

    private static String query(String table, String select, String filter) {
        return "%s?$select=%s&$filter=%s".formatted(table, encoded(select), encoded(filter));
    }

    /** Percent signs only: a plus is a space in forms alone. */
    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private Uni<HttpAnswer> get(String version, String resource, String authorization) {
        var headers = new HashMap<>(headers(authorization));
        headers.remove("Content-Type");
        return http.send(HttpCall.get(base + version + '/' + resource, headers, timeout));
    }

    private Uni<HttpAnswer> post(String version, String resource, String authorization, byte[] body, Repeat repeat) {
        var url = base + version + '/' + resource;
        return http.send(HttpCall.post(url, headers(authorization), body, timeout, repeat));
    }
}
