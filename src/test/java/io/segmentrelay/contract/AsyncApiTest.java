package io.segmentrelay.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.segmentrelay.event.EventTypes;
import io.segmentrelay.packaging.Npm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * {@code asyncapi.yaml} is a document of AsyncAPI, and says what the code does: each channel, type and schema that there is, and none
 * that there is not. Headers and fields: {@code EmittedContractTest}, and each test that reads events.
 */
class AsyncApiTest {

    private static final Path RESOURCES = Path.of("src", "main", "resources");
    private static final Path PARSER = Path.of("target", "asyncapi");
    private static final String VERSION = "3.6.6";

    @Test
    void theOfficialParserFindsNothingWrong() throws IOException {
        assertThat(findings(Files.readString(RESOURCES.resolve("META-INF/resources/asyncapi.yaml"))))
                .isEmpty();
    }

    /** That it is asked, and answers. */
    @ParameterizedTest
    @ValueSource(strings = {"action: receive", "type: object", "$ref: '#/channels/requests'"})
    void theOfficialParserFindsWhatIsWrong(String right) throws IOException {
        // Given
        var document = Files.readString(RESOURCES.resolve("META-INF/resources/asyncapi.yaml"));
        assertThat(document).contains(right);

        // When
        var findings = findings(document.replace(right, right.replaceAll("[a-z]+'?$", "nonsense$0")));

        // Then
        assertThat(findings).isNotEmpty();
    }

    private static String findings(String document) throws IOException {
        var parser = Npm.fetched(PARSER, "@asyncapi/parser", VERSION);
        assumeThat(parser)
                .as("asyncapi.yaml is not checked by the official parser: npm is not there, or cannot fetch it")
                .isPresent();
        var folder = Files.createTempDirectory(parser.orElseThrow(), "document");
        var script = Files.copy(Path.of("src", "test", "js", "asyncapi.cjs"), folder.resolve("asyncapi.cjs"));
        var copy = Files.writeString(folder.resolve("asyncapi.yaml"), document);
        Files.createDirectory(folder.resolve("schemas"));
        for (var schema : schemas()) {
            Files.copy(schema, folder.resolve("schemas").resolve(schema.getFileName()));
        }
        var ended = Npm.run(List.of("node", script.toString(), copy.toString()));
        assertThat(ended.code()).as(ended.output()).isZero();
        return ended.output();
    }

    @Test
    void hasEachTopicAndNoOther() {
        // Given
        var settings = settings();

        // Then
        assertThat(addresses("kafka", operation -> true)).isEqualTo(topics(settings, ""));
        assertThat(addresses(
                        "kafka", operation -> operation.path("action").asText().equals("receive")))
                .as("read")
                .isEqualTo(topics(settings, "mp.messaging.incoming."));
        assertThat(addresses(
                        "kafka", operation -> operation.path("action").asText().equals("send")))
                .as("written")
                .isEqualTo(topics(settings, "mp.messaging.outgoing."));
    }

    @Test
    void readsInTheGroupThatIsTheApplicationsName() {
        assertThat(AsyncApi.document().path("operations").findValues("groupId"))
                .isNotEmpty()
                .allSatisfy(group -> assertThat(group.path("enum").path(0).asText())
                        .isEqualTo(settings().getProperty("quarkus.application.name")));
    }

    @Test
    void hasEachTypeAndNoOther() {
        assertThat(types(messagesOf("kafka", operation -> true))).isEqualTo(types());
        assertThat(types(messagesOf(
                        "kafka", operation -> operation.path("action").asText().equals("receive"))))
                .as("taken")
                .containsAll(EventTypes.TAKEN);
        assertThat(types(messagesOf("http", operation -> true)))
                .as("taken over HTTP, where nothing is followed")
                .isSubsetOf(EventTypes.TAKEN)
                .contains(EventTypes.REQUESTED, EventTypes.PENDING);
    }

    @Test
    void overHttpItIsTheSameAsOnKafka() {
        // Given
        var emitted = types(messagesOf(
                "kafka", operation -> operation.path("action").asText().equals("send")));

        // Then
        assertThat(types(messagesOf("sink", operation -> true)))
                .as("types that are sent")
                .isSubsetOf(emitted);
        assertThat(messagesOf("sink", operation -> true)).allSatisfy(message -> {
            var onKafka = AsyncApi.onKafka(message.path("name").asText()).orElseThrow();
            assertThat(message.path("payload")).isEqualTo(onKafka.path("payload"));
            assertThat(AsyncApi.headerNames(message))
                    .as("headers of %s", message.path("name"))
                    .isEqualTo(AsyncApi.headerNames(onKafka).stream()
                            .map(name -> name.replaceFirst("^ce_", "ce-"))
                            .collect(Collectors.toSet()));
        });
    }

