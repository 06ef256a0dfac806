package io.segmentrelay.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;

/** The document {@code asyncapi.yaml} that every relay serves. */
public final class AsyncApi {

    private static final JsonNode DOCUMENT = read();
    private static final Map<String, Schema> HEADERS = new ConcurrentHashMap<>();

    private AsyncApi() {}

    /** All of it. */
    public static JsonNode document() {
        return DOCUMENT;
    }

    /** What a reference within the document leads to; of anything else, itself. */
    public static JsonNode resolved(JsonNode node) {
        var reference = node.path("$ref").asText();
        return reference.startsWith("#") ? DOCUMENT.at(reference.substring(1)) : node;
    }

    /** The message of this CloudEvents type as it is in Kafka. */
    public static Optional<JsonNode> onKafka(String type) {
        return channels("kafka")
                .flatMap(channel -> children(channel.path("messages")))
                .map(AsyncApi::resolved)
                .filter(message -> message.path("name").asText().equals(type))
                .findFirst();
    }

    /** The channels of a server, by the server's name in the document. */
    public static Stream<JsonNode> channels(String server) {
        return children(DOCUMENT.path("channels"))
                .filter(channel ->
                        channel.path("servers").findValuesAsText("$ref").contains("#/servers/" + server));
    }

    /** The names of the headers that a message may have. */
    public static Set<String> headerNames(JsonNode message) {
        var names = new TreeSet<String>();
        collect(message.path("headers"), names);
        return names;
    }

    private static void collect(JsonNode schema, Set<String> names) {
        var here = resolved(schema);
        here.path("properties").fieldNames().forEachRemaining(names::add);
        here.path("allOf").forEach(part -> collect(part, names));
    }

    /** What is wrong with a message's headers. */
    static List<String> problems(JsonNode message, Map<String, String> headers) {
        var problems = new ArrayList<String>();
        var known = headerNames(message);
        headers.keySet().stream()
                .filter(name -> !known.contains(name))
                .forEach(name -> problems.add("the header %s is not in asyncapi.yaml".formatted(name)));
        var json = new JsonMapper().valueToTree(headers);
        schemaOfHeaders(message).validate(json).forEach(error -> problems.add("headers: " + error));
        return problems;
    }

    private static Schema schemaOfHeaders(JsonNode message) {
        return HEADERS.computeIfAbsent(message.path("name").asText(), name -> {
            var schema = new JsonMapper().createObjectNode();
            schema.set("allOf", new JsonMapper().createArrayNode().add(message.path("headers")));
            schema.set("components", DOCUMENT.path("components"));
            return SchemaRegistry.withDialect(Dialects.getDraft202012()).getSchema(schema);
        });
    }

    static Stream<JsonNode> children(JsonNode node) {
        return StreamSupport.stream(node.spliterator(), false);
    }

    private static JsonNode read() {
        try (var in = AsyncApi.class.getResourceAsStream("/META-INF/resources/asyncapi.yaml")) {
            return new YAMLMapper().readTree(Objects.requireNonNull(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
