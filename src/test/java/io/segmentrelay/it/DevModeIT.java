package io.segmentrelay.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The first run, as the README has it: {@code ./mvnw -Pdev}, without a terminal. */
@DisabledOnOs(OS.WINDOWS)
class DevModeIT {

    private static final Path LOG = Path.of("target", "dev-mode.log");

    /** Compiles, starts everything, and may have to download the plugins' own dependencies. */
    private static final Duration FIRST_RUN = Duration.ofMinutes(5);

    private static final Duration STOP = Duration.ofSeconds(30);

    @Test
    void runsTheSampleAndLeavesNothingOfTheSandboxForThePackage() throws Exception {
        // Given
        var maven = new ProcessBuilder(command())
                .redirectErrorStream(true)
                .redirectOutput(LOG.toFile())
                .start();
        try {
            maven.getOutputStream().close();

            // When
            await("the sample's ready event, see " + LOG).atMost(FIRST_RUN).untilAsserted(() -> {
                assertThat(maven.isAlive()).as(DevModeIT::log).isTrue();
                assertThat(log()).contains("─── segment-ready");
            });
            maven.destroy();

            // Then
            assertThat(maven.waitFor(STOP.toSeconds(), TimeUnit.SECONDS))
                    .as("it stops")
                    .isTrue();
            assertThat(log())
                    .contains(
                            "create-definition done",
                            "create-segment done",
                            "publish done",
                            "fetch-members done, ready")
                    .contains("\"displayName\" : \"County known\"", "more\" ]")
                    .doesNotContain("ERROR");
            assertThat(sandboxClassesIn("target/dev/classes")).isNotEmpty();
            assertThat(sandboxClassesIn("target/classes")).isEmpty();
        } finally {
            maven.descendants().forEach(ProcessHandle::destroyForcibly);
            maven.destroyForcibly();
        }
    }

    private static List<String> command() {
        var command = new ArrayList<>(List.of(
                "./mvnw", "-B", "-ntp", "-Pdev", "-Dquarkus.http.port=0", "-Dsandbox.kafka.port=0", "-Ddebug=false"));
        // Where this build has its repository, if not in the usual place.
        Optional.ofNullable(System.getProperty("localRepository"))
                .ifPresent(repository -> command.add("-Dmaven.repo.local=" + repository));
        return command;
    }

    private static List<Path> sandboxClassesIn(String folder) throws IOException {
        try (var files = Files.walk(Path.of(folder))) {
            return files.filter(file -> file.toString().contains("sandbox")).toList();
        }
    }

    private static String log() {
        try {
            return Files.readString(LOG);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
