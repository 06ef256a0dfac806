package io.segmentrelay.packaging;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The kustomizations under {@code k8s/}: complete; and rendered by a real kustomize. */
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

    @ParameterizedTest
    @MethodSource("overlays")
    void rendersTypedManifests(Overlay overlay) {
        assertThat(overlay.render())
                .isNotEmpty()
                .allSatisfy(manifest -> assertThat(TypedManifests.problems(manifest))
                        .as(manifest.toString())
                        .isEmpty());
    }

    @Test
    void eachFolderIsRendered() {
        // When
        var rendered = Overlay.all().stream()
                .flatMap(overlay -> Stream.concat(
                        Stream.of(overlay.base()), overlay.components().stream().map("components/"::concat)))
                .map(Repository.K8S::resolve);

        // Then
        assertThat(rendered).containsAll(kustomizations().toList());
    }

    @ParameterizedTest
    @CsvSource({"base, 2", "kafka, 7", "knative, 11", "knative-kafka, 20"})
    void countsItsManifestsAndNamesItsOneConfigMap(String folder, int count) {
        // When
        var rendered = Repository.yamlDocuments(Kubectl.kustomize(Repository.K8S.resolve(folder)));

        // Then
        assertThat(rendered).hasSize(count);
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
    void aWorkloadIdentityTakesThePlaceOfTheSecret(String folder) {
        // Given
        var overlay = Overlay.of(folder, "azure-workload-identity");

        // When
        var rendered = overlay.text();

        // Then
        assertThat(rendered)
                .contains("azure.workload.identity/use: \"true\"", "azure.workload.identity/client-id:")
                .doesNotContain("segment-relay-dynamics");
    }

    @ParameterizedTest
    @CsvSource({
        "kafka, kafka-sasl, 8, 2, 2",
        "knative-kafka, knative-kafka-sasl, 20, 0, 4",
    })
    void aLoginComesFromOneSecret(String folder, String component, int count, int asking, int readers) {
        // Given
        var overlay = Overlay.of(folder, component, "azure-workload-identity");

        // When
        var rendered = overlay.render();

        // Then
        assertThat(rendered).hasSize(count);
        assertThat(rendered.stream().flatMap(manifest -> manifest.findValues("authenticationRef").stream()))
                .hasSize(asking);
        assertThat(rendered.stream()
                        .filter(manifest ->
                                manifest.path("kind").asText().matches("Deployment|TriggerAuthentication|Kafka.*")))
                .hasSize(readers)
                .allSatisfy(manifest -> assertThat(manifest.toString()).contains("segment-relay-kafka"));
    }

    @Test
    void authenticationGivesTheRelayATokenAndAnAudience() {
        // Given
        var overlay = Overlay.of("knative", "knative-authentication");

        // When
        var rendered = overlay.render();

        // Then
        assertThat(rendered.stream().flatMap(manifest -> manifest.findValues("automountServiceAccountToken").stream()))
                .singleElement()
                .matches(JsonNode::asBoolean);
        assertThat(rendered.stream().flatMap(manifest -> manifest.findValues("audience").stream()))
                .hasSize(2)
                .allMatch(audience -> audience.asText().equals("segment-relay"));
        assertThat(rendered.stream().flatMap(manifest -> manifest.findValues("RELAY_HTTP_AUDIENCE").stream()))
                .hasSize(1);
    }

    @Test
    void whoReadsKafkaTakesNoDeliveriesOverHttp() {
        // When
        var rendered = Overlay.of("kafka").render();

        // Then
        assertThat(rendered.stream().flatMap(manifest -> manifest.findValues("RELAY_HTTP_ENABLED").stream()))
                .singleElement()
                .satisfies(enabled -> assertThat(enabled.asText()).isEqualTo("false"));
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

    static List<Overlay> overlays() {
        return Overlay.all();
    }

    static Stream<Path> kustomizations() {
        return Repository.files(Repository.K8S, "kustomization.yaml").stream().map(Path::getParent);
    }
}
