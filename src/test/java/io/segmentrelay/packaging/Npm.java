package io.segmentrelay.packaging;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** Packages of npm that tests use as tools. */
public final class Npm {

    /** How a command ended, and what it wrote. */
    public record Ended(int code, String output) {}

    private Npm() {}

    /**
     * Fetches a package once into a folder; of several processes that test side by side one fetches, the others wait for it.
     *
     * @return the folder itself, with the package among its {@code node_modules}; empty where there is no npm, or nothing that it
     *     could fetch from
     */
    public static Optional<Path> fetched(Path folder, String name, String version) {
        try {
            Files.createDirectories(folder);
            try (var lock = FileChannel.open(
                            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var held = lock.lock()) {
                assertThat(held.isValid()).isTrue();
                var done = folder.resolve("fetched-" + version);
                if (!Files.exists(done)) {
                    fetch(folder, name + "@" + version);
                    Files.createFile(done);
                }
            }
            return Optional.of(folder.toAbsolutePath());
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    private static void fetch(Path folder, String wanted) throws IOException {
        var npm = run(List.of(
                "npm",
                "install",
                "--no-save",
                "--ignore-scripts",
                "--legacy-peer-deps",
                "--no-audit",
                "--no-fund",
                "--prefix",
                folder.toAbsolutePath().toString(),
                wanted));
        if (npm.code() != 0) {
            throw new IOException(npm.output());
        }
    }

    /**
     * Runs a command to its end.
     *
     * @throws UncheckedIOException where there is no such command, or it does not end
     */
    public static Ended run(List<String> command) {
        try {
            var out = Files.createTempFile("command", ".out");
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
