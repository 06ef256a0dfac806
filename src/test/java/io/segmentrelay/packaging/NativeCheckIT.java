package io.segmentrelay.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import io.segmentrelay.link.NativeLink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** {@code ./mvnw -Dnative} where there is nothing to build a native executable with; and what such a build would miss. */
class NativeCheckIT {

    private static final Path JAVA = Path.of(System.getProperty("java.home"));
    private static final Path MAVEN = Path.of(System.getProperty("maven.home"), "bin", "mvn");

    private static final Path PACKAGE = Path.of("target", "quarkus-app");
    private static final List<Path> JARS = List.of(
            PACKAGE.resolve("quarkus/transformed-bytecode.jar"),
            PACKAGE.resolve("quarkus/generated-bytecode.jar"),
            PACKAGE.resolve("app"),
            PACKAGE.resolve("lib"));

    @TempDir
    Path temp;

    @Test
    void everyClassThatItsCodeCanComeToIsInThePackage() {
        // Given
        assumeThat(PACKAGE).as("the package for the JVM").exists();

        // When
        var missing = NativeLink.missing(JARS);

        // Then
        assertThat(missing)
                .as("a native build stops at these: take the code out of its way (io.segmentrelay.substitution)")
                .isEmpty();
    }

    /** Without the relay's own substitutions it must find what was once found by a native build only. */
    @Test
    void whatIsMissingIsFound() {
        // Given
        assumeThat(PACKAGE).as("the package for the JVM").exists();

        // When
        var missing = NativeLink.missingWithout("io/segmentrelay/substitution/", JARS);

        // Then
        assertThat(missing)
                .isNotEmpty()
                .allMatch(line -> line.startsWith("com.fasterxml.jackson.dataformat.yaml.YAMLMapper"));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void saysAtOnceWhatIsMissingAndWhatToDo() throws Exception {
        // Given
        assumeThat(JAVA.resolve("bin/native-image")).doesNotExist();
        assumeThat(MAVEN).exists();
        var log = temp.resolve("log");
        var command = new ProcessBuilder(MAVEN.toString(), "-B", "-ntp", "-Dnative", "validate")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        command.environment().put("JAVA_HOME", JAVA.toString());
        command.environment().put("PATH", programs("sh", "dirname", "uname", "ls", "sed", "cat"));
        command.environment().remove("GRAALVM_HOME");

        // When
        var maven = command.start();
        var ended = maven.waitFor(3, TimeUnit.MINUTES);

        // Then
        assertThat(ended).isTrue();
        assertThat(maven.exitValue()).isEqualTo(1);
        assertThat(Files.readString(log))
                .contains("A native executable cannot be built here", "set GRAALVM_HOME to it", "without -Dnative")
                .doesNotContain("Compiling");
    }

    /** A search path with nothing but these programs on it: no container engine. */
    private String programs(String... names) throws IOException {
        var folder = Files.createDirectory(temp.resolve("bin"));
        for (var name : names) {
            for (var place : System.getenv("PATH").split(":", -1)) {
                var program = Path.of(place, name);
                if (Files.isExecutable(program) && !Files.exists(folder.resolve(name))) {
                    Files.createSymbolicLink(folder.resolve(name), program);
                }
            }
        }
        return folder.toString();
    }
}
