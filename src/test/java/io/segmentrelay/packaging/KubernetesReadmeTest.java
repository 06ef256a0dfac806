package io.segmentrelay.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.segmentrelay.event.EventTypes;

import static org.assertj.core.api.Assertions.assertThat;

/** The commands of {@code k8s/README.md}, from the clone to the answer, agree with the manifests and the application. */
class KubernetesReadmeTest {

    private static final Pattern DATA = Pattern.compile("(?:\\||-d ')(\\{.*\\})");

    @TempDir
    Path temp;

    @ParameterizedTest
    @MethodSource("homes")
    void eachHomeIsFollowedToItsAnswer(String home) {
        // Given
        var section = KubernetesReadme.firstEvent(home);

        // Then
        assertThat(section).contains("kubectl apply -k my-relay");
        if (home.equals("knative")) {
            assertThat(section)
                    .contains("run send ", "get broker segment-relay", "logs -f deployment/event-display")
                    .contains("ce-type: " + EventTypes.REQUESTED);
        } else {
            assertThat(section).contains("kafka-console-producer.sh", "kafka-console-consumer.sh");
        }
        assertThat(KubernetesReadme.firstEvent("kafka"))
                .contains("ce_type:" + EventTypes.REQUESTED, "segment-ready|segment-failed");
    }

    @Test
    void theRequestsAreValid() throws Exception {
        // Given
        var requests = DATA.matcher(KubernetesReadme.text()).results().toList();

        // Then
        try (var in = KubernetesReadmeTest.class.getResourceAsStream(
                "/META-INF/resources/schemas/segment-requested.v1.json")) {
            var schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(in);
            assertThat(requests)
                    .hasSize(2)
                    .allSatisfy(request -> assertThat(schema.validate(
                                    Repository.yamlDocuments(request.group(1)).get(0)))
                            .isEmpty());
        }
    }

    @Test
    void theRecordIsACloudEvent() {
        // Given
        var record = KubernetesReadme.hereDocuments().stream()
                .filter(each -> each.command().contains("parse.headers=true"))
                .findFirst()
                .orElseThrow();

        // When
        var headers = Arrays.stream(record.text().split("\\|", 2)[0].split(","))
                .map(header -> header.split(":", 2))
                .collect(Collectors.toMap(header -> header[0], header -> header[1]));

        // Then
        assertThat(record.command()).contains("'headers.delimiter=|'");
        assertThat(record.text().strip().lines()).hasSize(1);
        assertThat(headers)
                .containsEntry("ce_specversion", "1.0")
                .containsEntry("ce_type", EventTypes.REQUESTED)
                .containsEntry("content-type", "application/json")
                .containsKeys("ce_source", "ce_id");
    }

    @Test
    void whatIsAppliedIsTyped() {
        // Given
        var manifests = KubernetesReadme.hereDocuments().stream()
                .filter(each -> each.command().endsWith("apply -f -"))
                .flatMap(each -> Repository.yamlDocuments(each.text()).stream())
                .toList();

        // Then
        assertThat(manifests)
                .hasSize(3)
                .allSatisfy(manifest ->
                        assertThat(TypedManifests.problems(manifest)).isEmpty());
        assertThat(manifests)
                .extracting(manifest -> "%s %s"
                        .formatted(
                                manifest.at("/spec/broker").asText(),
                                manifest.at("/spec/filter/attributes/type").asText()))
                .containsExactly(
                        "segment-relay " + EventTypes.READY,
                        "segment-relay " + EventTypes.FAILED,
                        "segment-dead-letters ");
    }

    @ParameterizedTest
    @MethodSource("homes")
    void theOverlayNamesWhatExists(String home) {
        // Given
        var overlay = Repository.yamlDocuments(KubernetesReadme.overlay(home)).get(0);

        // Then
        assertThat(overlay.findValues("literals").get(0))
                .isNotEmpty()
                .allMatch(literal -> KnownSettings.contains(literal.asText().replaceFirst("=.*", "")));
        assertThat(overlay.at("/images/0/newTag").asText()).isEqualTo(Repository.version());
        assertThat(overlay.path("components"))
                .extracting(path -> path.asText())
                .contains("../k8s/components/kafka-brokers");
        for (var list : new String[] {"resources", "components"}) {
            assertThat(overlay.path(list))
                    .isNotEmpty()
                    .allSatisfy(path -> assertThat(Path.of("my-relay", path.asText(), "kustomization.yaml")
                                    .normalize())
                            .exists());
        }
    }

