package io.segmentrelay.packaging;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import javax.security.auth.Subject;
import javax.security.auth.spi.LoginModule;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The components under {@code k8s/components}: they fit what they change, and agree with the application. */
class ComponentsTest {

    private static final Path COMPONENTS = Repository.K8S.resolve("components");
    private static final Path BROKERS = COMPONENTS.resolve("kafka-brokers/kustomization.yaml");
    private static final Path DEPLOYMENT = COMPONENTS.resolve("kafka-sasl/deployment.yaml");

    /** What a KafkaSink reads from its Secret. */
    private static final Set<String> SINK_KEYS = Set.of("protocol", "sasl.mechanism", "user", "password", "ca.crt");

    @Test
    void theBrokersAreASettingWhereverTheyAreNamed() {
        // Given
        var replacement = Repository.yaml(BROKERS).at("/replacements/0");
        var setting = Repository.env(Path.of("k8s/knative-kafka/kafka.env"));
        var named = ManifestsTest.manifests()
                .filter(manifest -> manifest.tree().at("/spec").has("bootstrapServers"))
                .toList();

        // When
        var targets = replacement.path("targets").findValues("select").stream()
                .map(select -> select.path("kind").asText())
                .toList();

        // Then
        assertThat(replacement.at("/source/fieldPath").asText()).isEqualTo("data.KAFKA_BOOTSTRAP_SERVERS");
        assertThat(setting).containsOnlyKeys("KAFKA_BOOTSTRAP_SERVERS");
        assertThat(named).hasSize(4).allSatisfy(manifest -> {
            assertThat(targets).contains(manifest.kind());
            assertThat(manifest.tree().at("/spec/bootstrapServers"))
                    .extracting(JsonNode::asText)
                    .containsExactlyElementsOf(setting.values());
        });
        assertThat(replacement.path("targets").findValues("fieldPaths"))
                .allSatisfy(paths ->
                        assertThat(paths).extracting(JsonNode::asText).containsExactly("spec.bootstrapServers.0"));
    }

    @Test
    void aLoginReachesEverythingThatAsksTheBrokers() {
        // Given
        var authentication = Repository.yaml(COMPONENTS.resolve("kafka-sasl/trigger-authentication.yaml"));

        // When
        var triggers = Overlay.of("kafka", "kafka-sasl").render().stream()
                .flatMap(manifest -> Repository.stream(manifest.at("/spec/triggers")))
                .toList();
        var sinks = Overlay.of("knative-kafka", "knative-kafka-sasl").render().stream()
                .filter(manifest -> manifest.path("kind").asText().equals("KafkaSink"))
                .toList();

        // Then
        assertThat(triggers)
                .hasSize(2)
                .allSatisfy(trigger -> assertThat(
                                trigger.at("/authenticationRef/name").asText())
                        .isEqualTo(authentication.at("/metadata/name").asText()));
        assertThat(authentication.at("/spec/secretTargetRef"))
                .extracting(ref -> ref.path("parameter").asText())
                .containsExactlyInAnyOrder("sasl", "tls", "username", "password", "ca");
        assertThat(sinks)
                .hasSize(3)
                .allSatisfy(
                        sink -> assertThat(sink.at("/spec/auth/secret/ref/name").asText())
                                .isEqualTo("segment-relay-kafka"));
    }

    @Test
    void eventHubsIsGivenWhatItTakesAndIsReached() {
        // Given
        var rendered = Overlay.of("kafka", "kafka-event-hubs").render();

        // When
        var settings = Repository.env(COMPONENTS.resolve("kafka-event-hubs/event-hubs.env"));

        // Then
        assertThat(settings).containsEntry("KAFKA_COMPRESSION_TYPE", "none");
        assertThat(settings.keySet()).allMatch(KnownSettings::contains);
        assertThat(Integer.parseInt(settings.getOrDefault("KAFKA_MAX_REQUEST_SIZE", "0")))
                .isBetween(500_000, 1_046_528);
        assertThat(rendered)
                .filteredOn(manifest -> manifest.path("kind").asText().equals("ConfigMap"))
                .singleElement()
                .satisfies(
                        map -> assertThat(map.at("/data/KAFKA_COMPRESSION_TYPE").asText())
                                .isEqualTo("none"));
        assertThat(rendered)
                .filteredOn(manifest -> manifest.path("kind").asText().equals("NetworkPolicy"))
                .singleElement()
                .satisfies(policy -> assertThat(policy.at("/spec/egress/2/ports"))
                        .extracting(port -> port.path("port").asInt())
                        .containsExactly(443, 9093));
        assertThat(rendered)
                .filteredOn(manifest -> manifest.path("kind").asText().equals("TriggerAuthentication"))
                .hasSize(1);
    }

    @Test
    void theSecretHasEachKeyThatIsRead() {
        // Given
        var keys = new TreeSet<>(SINK_KEYS);
        var names = new TreeSet<String>();
        var references = Stream.of("kafka-sasl", "knative-kafka-sasl")
                .flatMap(component -> Repository.files(COMPONENTS.resolve(component), ".yaml").stream())
                .map(Repository::yaml)
                .flatMap(tree -> Stream.concat(
                        tree.findValues("secretKeyRef").stream(), Repository.stream(tree.at("/spec/secretTargetRef"))))
                .toList();

        // When
        references.forEach(reference -> {
            keys.add(reference.path("key").asText());
            names.add(reference.path("name").asText());
        });

        // Then
        assertThat(references).hasSize(14);
        assertThat(names).containsExactly("segment-relay-kafka");
        assertThat(KubernetesReadme.secretKeys("segment-relay-kafka")).containsExactlyInAnyOrderElementsOf(keys);
    }

    @Test
    void theRelayIsGivenSettingsThatExist() {
        assertThat(environment().keySet())
                .filteredOn(name -> !name.startsWith("BROKER_"))
                .hasSize(5)
                .allMatch(KnownSettings::contains);
    }

    @Test
    void theLoginIsMadeOfNameAndPassword() throws Exception {
        // Given
        var environment = environment();
        var line = environment
                .getOrDefault("KAFKA_SASL_JAAS_CONFIG", "")
                .replace("$(BROKER_USER)", "relay")
                .replace("$(BROKER_PASSWORD)", "s;e'cret");

        // When
        var entry = JaasContext.loadClientContext(Map.of(SaslConfigs.SASL_JAAS_CONFIG, new Password(line)))
                .configurationEntries()
                .get(0);
        var subject = new Subject();
        var module = Class.forName(entry.getLoginModuleName())
                .asSubclass(LoginModule.class)
                .getDeclaredConstructor()
                .newInstance();
        module.initialize(subject, callbacks -> {}, new HashMap<>(), entry.getOptions());

        // Then
        assertThat(new ArrayList<>(environment.keySet()))
                .as("what it is made of comes before it")
                .containsSubsequence("BROKER_USER", "BROKER_PASSWORD", "KAFKA_SASL_JAAS_CONFIG");
        assertThat(module.login()).isTrue();
        assertThat(subject.getPublicCredentials()).isEqualTo(Set.<Object>of("relay"));
        assertThat(subject.getPrivateCredentials()).isEqualTo(Set.<Object>of("s;e'cret"));
    }

    /** Names and plain values, in order; what comes from the Secret has none. */
    private static Map<String, String> environment() {
        var environment = new java.util.LinkedHashMap<String, String>();
        Repository.yaml(DEPLOYMENT)
                .at("/spec/template/spec/containers/0/env")
                .forEach(variable -> environment.put(
                        variable.path("name").asText(), variable.path("value").asText()));
        return environment;
    }
}
