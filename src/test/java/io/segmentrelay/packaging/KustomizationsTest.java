package io.segmentrelay.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The kustomizations under {@code k8s/}: complete; and, where there is a {@code kubectl}, rendered. */
class KustomizationsTest {

    private static final Set<String> FIELDS = Set.of(
            "apiVersion",
            "kind",
            "resources",
            "components",
            "configurations",
            "configMapGenerator",
            "patches",
            "replacements");

    @TempDir
    Path temp;

    @ParameterizedTest
    @MethodSource("kustomizations")
    void namesWhatExistsAndForgetsNothing(Path folder) {
        // Given
        var kustomization = Repository.yaml(folder.resolve("kustomization.yaml"));
        var besides = Stream.of(".yaml", ".env")
                .flatMap(ending -> Repository.files(folder, ending).stream())
                .filter(file -> folder.equals(file.getParent()) && !file.endsWith("kustomization.yaml"))
                .toList();

        // When
        var named =
                named(kustomization).map(folder::resolve).map(Path::normalize).toList();

        // Then
        assertThat(kustomization.fieldNames()).toIterable().isSubsetOf(FIELDS);
        assertThat(named)
                .allSatisfy(path -> assertThat(Files.isDirectory(path) ? path.resolve("kustomization.yaml") : path)
                        .exists());
        assertThat(named).containsAll(besides);
    }

    @Test
    void thePatchTakesTheClientSecretAwayAndNothingElse() {
        // Given
        var patch = Repository.yaml(Path.of("k8s/components/azure-workload-identity/pods.yaml"));

        // Then
        for (var file : List.of("k8s/kafka/deployment.yaml", "k8s/knative/service.yaml")) {
            var manifest = Repository.yaml(Path.of(file));
            assertThat(patch)
                    .filteredOn(step -> step.path("op").asText().equals("test"))
                    .singleElement()
                    .satisfies(step ->
                            assertThat(manifest.at(step.path("path").asText())).isEqualTo(step.path("value")));
            assertThat(patch)
                    .filteredOn(step -> step.path("op").asText().equals("remove"))
                    .singleElement()
                    .satisfies(step -> assertThat(manifest.at(step.path("path").asText() + "/secretRef/name")
                                    .asText())
                            .isEqualTo("segment-relay-dynamics"));
        }
    }

    @ParameterizedTest
    @CsvSource({"base, 2", "kafka, 7", "knative, 8", "knative-kafka, 16"})
    @EnabledIf("kubectlIsHere")
    void rendersTypedManifests(String folder, int count) throws Exception {
        // When
        var rendered = Repository.yamlDocuments(kustomize(Repository.K8S.resolve(folder)));

        // Then
        assertThat(rendered).hasSize(count);
        assertThat(rendered)
                .allSatisfy(manifest -> assertThat(TypedManifests.problems(manifest))
                        .as(manifest.toString())
                        .isEmpty());
        var generated = rendered.stream()
                .filter(manifest -> manifest.path("kind").asText().equals("ConfigMap"))
                .map(manifest -> manifest.at("/metadata/name").asText())
                .toList();
        assertThat(generated).singleElement().asString().startsWith("segment-relay-");
        assertThat(rendered.stream().flatMap(manifest -> manifest.findValues("configMapRef").stream()))
                .allSatisfy(ref -> assertThat(ref.path("name").asText()).isEqualTo(generated.get(0)));
    }

