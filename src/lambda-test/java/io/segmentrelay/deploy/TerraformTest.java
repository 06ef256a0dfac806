package io.segmentrelay.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What Terraform itself says about the module. It runs where there is a {@code terraform}, and its {@code validate} where the
 * AWS provider is on this machine too, in one of the directories where Terraform looks for it: the provider is a download
 * of hundreds of megabytes, which a build should not do by itself.
 */
class TerraformTest {

    private static final Path MODULE = Path.of("deploy/aws/terraform");
    private static final String PROVIDER = "registry.terraform.io/hashicorp/aws";

    @TempDir
    Path copy;

    @BeforeEach
    void copyTheModule() throws IOException {
        assumeTrue(terraform().isPresent(), "no terraform on the PATH");
        try (var files = Files.list(MODULE)) {
            for (var file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
    }

    @Test
    void isFormattedAsTerraformWouldDoIt() throws Exception {
        // When
        var result = run("fmt", "-check", "-diff", "-no-color");

        // Then
        assertThat(result.exitCode()).as(result.output()).isZero();
    }

    @Test
    void isValid() throws Exception {
        // Given
        var plugins = plugins().orElseGet(() -> abort("no AWS provider in " + pluginDirectories()));
        var init = run("init", "-backend=false", "-input=false", "-no-color", "-plugin-dir=" + plugins);
        assertThat(init.exitCode()).as(init.output()).isZero();

        // When
        var result = run("validate", "-no-color");

        // Then
        assertThat(result.exitCode()).as(result.output()).isZero();
    }

    private record Result(int exitCode, String output) {}

    private Result run(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(terraform().orElseThrow().toString()));
        command.addAll(List.of(arguments));
        var output = copy.resolve("output.txt");
        var process = new ProcessBuilder(command)
                .directory(copy.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("%s", command).isTrue();
            return new Result(process.exitValue(), Files.readString(output));
        } finally {
            process.destroyForcibly();
        }
    }

    private static Optional<Path> terraform() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .map(directory -> Path.of(directory, "terraform"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Optional<Path> plugins() {
        return pluginDirectories().stream()
                .filter(directory -> Files.isDirectory(directory.resolve(PROVIDER)))
                .findFirst();
    }

    /** The cache, and the places of the command's documentation ("implied local mirror directories"). */
    private static List<Path> pluginDirectories() {
        var home = System.getProperty("user.home");
        return Stream.of(
                        System.getenv().getOrDefault("TF_PLUGIN_CACHE_DIR", home + "/.terraform.d/plugin-cache"),
                        home + "/.terraform.d/plugins",
                        home + "/.local/share/terraform/plugins",
                        "/usr/local/share/terraform/plugins",
                        "/usr/share/terraform/plugins")
                .map(Path::of)
                .toList();
    }
}
