package io.segmentrelay.packaging;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.segmentrelay.event.EventTypes;

import static org.assertj.core.api.Assertions.assertThat;

/** The manifests under {@code k8s/}: typed, hardened, and in agreement with the application. */
class ManifestsTest {

    /** What Dynamics takes of one application user. */
    private static final int CALLS_PER_5_MINUTES = 6000;

    private static final int CALLS_AT_ONCE = 52;

    @ParameterizedTest
    @MethodSource("manifests")
    void isAsItsKindSays(Manifest manifest) {
        assertThat(TypedManifests.problems(manifest.tree())).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void holdsNoSecret(Manifest manifest) {
        // Given
        var env = manifest.tree().findValues("env").stream().flatMap(Repository::stream);

        // Then
        assertThat(manifest.kind()).isNotEqualTo("Secret");
        assertThat(env)
                .as("settings come from the ConfigMap and from Secrets")
                .filteredOn(variable -> !variable.at("/valueFrom/secretKeyRef").has("key"))
                .extracting(variable -> variable.path("name").asText())
                .isSubsetOf("KAFKA_SASL_JAAS_CONFIG", "KAFKA_SSL_TRUSTSTORE_TYPE");
    }

    @ParameterizedTest
    @CsvSource({
        "k8s/kafka/deployment.yaml, /spec/template/spec/containers/0/securityContext/readOnlyRootFileSystem",
        "k8s/kafka/deployment.yaml, /spec/template/spec/containers/0/readinessProbe/httpGet/paths",
        "k8s/kafka/network-policy.yaml, /spec/egress/0/too",
        "k8s/kafka/scaled-object.yaml, /spec/triggers/0/metadata/lagTreshold",
        "k8s/knative/service.yaml, /spec/template/spec/containerConcurency",
        "k8s/knative/service.yaml, /spec/template/spec/containers/0/envfrom",
        "k8s/knative/sink-binding.yaml, /spec/sink/ref/names",
        "k8s/components/kafka-source/kafka-source.yaml, /spec/delivery/retries",
        "k8s/components/kafka-sasl/trigger-authentication.yaml, /spec/secretTargetRef/0/keys",
        "k8s/components/kafka-sasl/deployment.yaml, /spec/template/spec/containers/0/env/0/valueFrom/secretKeyRef/keys",
        "k8s/components/knative-kafka-sasl/kafka-source.yaml, /spec/net/sasl/enabled",
        "k8s/components/knative-kafka-sasl/kafka-source.yaml, /spec/net/tls/ca"
    })
    void aFieldThatTheKindDoesNotHaveIsRefused(Path file, String pointer) {
        // Given
        var manifest = Repository.yaml(file).<ObjectNode>deepCopy();
        var end = pointer.lastIndexOf('/');
        ((ObjectNode) manifest.at(pointer.substring(0, end))).put(pointer.substring(end + 1), "x");

        // When
        var problems = TypedManifests.problems(manifest);

        // Then
        assertThat(problems).singleElement().asString().contains(pointer.substring(end + 1));
    }

    @ParameterizedTest
    @MethodSource("settings")
    void eachSettingExistsInTheApplication(Path file, String name, String value) {
        assertThat(KnownSettings.contains(name)).as("%s in %s", name, file).isTrue();
        assertThat(name).as("no secret in %s", file).doesNotContain("SECRET", "PASSWORD", "JAAS");
        assertThat(value).isNotBlank();
    }

    @Test
    void aSettingThatDoesNotExistIsNoticed() {
        assertThat(List.of("RELAY_DYNAMICS_URI", "KAFKA_BOOTSTRAP_SERVER", "AZURE_TENANT", "RELAY_DYNAMICS"))
                .noneMatch(KnownSettings::contains);
        assertThat(List.of(
                        "RELAY_DYNAMICS_REQUESTS_PER_5_MINUTES", "RELAY_LIVE_WHEN", "KAFKA_SASL_JAAS_CONFIG", "K_SINK"))
                .allMatch(KnownSettings::contains);
    }

    @ParameterizedTest
    @MethodSource("pods")
    void podsAreHardened(Manifest manifest) {
        // Given
        var pod = manifest.pod();
        var container = manifest.container();
        var security = merged(pod.path("securityContext"), container.path("securityContext"));

        // Then
        assertThat(pod.path("containers")).hasSize(1);
        assertThat(security.path("runAsNonRoot").asBoolean()).isTrue();
        assertThat(security.path("runAsUser").asInt())
                .isEqualTo(Containerfile.read("Containerfile.jvm").user());
        assertThat(security.at("/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
        assertThat(security.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
        assertThat(security.path("readOnlyRootFilesystem").asBoolean()).isTrue();
        assertThat(security.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
        assertThat(security.at("/capabilities/add").isMissingNode()).isTrue();
        assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
        assertThat(pod.path("enableServiceLinks").asBoolean(true)).isFalse();
        assertThat(container.at("/volumeMounts/0/mountPath").asText()).isEqualTo("/tmp");
        assertThat(pod.at("/volumes/0").has("emptyDir")).isTrue();
    }

    @ParameterizedTest
    @MethodSource("pods")
    void podsAskForResourcesAndHaveALimit(Manifest manifest) {
        // Given
        var resources = manifest.container().path("resources");

        // Then
        assertThat(List.of("/requests/cpu", "/requests/memory", "/limits/cpu", "/limits/memory"))
                .allSatisfy(
                        pointer -> assertThat(resources.at(pointer).asText()).isNotEmpty());
        assertThat(resources.at("/limits/memory"))
                .as("memory that was asked for is there")
                .isEqualTo(resources.at("/requests/memory"));
    }

    @ParameterizedTest
    @MethodSource("pods")
    void podsAreProbedWhereTheApplicationAnswers(Manifest manifest) {
        // Given
        var container = manifest.container();
        var port = container.at("/ports/0");
        var probes = Map.of("startupProbe", "started", "readinessProbe", "ready", "livenessProbe", "live");

        // Then
        assertThat(port.path("containerPort").asInt()).isEqualTo(8080);
        assertThat(container.path("image").asText()).isEqualTo("segment-relay:" + Repository.version());
        assertThat(probes).allSatisfy((probe, path) -> {
            var get = container.path(probe).path("httpGet");
            assertThat(get.path("path").asText()).isEqualTo("/q/health/" + path);
            assertThat(get.path("port").asText())
                    .isIn(port.path("name").asText(), port.path("containerPort").asText());
        });
    }

    @Test
    void aStopHasTimeForTheHandOver() {
        assertThat(Repository.yaml(Path.of("k8s/kafka/deployment.yaml"))
                        .at("/spec/template/spec/terminationGracePeriodSeconds")
                        .asInt())
                .isGreaterThanOrEqualTo(20);
    }

    @Test
    void knativeWaitsLongerThanTheWindow() {
        // Given
        var revision = Repository.yaml(Path.of("k8s/knative/service.yaml")).at("/spec/template/spec");
        var settings = Repository.env(Path.of("k8s/knative/knative.env"));
        var window = settings.getOrDefault(
                "RELAY_WINDOW", KnownSettings.defaultOf("relay.window").orElseThrow());

        // Then
        var limit = Duration.parse("PT" + window).plusSeconds(30);
        assertThat(revision.path("timeoutSeconds").asLong()).isGreaterThan(limit.toSeconds());
        assertThat(revision.path("responseStartTimeoutSeconds").asLong()).isGreaterThan(limit.toSeconds());
    }

    @Test
    void allReplicasTogetherStayBelowTheLimitsOfDynamics() {
        // Given
        var knative = Repository.yaml(Path.of("k8s/knative/service.yaml"))
                .at("/spec/template/metadata/annotations/autoscaling.knative.dev~1max-scale");
        var count = knative.asInt();
        var settings = Repository.env(Path.of("k8s/knative/knative.env"));

        // Then
        assertThat(count * number(settings, "RELAY_DYNAMICS_REQUESTS_PER_5_MINUTES"))
                .isBetween(CALLS_PER_5_MINUTES / 2, CALLS_PER_5_MINUTES);
        assertThat(count * number(settings, "RELAY_DYNAMICS_MAX_CONCURRENCY"))
                .isBetween(CALLS_AT_ONCE / 2, CALLS_AT_ONCE);
        assertThat(Duration.parse("PT" + settings.get("RELAY_DYNAMICS_EXECUTION_TIME_PER_5_MINUTES"))
                        .multipliedBy(count))
                .isBetween(Duration.ofMinutes(10), Duration.ofMinutes(20));
    }

    @Test
    void replicasInAGroupShareTheLimitsByThemselves() {
        var settings = Repository.env(Path.of("k8s/kafka/kafka.env"));
        assertThat(settings.keySet())
                .as("limits that are divided, or not shared")
                .noneMatch(name -> name.startsWith("RELAY_DYNAMICS"));
    }

    @Test
    void kedaWatchesTheTopicsAndTheGroupOfTheApplication() throws Exception {
        // Given
        var application = new Properties();
        try (var in = ManifestsTest.class.getResourceAsStream("/application.properties")) {
            application.load(in);
        }
        var scaled = Repository.yaml(Path.of("k8s/kafka/scaled-object.yaml")).path("spec");

        // When
        var triggers = scaled.path("triggers").findValues("metadata");

        // Then
        assertThat(triggers)
                .extracting(trigger -> trigger.path("topic").asText())
                .containsExactlyInAnyOrder(
                        application.getProperty("mp.messaging.incoming.segment-requests.topic"),
                        application.getProperty("mp.messaging.incoming.segment-pending.topic"));
        assertThat(triggers).allSatisfy(trigger -> {
            assertThat(trigger.path("consumerGroup").asText())
                    .isEqualTo(application.getProperty("quarkus.application.name"));
            assertThat(trigger.path("offsetResetPolicy").asText())
                    .isEqualTo(application.getProperty("kafka.auto.offset.reset"));
            assertThat(Repository.env(Path.of("k8s/kafka/kafka.env")))
                    .containsKey(trigger.path("bootstrapServersFromEnv").asText());
        });
        assertThat(scaled.at("/scaleTargetRef/name").asText())
                .isEqualTo(Repository.yaml(Path.of("k8s/kafka/deployment.yaml"))
                        .at("/metadata/name")
                        .asText());
    }

    @Test
    void knativeDeliversWhatTheRelayTakes() {
        // Given
        var triggers = Repository.yamlDocuments(Repository.text(Path.of("k8s/knative/triggers.yaml")));

        // Then
        assertThat(triggers)
                .extracting(
                        trigger -> trigger.at("/spec/filter/attributes/type").asText())
                .containsExactlyInAnyOrder(
                        EventTypes.REQUESTED,
                        EventTypes.MEMBERS_REQUESTED,
                        EventTypes.RETIRE_REQUESTED,
                        EventTypes.FOLLOW_ENDED_REQUESTED,
                        EventTypes.PENDING);
    }

    @Test
    void nothingThatComesFromATopicVanishes() {
        // Given
        var triggers = Repository.yamlDocuments(Repository.text(Path.of("k8s/components/kafka-sink/triggers.yaml")));

        // When
        var unknown = triggers.stream()
                .filter(trigger -> trigger.at("/spec/broker").asText().equals("segment-relay"))
                .filter(trigger ->
                        trigger.at("/spec/subscriber/ref/name").asText().equals("segment-dead-letters"))
                .toList();

        // Then
        assertThat(unknown).singleElement().satisfies(trigger -> {
            assertThat(trigger.at("/spec/filter/attributes/type").asText()).isEqualTo("dev.knative.kafka.event");
            assertThat(trigger.at("/spec/subscriber/ref/kind").asText()).isEqualTo("KafkaSink");
            assertThat(trigger.at("/spec/filters")).hasSize(1);
            assertThat(trigger.at("/spec/filters/0/not/any"))
                    .as("what other Triggers take")
                    .extracting(filter -> filter.at("/exact/type").asText())
                    .containsExactlyInAnyOrder(
                            EventTypes.REQUESTED,
                            EventTypes.MEMBERS_REQUESTED,
                            EventTypes.RETIRE_REQUESTED,
                            EventTypes.FOLLOW_ENDED_REQUESTED,
                            EventTypes.PENDING,
                            EventTypes.READY,
                            EventTypes.RETIRED,
                            EventTypes.FAILED);
        });
    }

    @Test
    void whatIsReferredToExists() {
        // Given
        var existing = manifests().map(Manifest::reference).toList();

        // When
        var references = manifests()
                .flatMap(manifest ->
                        Stream.of("ref", "subject").flatMap(field -> manifest.tree().findValues(field).stream()))
                .map(ref -> new Manifest(Path.of(""), ref)
                        .reference(ref.path("name").asText()))
                .toList();

        // Then
        assertThat(references).hasSizeGreaterThan(8);
        assertThat(existing).containsAll(references);
    }

    private static int number(Map<String, String> settings, String name) {
        return Integer.parseInt(settings.getOrDefault(name, "0"));
    }

    private static JsonNode merged(JsonNode pod, JsonNode container) {
        var merged = new com.fasterxml.jackson.databind.ObjectMapper().createObjectNode();
        Stream.of(pod, container).filter(JsonNode::isObject).forEach(node -> merged.setAll((ObjectNode) node));
        return merged;
    }

    static Stream<Manifest> manifests() {
        return Repository.files(Repository.K8S, ".yaml").stream()
                .flatMap(file -> Repository.yamlDocuments(Repository.text(file)).stream()
                        .filter(tree -> !(tree instanceof ArrayNode))
                        .filter(tree -> tree.has("kind"))
                        .filter(tree -> !tree.path("apiVersion").asText().startsWith("kustomize."))
                        .map(tree -> new Manifest(file, tree)));
    }

    static Stream<Manifest> pods() {
        // A patch of a pod names no image.
        return manifests().filter(manifest -> manifest.container().has("image"));
    }

    static Stream<org.junit.jupiter.params.provider.Arguments> settings() {
        return Repository.files(Repository.K8S, ".env").stream()
                .flatMap(file -> Repository.env(file).entrySet().stream()
                        .map(setting -> org.junit.jupiter.params.provider.Arguments.of(
                                file, setting.getKey(), setting.getValue())));
    }

    /**
     * One document of a file.
     *
     * @param file that it is in
     * @param tree the document
     */
    record Manifest(Path file, JsonNode tree) {

        String kind() {
            return tree.path("kind").asText();
        }

        String reference() {
            return reference(tree.at("/metadata/name").asText());
        }

        String reference(String name) {
            return "%s/%s/%s".formatted(tree.path("apiVersion").asText(), kind(), name);
        }

        JsonNode pod() {
            return tree.at("/spec/template/spec");
        }

        JsonNode container() {
            return pod().at("/containers/0");
        }

        @Override
        public String toString() {
            return "%s %s".formatted(file, reference());
        }
    }
}