    @ParameterizedTest
    @CsvSource({"kafka", "knative", "knative-kafka"})
    @EnabledIf("kubectlIsHere")
    void aWorkloadIdentityTakesThePlaceOfTheSecret(String folder) throws Exception {
        // Given
        var overlay = overlay(folder, "azure-workload-identity");

        // When
        var rendered = kustomize(overlay);

        // Then
        assertThat(rendered)
                .contains("azure.workload.identity/use: \"true\"", "azure.workload.identity/client-id:")
                .doesNotContain("segment-relay-dynamics");
        assertThat(Repository.yamlDocuments(rendered))
                .allSatisfy(manifest ->
                        assertThat(TypedManifests.problems(manifest)).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "kafka, kafka-sasl, 8, 2, 2",
        "knative-kafka, knative-kafka-sasl, 16, 0, 4",
    })
    @EnabledIf("kubectlIsHere")
    void aLoginComesFromOneSecret(String folder, String component, int count, int asking, int readers)
            throws Exception {
        // Given
        var overlay = overlay(folder, component, "azure-workload-identity");

        // When
        var rendered = Repository.yamlDocuments(kustomize(overlay));

        // Then
        assertThat(rendered)
                .hasSize(count)
                .allSatisfy(manifest -> assertThat(TypedManifests.problems(manifest))
                        .as(manifest.toString())
                        .isEmpty());
        assertThat(rendered.stream().flatMap(manifest -> manifest.findValues("authenticationRef").stream()))
                .hasSize(asking);
        assertThat(rendered.stream()
                        .filter(manifest ->
                                manifest.path("kind").asText().matches("Deployment|TriggerAuthentication|Kafka.*")))
                .hasSize(readers)
                .allSatisfy(manifest -> assertThat(manifest.toString()).contains("segment-relay-kafka"));
    }

    @Test
    @EnabledIf("kubectlIsHere")
    void authenticationGivesTheRelayATokenAndAnAudience() throws Exception {
        // Given
        var overlay = overlay("knative", "knative-authentication");

        // When
        var rendered = Repository.yamlDocuments(kustomize(overlay));

        // Then
        assertThat(rendered)
                .allSatisfy(manifest ->
                        assertThat(TypedManifests.problems(manifest)).isEmpty());
        assertThat(rendered.stream().flatMap(manifest -> manifest.findValues("automountServiceAccountToken").stream()))
                .singleElement()
                .matches(JsonNode::asBoolean);
        assertThat(rendered.stream().flatMap(manifest -> manifest.findValues("audience").stream()))
                .hasSize(2)
                .allMatch(audience -> audience.asText().equals("segment-relay"));
        assertThat(rendered.stream().flatMap(manifest -> manifest.findValues("RELAY_HTTP_AUDIENCE").stream()))
                .hasSize(1);
    }

    private Path overlay(String base, String... components) throws IOException {
        var overlay = temp.toRealPath().resolve("overlay");
        var k8s = overlay.relativize(Repository.K8S.toRealPath());
        var list = Stream.of(components)
                .map(component -> "%s/components/%s".formatted(k8s, component))
                .toList();
        Files.createDirectories(overlay);
        Files.writeString(overlay.resolve("kustomization.yaml"), """
                apiVersion: kustomize.config.k8s.io/v1beta1
                kind: Kustomization
                resources: [%1$s/%2$s]
                components: %3$s
                """.formatted(k8s, base, list));
        return overlay;
    }

    private static Stream<String> named(JsonNode kustomization) {
        var lists = Stream.of("resources", "components", "configurations")
                .flatMap(field -> Repository.stream(kustomization.path(field)))
                .map(JsonNode::asText);
        var generated = Repository.stream(kustomization.path("configMapGenerator"))
                .flatMap(generator -> Repository.stream(generator.path("envs")))
                .map(JsonNode::asText);
        var patches = Repository.stream(kustomization.path("patches"))
                .map(patch -> patch.path("path").asText());
        return Stream.of(lists, generated, patches).flatMap(each -> each);
    }

    static String kustomize(Path folder) throws IOException, InterruptedException {
        var out = Files.createTempFile("kustomize", ".yaml");
        try {
            var process = new ProcessBuilder("kubectl", "kustomize", folder.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(out)).isZero();
            return Files.readString(out);
        } finally {
            Files.delete(out);
        }
    }

    static Stream<Path> kustomizations() {
        return Repository.files(Repository.K8S, "kustomization.yaml").stream().map(Path::getParent);
    }

    static boolean kubectlIsHere() {
        return Stream.of(System.getenv("PATH").split(java.io.File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "kubectl")));
    }
}
