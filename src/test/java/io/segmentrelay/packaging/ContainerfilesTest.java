package io.segmentrelay.packaging;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The container files of {@code deploy/}; they are built where there is a container engine. */
class ContainerfilesTest {

    private static final String JVM = "Containerfile.jvm";
    private static final String NATIVE = "Containerfile.native";

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
        // Given
        var container = Containerfile.read(file);

        // Then
        assertThat(container.all("FROM"))
                .map(from -> from.replaceFirst(" .*", ""))
                .filteredOn(image -> !container.stages().contains(image))
                .isNotEmpty()
                .allMatch(image -> image.matches("[a-z0-9./-]+:[A-Za-z0-9._-]*[0-9][A-Za-z0-9._-]*"));
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
        assertThat(container.lastStage().all("ENTRYPOINT"))
                .singleElement()
                .asString()
                .contains("-XX:AOTCache=app.aot");
    }

    @Test
    void theNativeExecutableIsFound() {
        assertThat(Containerfile.read(NATIVE).lastStage().all("COPY"))
                .singleElement()
                .asString()
                .contains("/build/target/segment-relay-%s-runner ".formatted(Repository.version()));
    }
}
