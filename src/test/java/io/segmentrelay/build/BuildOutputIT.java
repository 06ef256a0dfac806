package io.segmentrelay.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** A green build prints no error and no stack trace, whatever its tests provoke: that is in the file beside each one's report. */
class BuildOutputIT {

    private static final Path FILE = Path.of("target", "surefire-reports", Loud.class.getName() + "-output.txt");

    @TempDir
    Path temp;

    /** What is planted is no finding of the check that reads all such files. */
    @AfterEach
    void nothingStaysPlanted() throws IOException {
        Files.deleteIfExists(FILE);
    }

    @Test
    void whatATestProvokesIsInItsFileAndNotInTheBuildsOutput() throws IOException, InterruptedException {
        // Given
        Files.deleteIfExists(FILE);

        // When
        var output = run("-Dtest=" + Loud.class.getSimpleName());

        // Then
        assertThat(output).contains("Tests run: 1, Failures: 0, Errors: 0", "BUILD SUCCESS");
        assertThat(output.lines())
                .noneMatch(line -> line.contains(Loud.PLANTED) || line.contains("ERROR") || line.startsWith("\tat "));
        assertThat(Files.readString(FILE))
                .contains("ERROR " + Loud.PLANTED, "java.lang.IllegalStateException: " + Loud.PLANTED, "\tat ");
    }

    /** The plugin alone that runs the tests, as this build configures it, on what is compiled. */
    private String run(String... options) throws IOException, InterruptedException {
        var output = temp.resolve("output");
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("maven.home"), "bin", "mvn").toString(),
                "--batch-mode",
                "surefire:test",
                "-DargLine="));
        command.addAll(List.of(options));
        Optional.ofNullable(System.getProperty("maven.repo.local"))
                .ifPresent(repository -> command.add("-Dmaven.repo.local=" + repository));
        var maven = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        maven.environment().put("JAVA_HOME", System.getProperty("java.home"));
        var process = maven.start();
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        return Files.readString(output);
    }
}