    @Test
    void hasEachSchemaAndNoOther() throws IOException {
        // Given
        try (var files = Files.list(RESOURCES.resolve("META-INF/resources/schemas"))) {
            // When
            var named = AsyncApi.document().path("components").path("messages").findValues("payload").stream()
                    .map(payload -> payload.path("$ref").asText())
                    .filter(reference -> !reference.isEmpty())
                    .collect(Collectors.toSet());

            // Then
            assertThat(named)
                    .isEqualTo(
                            files.map(file -> "schemas/" + file.getFileName()).collect(Collectors.toSet()));
        }
    }

    static List<Path> schemas() throws IOException {
        try (var files = Files.list(RESOURCES.resolve("META-INF/resources/schemas"))) {
            return files.sorted().toList();
        }
    }

    /** By its name a consumer finds it. */
    @ParameterizedTest
    @MethodSource("schemas")
    void eachSchemaIsNamedByItsFile(Path file) throws IOException {
        assertThat(new com.fasterxml.jackson.databind.json.JsonMapper()
                        .readTree(file.toFile())
                        .path("$id")
                        .asText())
                .isEqualTo("urn:segment-relay:schema:"
                        + file.getFileName().toString().replaceFirst("\\.json$", ""));
    }

    @Test
    void refersToWhatThereIs() {
        assertThat(AsyncApi.document().path("asyncapi").asText()).isEqualTo("3.0.0");
        assertThat(AsyncApi.document().findValuesAsText("$ref"))
                .hasSizeGreaterThan(40)
                .allSatisfy(reference -> {
                    if (reference.startsWith("#")) {
                        assertThat(AsyncApi.document()
                                        .at(reference.substring(1))
                                        .isMissingNode())
                                .isFalse();
                    } else {
                        assertThat(RESOURCES.resolve("META-INF/resources").resolve(reference))
                                .exists();
                    }
                });
    }

    @Test
    void usesAllThatItDefines() {
        // Given
        var used = Set.copyOf(AsyncApi.document().findValuesAsText("$ref"));

        // Then
        for (var kind : List.of("messages", "schemas")) {
            AsyncApi.document()
                    .path("components")
                    .path(kind)
                    .fieldNames()
                    .forEachRemaining(name -> assertThat(used).contains("#/components/%s/%s".formatted(kind, name)));
        }
        AsyncApi.document()
                .path("channels")
                .fieldNames()
                .forEachRemaining(name -> assertThat(used).contains("#/channels/" + name));
    }

    private static Set<String> types() {
        return Arrays.stream(EventTypes.class.getFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()) && field.getType() == String.class)
                .map(field -> {
                    try {
                        return (String) field.get(null);
                    } catch (IllegalAccessException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Of CloudEvents: the dead letters have none. */
    private static Set<String> types(List<JsonNode> messages) {
        return messages.stream()
                .map(message -> message.path("name").asText())
                .filter(name -> name.startsWith("io.segmentrelay."))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<JsonNode> channels(String server, Predicate<JsonNode> operation) {
        var channels = AsyncApi.children(AsyncApi.document().path("operations"))
                .filter(operation)
                .map(each -> AsyncApi.resolved(each.path("channel")))
                .distinct()
                .toList();
        return AsyncApi.channels(server).filter(channels::contains);
    }

    private static List<JsonNode> messagesOf(String server, Predicate<JsonNode> operation) {
        return channels(server, operation)
                .flatMap(channel -> AsyncApi.children(channel.path("messages")))
                .map(AsyncApi::resolved)
                .toList();
    }

    private static Set<String> addresses(String server, Predicate<JsonNode> operation) {
        return channels(server, operation)
                .map(channel -> channel.path("address").asText())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> topics(Properties settings, String prefix) {
        return settings.stringPropertyNames().stream()
                .filter(name -> name.startsWith(prefix) && name.endsWith(".topic"))
                .map(settings::getProperty)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Properties settings() {
        var settings = new Properties();
        try (var in = Files.newBufferedReader(RESOURCES.resolve("application.properties"))) {
            settings.load(in);
            return settings;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
