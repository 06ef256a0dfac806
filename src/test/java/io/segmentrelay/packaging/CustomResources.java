package io.segmentrelay.packaging;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

/**
 * The definitions of custom resources (Knative, its Kafka extension, KEDA) as their projects publish them, where the system
 * property {@code crds} names a folder of them.
 */
final class CustomResources {

    private static final Path FOLDER = Path.of(System.getProperty("crds", "../shared/crds"));

    /** What every resource has, and the API server itself checks. */
    private static final Set<String> OF_ALL = Set.of("apiVersion", "kind", "metadata");

    private static final Map<String, Schema> SCHEMAS = read();

    private CustomResources() {}

    /** Whether there are definitions. */
    static boolean areDefined() {
        return !SCHEMAS.isEmpty();
    }

    static Path folder() {
        return FOLDER;
    }

    /** What a cluster would refuse or drop of a manifest, one line each; empty optional: its kind has no definition here. */
    static Optional<List<String>> problems(JsonNode manifest) {
        var kind = "%s/%s"
                .formatted(
                        manifest.path("apiVersion").asText(),
                        manifest.path("kind").asText());
        return Optional.ofNullable(SCHEMAS.get(kind))
                .map(schema ->
                        schema.validate(manifest).stream().map(Object::toString).toList());
    }

    private static Map<String, Schema> read() {
        var schemas = new HashMap<String, Schema>();
        if (Files.isDirectory(FOLDER)) {
            var registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
            Repository.files(FOLDER, ".yaml").stream()
                    .flatMap(file -> Repository.yamlDocuments(Repository.text(file)).stream())
                    .filter(tree -> tree.path("kind").asText().equals("CustomResourceDefinition"))
                    .map(tree -> tree.path("spec"))
                    .forEach(crd -> crd.path("versions")
                            .forEach(version -> schemas.put(
                                    "%s/%s/%s"
                                            .formatted(
                                                    crd.path("group").asText(),
                                                    version.path("name").asText(),
                                                    crd.at("/names/kind").asText()),
                                    registry.getSchema(root(version.at("/schema/openAPIV3Schema"))))));
        }
        return Map.copyOf(schemas);
    }

    private static JsonNode root(JsonNode schema) {
        var root = schema.<ObjectNode>deepCopy();
        OF_ALL.forEach(root.withObjectProperty("properties")::putObject);
        return strict(root);
    }

    /** JSON Schema of a structural schema, in which a field that it does not know is an error: a cluster would drop it. */
    private static JsonNode strict(JsonNode schema) {
        if (!(schema instanceof ObjectNode strict)) {
            return schema;
        }
        strict.remove("format");
        if (strict.path("nullable").asBoolean()) {
            var type = strict.path("type").asText();
            strict.putArray("type").add(type).add("null");
        }
        var open = strict.path("x-kubernetes-preserve-unknown-fields").asBoolean();
        if (strict.has("properties") && !open && !strict.has("additionalProperties")) {
            strict.put("additionalProperties", false);
        }
        strict.path("properties").forEach(CustomResources::strict);
        strict(strict.path("items"));
        strict(strict.path("additionalProperties"));
        return strict;
    }
}