    @ParameterizedTest
    @MethodSource("homes")
    void theOverlaysBrokersReachEverythingThatNamesThem(String home) throws Exception {
        // Given
        var overlay = temp.toRealPath().resolve("my-relay");
        Files.createDirectories(overlay);
        Files.writeString(
                overlay.resolve("kustomization.yaml"),
                KubernetesReadme.overlay(home)
                        .replace("kafka-bootstrap.kafka:9092", "one.example.com:9093,two.example.com:9093")
                        .replace(
                                "../k8s",
                                overlay.relativize(Repository.K8S.toRealPath()).toString()));

        // When
        var rendered = Repository.yamlDocuments(Kubectl.kustomize(overlay));

        // Then
        assertThat(rendered)
                .allSatisfy(manifest ->
                        assertThat(TypedManifests.problems(manifest)).isEmpty())
                .allSatisfy(manifest -> assertThat(manifest.toString()).doesNotContain("kafka-bootstrap.kafka"));
        assertThat(rendered.stream().flatMap(manifest -> manifest.findValues("bootstrapServers").stream()))
                .hasSize(home.equals("knative-kafka") ? 4 : 0)
                .allSatisfy(servers -> assertThat(servers)
                        .extracting(server -> server.asText())
                        .containsExactly("one.example.com:9093"));
        assertThat(rendered.stream().flatMap(manifest -> manifest.findValues("KAFKA_BOOTSTRAP_SERVERS").stream()))
                .singleElement()
                .satisfies(
                        setting -> assertThat(setting.asText()).isEqualTo("one.example.com:9093,two.example.com:9093"));
    }

    @Test
    void topicsAreThoseOfTheApplication() throws Exception {
        // Given
        var application = new java.util.Properties();
        try (var in = KubernetesReadmeTest.class.getResourceAsStream("/application.properties")) {
            application.load(in);
        }
        var topics = application.stringPropertyNames().stream()
                .filter(name -> name.matches("mp\\.messaging\\.(incoming|outgoing)\\..*\\.topic"))
                .map(application::getProperty)
                .collect(Collectors.toSet());

        // When
        var command = KubernetesReadme.blocks().stream()
                .filter(block -> block.contains("for topic in "))
                .findFirst()
                .orElseThrow();
        var made = Pattern.compile("segment-(?:requests|pending|ready|failed|dead-letters|followed)")
                .matcher(command)
                .results()
                .map(MatchResult::group)
                .toList();

        // Then
        assertThat(made).containsExactlyInAnyOrderElementsOf(topics);
        assertThat(command).containsPattern("--topic segment-followed \\\\\\s+--config cleanup.policy=compact");
    }

    @Test
    void imagesArePinnedAsTheComposeFilePinsThem() {
        assertThat(Pattern.compile("apache/kafka:(\\S+)")
                        .matcher(KubernetesReadme.text())
                        .results()
                        .map(match -> match.group(1)))
                .hasSizeGreaterThan(4)
                .containsOnly(Repository.pom("<kafka.version>([^<]+)<"));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void theShellUnderstandsEachBlock() throws Exception {
        for (var block : KubernetesReadme.blocks()) {
            var file = Files.writeString(temp.resolve("block.sh"), block);
            var shell = new ProcessBuilder("sh", "-n", file.toString())
                    .redirectErrorStream(true)
                    .start();
            assertThat(shell.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(shell.exitValue()).as(block).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kafka-sasl",
                "knative-kafka-sasl",
                "kafka-brokers",
                "azure-workload-identity",
                "knative-authentication"
            })
    void eachComponentIsNamed(String component) throws IOException {
        assertThat(Repository.K8S.resolve("components").resolve(component)).isDirectory();
        assertThat(KubernetesReadme.text()).contains(component + "`");
    }

    @Test
    void aKafkaSourceOfItsVersionNeedsKnative116() {
        // Given
        var versions = Map.of("sources.knative.dev/v1", "1.16");

        // When
        var source = Repository.yaml(Path.of("k8s/components/kafka-source/kafka-source.yaml"));

        // Then
        assertThat(KubernetesReadme.text())
                .contains("Eventing " + versions.get(source.path("apiVersion").asText()) + " or newer")
                .doesNotContain("1.15");
    }

    static Iterable<String> homes() {
        return KubernetesReadme.HOMES;
    }
}
