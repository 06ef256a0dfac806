package io.segmentrelay.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** {@code .ci/release} in a repository of its own, whose tests and build are stubs. */
@EnabledOnOs(OS.LINUX) // GNU's sed
class ReleaseTest {

    private record Said(int code, String text) {}

    @TempDir
    Path repository;

    @BeforeEach
    void aRepository() throws Exception {
        assumeThat(Path.of("/usr/bin/git")).as("git is installed").isExecutable();
        Files.createDirectories(repository.resolve(".ci"));
        Files.copy(Path.of(".ci", "release"), repository.resolve(".ci/release"));
        script(".ci/run", "echo tested >> ran.log");
        script("mvnw", "echo \"$@\" >> ran.log; mkdir -p target/release; echo zip > target/release/it.zip");
        write("pom.xml", """
                <project>
                  <artifactId>segment-relay</artifactId>
                  <version>0.1.0</version>
                  <properties>
                    <project.build.outputTimestamp>2026-01-01T00:00:00Z</project.build.outputTimestamp>
                    <other.version>0.1.0</other.version>
                  </properties>
                </project>
                """);
        write("CHANGELOG.md", "# Changelog\n\n## Unreleased\n\n- More.\n\n## 0.1.0\n\n- All.\n");
        write("README.md", "java -jar segment-relay-0.1.0.jar; since 0.1.0\n");
        write("k8s/kustomization.yaml", "images:\n  - name: segment-relay\n    newTag: 0.1.0\n");
        write("deploy/compose.yaml", "image: segment-relay:0.1.0\n");
        write("docs/events.md", "events\n");
        write("src/main/resources/META-INF/resources/schemas/ready.json", "{}\n");
        write("src/test/resources/schemas/released/0.1.0/ready.json", "{}\n");
        write(".gitignore", "target\nran.log\n");
        git("init", "--quiet");
        git("add", "--all");
        git("commit", "--quiet", "--message", "Begin");
    }

    @Test
    void setsTheVersionWhereItIsTheRelaysTestsBuildsAndTags() throws Exception {
        // When
        var said = release("0.2.0");

        // Then
        assertThat(said.code()).as("%s", said).isZero();
        assertThat(said.text()).contains("Released v0.2.0 here");
        assertThat(read("pom.xml"))
                .contains("<version>0.2.0</version>", "<other.version>0.1.0</other.version>")
                .doesNotContain("2026-01-01T00:00:00Z")
                .containsPattern("outputTimestamp>\\d{4}-\\d\\d-\\d\\dT00:00:00Z<");
        assertThat(read("CHANGELOG.md"))
                .containsPattern("## 0\\.2\\.0 \\(\\d{4}-\\d\\d-\\d\\d\\)")
                .contains("## 0.1.0\n")
                .doesNotContain("Unreleased");
        assertThat(read("README.md")).isEqualTo("java -jar segment-relay-0.2.0.jar; since 0.1.0\n");
        assertThat(read("k8s/kustomization.yaml")).contains("newTag: 0.2.0");
        assertThat(read("deploy/compose.yaml")).isEqualTo("image: segment-relay:0.2.0\n");
        assertThat(read("src/test/resources/schemas/released/0.2.0/ready.json")).isEqualTo("{}\n");
        assertThat(read("ran.log").lines().toList())
                .containsExactly("tested", "--batch-mode --no-transfer-progress -Prelease -DskipTests verify");
        assertThat(git("log", "--format=%s", "-1", "v0.2.0").text()).isEqualTo("Release 0.2.0\n");
        assertThat(git("status", "--porcelain").text()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0.2", "v0.2.0", "0.2.0-SNAPSHOT", "latest", "0.2.0; rm -rf ."})
    void refusesWhatIsNoVersion(String version) throws Exception {
        // When
        var said = release(version);

        // Then
        assertThat(said).isEqualTo(new Said(2, "Usage: .ci/release MAJOR.MINOR.PATCH, such as 0.2.0\n"));
        assertNothingHappened();
    }

    @Test
    void refusesWhatIsNotCommitted() throws Exception {
        // Given
        write("README.md", "changed\n");

        // When
        var said = release("0.2.0");

        // Then
        assertThat(said)
                .isEqualTo(new Said(1, "Not released: there are changes that are not committed (git status)\n"));
        assertThat(read("README.md")).isEqualTo("changed\n");
        git("checkout", "--quiet", "README.md");
        assertNothingHappened();
    }

    @Test
    void refusesAVersionThatIsThere() throws Exception {
        // Given
        git("tag", "v0.2.0");

        // When
        var said = release("0.2.0");

        // Then
        assertThat(said).isEqualTo(new Said(1, "Not released: the tag v0.2.0 exists\n"));
        assertNothingHappened();
    }

    @Test
    void refusesAReleaseThatSaysNothing() throws Exception {
        // Given
        write("CHANGELOG.md", "# Changelog\n\n## 0.1.0\n");
        git("commit", "--quiet", "--all", "--message", "Say nothing");

        // When
        var said = release("0.2.0");

        // Then
        assertThat(said).isEqualTo(new Said(1, "Not released: CHANGELOG.md has no section Unreleased\n"));
        assertNothingHappened();
    }

    @Test
    void tagsNothingWhereATestFails() throws Exception {
        // Given
        script(".ci/run", "exit 1");
        git("commit", "--quiet", "--all", "--message", "Break");

        // When
        var said = release("0.2.0");

        // Then
        assertThat(said.code()).isEqualTo(1);
        assertThat(git("tag").text()).isEmpty();
        assertThat(git("log", "--format=%s", "-1").text()).isEqualTo("Break\n");
    }

    private void assertNothingHappened() throws Exception {
        assertThat(repository.resolve("ran.log")).doesNotExist();
        assertThat(git("status", "--porcelain").text()).isEmpty();
        assertThat(read("pom.xml")).contains("<version>0.1.0</version>");
    }

    private Said release(String version) throws Exception {
        return run(List.of("bash", ".ci/release", version));
    }

    private Said git(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("git", "-c", "user.name=Test", "-c", "user.email=test@localhost"));
        command.addAll(List.of(arguments));
        return run(command);
    }

    private Said run(List<String> command) throws Exception {
        var builder = new ProcessBuilder(command).directory(repository.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
        for (var who : List.of("AUTHOR", "COMMITTER")) {
            builder.environment().put("GIT_%s_NAME".formatted(who), "Test");
            builder.environment().put("GIT_%s_EMAIL".formatted(who), "test@localhost");
        }
        // Nothing of the user's own: a signing key, say.
        builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
        var output = Files.createTempFile("release", ".log");
        try {
            var process = builder.redirectOutput(output.toFile()).start();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s", command).isTrue();
            return new Said(process.exitValue(), Files.readString(output));
        } finally {
            Files.delete(output);
        }
    }

    private void script(String path, String body) throws IOException {
        write(path, "#!/usr/bin/env bash\n" + body + "\n");
        assertThat(repository.resolve(path).toFile().setExecutable(true)).isTrue();
    }

    private void write(String path, String text) throws IOException {
        var file = repository.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private String read(String path) throws IOException {
        return Files.readString(repository.resolve(path));
    }
}
