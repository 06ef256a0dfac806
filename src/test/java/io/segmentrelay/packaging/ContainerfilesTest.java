package io.segmentrelay.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.Source;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.segmentrelay.it.AotCache;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

/** The container files of {@code deploy/}; they are built where there is a container engine. */
class ContainerfilesTest {

    private static final String JVM = "Containerfile.jvm";
    private static final String NATIVE = "Containerfile.native";

    /** A tag with a version of three parts or more, or with a date, and a digest where one was given. */
    private static final Pattern PINNED = Pattern.compile(
            "[a-z0-9./-]+:\\S*(\\d+\\.\\d+\\.\\d+|\\d{4}-\\d\\d-\\d\\d)[\\w.-]*(@sha256:[0-9a-f]{64})?");

    @ParameterizedTest
    @ValueSource(strings = {JVM, NATIVE})
    void runsAsSomebodyWithoutRights(String file) {
        assertThat(Containerfile.read(file).user()).isGreaterThanOrEqualTo(10_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {JVM, NATIVE})
    void isMadeOfWhatIsInTheRepository(String file) {
        // Given
        var container = Containerfile.read(file);
        var ignored = Repository.text(Path.of(".dockerignore"));

        // Then
        assertThat(container.all("ADD")).isEmpty();
        assertThat(container.sources()).isNotEmpty().allSatisfy(source -> {
            assertThat(source).exists();
            assertThat(ignored).contains("!" + source);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {JVM, NATIVE})
    void pinsEachBaseImage(String file) {
        assertThat(baseImages(Containerfile.read(file)))
                .hasSize(2)
                .allMatch(image -> PINNED.matcher(image).matches());
    }

    @ParameterizedTest
    @ValueSource(strings = {JVM, NATIVE})
    void takesEachBaseImageFromAnArgumentSoThatADigestCanBeGiven(String file) {
        // Given
        var digest = "@sha256:" + "0123456789abcdef".repeat(4);
        var text = Repository.text(Repository.DEPLOY.resolve(file));

        // When
        var pinned = Containerfile.parse(text.replaceAll("(?m)^(ARG (?:RUNTIME|BUILDER)=.*)$", "$1" + digest));

        // Then
        assertThat(baseImages(pinned))
                .hasSize(2)
                .allMatch(
                        image -> image.endsWith(digest) && PINNED.matcher(image).matches());
    }

    @ParameterizedTest
    @CsvSource({
        "eclipse-temurin:25.0.3_9-jre-noble, true",
        "quay.io/quarkus/ubi10-quarkus-mandrel-builder-image:jdk-25.0.4.1, true",
        "quay.io/quarkus/ubi10-quarkus-micro-image:2.0-2026-10-04, true",
        "quay.io/quarkus/ubi9-quarkus-mandrel-builder-image:jdk-25, false",
        "quay.io/quarkus/ubi9-quarkus-micro-image:2.0, false",
        "eclipse-temurin:latest, false",
        "eclipse-temurin, false",
        "eclipse-temurin:25.0.3_9-jre-noble@sha256:0123, false",
    })
    void aMajorVersionAloneIsNoPin(String image, boolean pinned) {
        assertThat(PINNED.matcher(image).matches()).isEqualTo(pinned);
    }

    /** Those that are not stages of the file itself. */
    private static List<String> baseImages(Containerfile container) {
        return container.all("FROM").stream()
                .map(from -> from.replaceFirst(" .*", ""))
                .filter(image -> !container.stages().contains(image))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {JVM, NATIVE})
    void copiesOnlyFromItsOwnStages(String file) {
        // Given
        var container = Containerfile.read(file);

        // Then
        assertThat(container.all("COPY").stream().filter(copy -> copy.contains("--from=")))
                .isNotEmpty()
                .allMatch(
                        copy -> container.stages().stream().anyMatch(stage -> copy.contains("--from=" + stage + " ")));
    }

    @ParameterizedTest
    @ValueSource(strings = {JVM, NATIVE})
    void holdsNoSettingAndInstallsNothing(String file) {
        // Given
        var container = Containerfile.read(file);

        // Then
        assertThat(container.all("ENV")).isEmpty();
        assertThat(container.all("RUN")).noneMatch(command -> command.matches(".*(apt|dnf|microdnf|apk|curl|wget) .*"));
        assertThat(container.lastStage().all("EXPOSE")).containsExactly("8080");
    }

    @Test
    void theJvmThatRecordsTheCacheIsTheOneThatRuns() {
        // Given
        var container = Containerfile.read(JVM);

        // Then
        assertThat(container.lastStage().all("FROM")).containsExactly("runtime");
        assertThat(container.all("COPY")).contains("--from=runtime /opt/java/openjdk /opt/java/runtime");
        assertThat(container.all("RUN"))
                .anyMatch(
                        command -> command.contains("-Paot") && command.contains("-Daot.java.home=/opt/java/runtime"));
        assertThat(container.lastStage().all("RUN")).anyMatch(command -> command.contains("-XX:AOTMode=on"));
    }

    @Test
    void theJvmRunsWithTheOptionsThatTheCacheWasTriedWith() throws IOException {
        // Given
        var entryPoint = new ObjectMapper()
                .readValue(Containerfile.read(JVM).lastStage().all("ENTRYPOINT").getFirst(), String[].class);

        // Then
        assertThat(entryPoint)
                .startsWith("java")
                .containsSubsequence(AotCache.CONTAINER)
                .endsWith("-jar", "quarkus-run.jar")
                .hasSize(AotCache.CONTAINER.size() + 3);
    }

    @Test
    void theTrainingReadsOnlyWhatTheBuildStageHas() throws IOException {
        // Given
        var elsewhere = notCopied();

        // When
        var used = new ClassFileImporter()
                        .importPackages("io.segmentrelay")
                        .get("io.segmentrelay.it.AotTraining")
                        .getTransitiveDependenciesFromSelf()
                        .stream()
                        .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                        .filter(type -> type.getPackageName().startsWith("io.segmentrelay"))
                        .flatMap(type -> source(type).stream())
                        .distinct()
                        .toList();

        // Then: none of it names what is not copied in, and neither does the build
        assertThat(used)
                .map(file -> file.getFileName().toString())
                .contains(
                        "Training.java", "Topics.java", "RelayProcess.java", "Sandbox.java", "DynamicsSimulator.java");
        assertThat(used)
                .allSatisfy(file ->
                        assertThat(Repository.text(file)).doesNotContainPattern("\"(%s)[/\"]".formatted(elsewhere)));
        assertThat(Repository.text(Path.of("pom.xml"))).doesNotContainPattern("basedir}/(%s)\\b".formatted(elsewhere));
    }

    /** The file that a class was compiled from; empty: it is generated. */
    private static Optional<Path> source(JavaClass type) {
        var file = type.getSource().flatMap(Source::getFileName).orElseThrow();
        var path = Path.of(type.getPackageName().replace('.', '/'), file);
        return Stream.of("main", "test", "sandbox")
                .map(root -> Path.of("src", root, "java").resolve(path))
                .filter(Files::exists)
                .findFirst();
    }

    /** What is in the repository, but not in the JVM's build stage: a regular expression. */
    private static String notCopied() throws IOException {
        var copied =
                Containerfile.read(JVM).sources().stream().map(Path::toString).toList();
        try (var entries = Files.list(Path.of(""))) {
            return entries.map(Path::toString)
                    .filter(entry -> !copied.contains(entry) && !entry.equals("target"))
                    .map(Pattern::quote)
                    .collect(joining("|"));
        }
    }

    @Test
    void theNativeExecutableIsFound() {
        assertThat(Containerfile.read(NATIVE).lastStage().all("COPY"))
                .singleElement()
                .asString()
                .contains("/code/target/segment-relay-%s-runner ".formatted(Repository.version()));
    }
}
