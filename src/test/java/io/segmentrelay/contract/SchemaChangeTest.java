package io.segmentrelay.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/** The schemas of the events break nobody who knows those of a release. With a release, its schemas are copied beside the others. */
class SchemaChangeTest {

    private static final Path RELEASED = Path.of("src", "test", "resources", "schemas", "released");
    private static final Path NOW = Path.of("src", "main", "resources", "META-INF", "resources", "schemas");

    static List<Path> released() {
        try (var files = Files.walk(RELEASED)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void thereAreReleasedSchemas() {
        assertThat(released()).hasSizeGreaterThanOrEqualTo(4);
    }

    @ParameterizedTest
    @MethodSource("released")
    void breaksNobodyWhoKnowsTheReleasedOne(Path file) {
        // Given
        var name = file.getFileName().toString();

        // When
        var now = NOW.resolve(name);

        // Then
        assertThat(now).as("a schema that was released stays").exists();
        assertThat(SchemaChange.breaks(json(file), json(now), isEmitted(name)))
                .as("changes of %s that break senders, consumers or stored events", name)
                .isEmpty();
    }

    /** For others to read: neither a request, nor what the relay tells itself. */
    private static boolean isEmitted(String name) {
        return Stream.of("requested", "pending", "followed").noneMatch(name::contains);
    }

    static Stream<Arguments> breaking() {
        return Stream.of(
                breaking(
                        "a removed field",
                        "$.message is removed",
                        schema -> properties(schema).remove("message")),
                breaking(
                        "a removed field deep inside",
                        "$.dynamics.code is removed",
                        schema -> ((ObjectNode) schema.at("/properties/dynamics/properties")).remove("code")),
                breaking(
                        "a newly required field",
                        "$.segmentId is newly required",
                        schema -> required(schema).add("segmentId")),
                breaking(
                        "a field that is not always there any more",
                        "$.message may be left out",
                        schema -> required(schema).remove(4)),
                breaking(
                        "another type",
                        "$.message may be [integer]",
                        schema -> property(schema, "message").put("type", "integer")),
                breaking(
                        "a type where there was none",
                        "$.code may be [string]",
                        schema -> property(schema, "code").put("type", "string")),
                breaking(
                        "a wider type",
                        "$.message may be [null, string]",
                        schema -> property(schema, "message")
                                .putArray("type")
                                .add("string")
                                .add("null")),
                breaking(
                        "any type",
                        "$.message may be of any type",
                        schema -> property(schema, "message").remove("type")),
                breaking(
                        "a value less",
                        "\"unauthorized\" is no value any more",
                        schema -> ((ArrayNode) property(schema, "code").path("enum")).remove(2)),
                breaking(
                        "a list where there was none",
                        "one of a list only",
                        schema -> property(schema, "message").putArray("enum").add("sorry")),
                breaking(
                        "a lower bound",
                        "has maxLength 100",
                        schema -> property(schema, "requestId").put("maxLength", 100)),
                breaking(
                        "a bound where there was none",
                        "has maxLength 9",
                        schema -> property(schema, "message").put("maxLength", 9)),
                breaking(
                        "a higher bound",
                        "has minimum 400",
                        schema ->
                                ((ObjectNode) schema.at("/properties/dynamics/properties/status")).put("minimum", 400)),
                breaking(
                        "another pattern",
                        "has another pattern",
                        schema -> property(schema, "segmentId").put("pattern", "^[0-9]+$")),
                breaking("a choice that the old form is not among", "other rules in 'oneOf'", schema -> {
                    properties(schema).putObject("other");
                    schema.putArray("oneOf").add(needs("other")).add(needs("segmentId"));
                }),
                breaking(
                        "a field that needs another",
                        "$.segmentId has other rules",
                        schema -> schema.putObject("dependentRequired")
                                .putArray("segmentId")
                                .add("definitionId")),
                breaking(
                        "a new condition",
                        "other rules in 'allOf'",
                        schema -> schema.putArray("allOf")
                                .add(new JsonMapper().createObjectNode().put("minProperties", 6))));
    }

    private static Arguments breaking(String name, String found, Consumer<ObjectNode> change) {
        return argumentSet(name, found, change);
    }

    @ParameterizedTest
    @MethodSource("breaking")
    void findsWhatBreaksSomebody(String found, Consumer<ObjectNode> change) {
        // Given
        var before = json(RELEASED.resolve("0.1.0/segment-failed.v1.json"));
        var after = (ObjectNode) before.deepCopy();

        // When
        change.accept(after);

        // Then
        assertThat(SchemaChange.breaks(before, after, true))
                .isNotEmpty()
                .anySatisfy(line -> assertThat(line).contains(found));
    }

    @Test
    void letsThroughWhatBreaksNobody() {
        // Given
        var before = json(RELEASED.resolve("0.1.0/segment-failed.v1.json"));
        var after = (ObjectNode) before.deepCopy();

        // When
        after.put("$id", "urn:another");
        properties(after).putObject("leftBehind").put("type", "array");
        ((ArrayNode) property(after, "code").path("enum")).add("segment-not-found");
        property(after, "requestId").put("maxLength", 2048).put("description", "Other words.");
        property(after, "message").remove("minLength");
        after.putObject("dependentRequired").putArray("leftBehind").add("segmentId");

        // Then
        assertThat(SchemaChange.breaks(before, after, true)).isEmpty();
    }

    @Test
    void whatNobodyReadsMayTakeANewFormBesideTheOld() {
        // Given
        var before = json(RELEASED.resolve("0.1.0/segment-pending.v1.json"));
        var after = (ObjectNode) before.deepCopy();

        // When
        properties(after).putObject("found");
        required(after).removeAll().add("requestId");
        var old = needs("segment");
        old.putObject("properties").put("found", false);
        after.putArray("oneOf").add(old).add(needs("found"));

        // Then
        assertThat(SchemaChange.breaks(before, after, false)).isEmpty();
    }

    @Test
    void aSenderMayBeAskedForLess() {
        // Given
        var before = json(RELEASED.resolve("0.1.0/segment-requested.v1.json"));
        var after = (ObjectNode) before.deepCopy();

        // When
        required(after).removeAll();

        // Then
        assertThat(SchemaChange.breaks(before, after, false)).isEmpty();
    }

    private static ObjectNode needs(String name) {
        var form = new JsonMapper().createObjectNode();
        form.putArray("required").add(name);
        return form;
    }

    private static ObjectNode properties(ObjectNode schema) {
        return (ObjectNode) schema.path("properties");
    }

    private static ObjectNode property(ObjectNode schema, String name) {
        return (ObjectNode) schema.path("properties").path(name);
    }

    private static ArrayNode required(ObjectNode schema) {
        return (ArrayNode) schema.path("required");
    }

    private static JsonNode json(Path file) {
        try {
            return new JsonMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
