package io.segmentrelay.contract;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;

/**
 * Holds what a relay emits to what it publishes: the JSON Schema that the event names, found by that name as a consumer finds it,
 * and the headers of {@code asyncapi.yaml}. The helpers that read events in tests ask it of each one.
 */
public final class PublishedContract {

    /** The default of {@code relay.source}: who emitted it. What tests send has other sources. */
    private static final String RELAY = "/segment-relay";

    private static final String NAMES = "urn:segment-relay:schema:";
    private static final String KAFKA_PREFIX = "ce_";
    private static final String ASIDE = "dead-letter-";

    private static final Map<String, Optional<Schema>> SCHEMAS = new ConcurrentHashMap<>();

    private PublishedContract() {}

    /**
     * What is wrong with a record; nothing where it is none of the relay's.
     *
     * @param headers of binary mode, {@code ce_…} and {@code content-type}
     */
    public static List<String> ofKafka(Map<String, String> headers, byte[] data) {
        var attributes = new LinkedHashMap<String, String>();
        headers.forEach((name, value) -> {
            if (name.startsWith(KAFKA_PREFIX)) {
                attributes.put(name.substring(KAFKA_PREFIX.length()), value);
            }
        });
        if (!isOfTheRelay(attributes)) {
            return List.of();
        }
        var problems = new ArrayList<>(of(attributes, data));
        AsyncApi.onKafka(attributes.getOrDefault("type", ""))
                .ifPresentOrElse(
                        message -> problems.addAll(AsyncApi.problems(message, headers)),
                        () -> problems.add("the type %s is not in asyncapi.yaml".formatted(attributes.get("type"))));
        return problems;
    }

    /**
     * What is wrong with what the relay has added to a record that it put aside; nothing where it was not the relay.
     *
     * @param headers all of them
     */
    public static List<String> ofDeadLetter(Map<String, String> headers) {
        var added = new LinkedHashMap<>(headers);
        added.keySet().removeIf(name -> !name.startsWith(ASIDE));
        return added.containsKey(ASIDE + "reason")
                ? AsyncApi.problems(AsyncApi.onKafka("dead-letter").orElseThrow(), added)
                : List.of();
    }

    /**
     * What is wrong with an event of any transport; nothing where it is none of the relay's.
     *
     * @param attributes of CloudEvents and its extensions, as text
     */
    public static List<String> of(Map<String, String> attributes, byte[] data) {
        if (!isOfTheRelay(attributes)) {
            return List.of();
        }
        var name = attributes.getOrDefault("dataschema", "");
        var schema = schema(name);
        if (schema.isEmpty()) {
            return List.of("%s names the schema '%s', and there is none".formatted(attributes.get("type"), name));
        }
        try {
            return schema.get().validate(new JsonMapper().readTree(data)).stream()
                    .map(error -> "%s against %s: %s".formatted(attributes.get("type"), name, error))
                    .toList();
        } catch (IOException e) {
            return List.of("%s has data that are no JSON".formatted(attributes.get("type")));
        }
    }

    private static boolean isOfTheRelay(Map<String, String> attributes) {
        return RELAY.equals(attributes.get("source"));
    }

    private static Optional<Schema> schema(String name) {
        return SCHEMAS.computeIfAbsent(name, PublishedContract::load);
    }

    private static Optional<Schema> load(String name) {
        if (!name.matches(NAMES + "[a-z0-9.-]+")) {
            return Optional.empty();
        }
        var file = "/META-INF/resources/schemas/%s.json".formatted(name.substring(NAMES.length()));
        try (var in = PublishedContract.class.getResourceAsStream(file)) {
            return in == null
                    ? Optional.empty()
                    : Optional.of(SchemaRegistry.withDialect(Dialects.getDraft202012())
                            .getSchema(new JsonMapper().readTree(in)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
