package io.segmentrelay.packaging;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * An overlay as a user writes it.
 *
 * @param base the folder under {@code k8s} that it starts from
 * @param components those under {@code k8s/components} that it adds
 */
record Overlay(String base, List<String> components) {

    static Overlay of(String base, String... components) {
        return new Overlay(base, List.of(components));
    }

    /** What there is to render: each home alone, and with each component that fits it. */
    static List<Overlay> all() {
        return List.of(
                of("base"),
                of("kafka"),
                of("kafka", "azure-workload-identity"),
                of("kafka", "kafka-sasl"),
                of("kafka", "kafka-event-hubs"),
                of("kafka", "kafka-sasl", "azure-workload-identity"),
                of("knative"),
                of("knative", "azure-workload-identity"),
                of("knative", "knative-authentication"),
                of("knative", "kafka-source", "kafka-sink"),
                of("knative-kafka"),
                of("knative-kafka", "kafka-brokers"),
                of("knative-kafka", "azure-workload-identity"),
                of("knative-kafka", "knative-kafka-sasl", "azure-workload-identity"));
    }

    /** The manifests that kustomize makes of it; where there is no kustomize, the test is skipped. */
    List<JsonNode> render() {
        return Repository.yamlDocuments(text());
    }

    /** The same as text. */
    String text() {
        try {
            var folder = Files.createTempDirectory("overlay").toRealPath();
            var file = folder.resolve("kustomization.yaml");
            try {
                var k8s = folder.relativize(Repository.K8S.toRealPath());
                var added = components.stream()
                        .map(component -> "%s/components/%s".formatted(k8s, component))
                        .toList();
                Files.writeString(file, """
                        apiVersion: kustomize.config.k8s.io/v1beta1
                        kind: Kustomization
                        resources: [%s/%s]
                        components: %s
                        """.formatted(k8s, base, added));
                return Kubectl.kustomize(folder);
            } finally {
                Files.deleteIfExists(file);
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return base + components;
    }
}
