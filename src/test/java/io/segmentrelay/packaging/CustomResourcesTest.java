package io.segmentrelay.packaging;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** What kustomize renders is what the projects' own definitions of custom resources allow. */
class CustomResourcesTest {

    @BeforeAll
    static void needsTheDefinitions() {
        assumeThat(CustomResources.areDefined())
                .as("not checked against the definitions of custom resources: there are none in %s (-Dcrds=…)"
                        .formatted(CustomResources.folder()))
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void isAllowed(Overlay overlay) {
        // When
        var rendered = overlay.render();

        // Then
        assertThat(rendered)
                .isNotEmpty()
                .allSatisfy(manifest -> assertThat(
                                CustomResources.problems(manifest).orElse(List.of()))
                        .as(manifest.toString())
                        .isEmpty());
    }

    @Test
    void eachCustomResourceIsDefined() {
        assertThat(ManifestsTest.manifests()
                        .filter(each -> isCustom(each.tree().path("apiVersion").asText())))
                .isNotEmpty()
                .allSatisfy(each ->
                        assertThat(CustomResources.problems(each.tree())).isPresent());
    }

    @ParameterizedTest
    @CsvSource({
        "k8s/kafka/scaled-object.yaml, /spec/triggers/0",
        "k8s/knative/service.yaml, /spec/template/spec",
        "k8s/knative/sink-binding.yaml, /spec/sink/ref",
        "k8s/components/kafka-source/kafka-source.yaml, /spec/delivery",
        "k8s/components/kafka-sasl/trigger-authentication.yaml, /spec/secretTargetRef/0"
    })
    void aFieldThatIsNotDefinedIsRefused(Path file, String pointer) {
        // Given
        var manifest = Repository.yaml(file).<ObjectNode>deepCopy();
        ((ObjectNode) manifest.at(pointer)).put("unheardOf", "x");

        // When
        var problems = CustomResources.problems(manifest).orElseThrow();

        // Then
        assertThat(problems).singleElement().asString().contains("unheardOf");
    }

    private static boolean isCustom(String version) {
        return Stream.of("knative.dev/", "keda.sh/").anyMatch(version::contains);
    }

    static List<Overlay> overlays() {
        return Overlay.all();
    }
}
