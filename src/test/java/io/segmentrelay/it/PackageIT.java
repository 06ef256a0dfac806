package io.segmentrelay.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What is not in the package: it stays as small as it has to be. */
class PackageIT {

    private static final Path APPLICATION = Path.of("target", "quarkus-app");

    @Test
    void holdsNoAwsCode() throws IOException {
        // When
        var names = names();

        // Then
        assertThat(names).anyMatch(name -> name.contains("io/segmentrelay/trigger/kafka/"));
        assertThat(names).noneMatch(name -> name.contains("lambda/") || name.contains("amazon"));
    }

    /** Of all jars, and of the entries of the application's own. */
    private static List<String> names() throws IOException {
        try (var files = Files.walk(APPLICATION)) {
            return files.filter(Files::isRegularFile)
                    .flatMap(file ->
                            file.startsWith(APPLICATION.resolve("app")) ? entries(file) : Stream.of(file.toString()))
                    .toList();
        }
    }

    private static Stream<String> entries(Path jar) {
        try (var zip = new ZipFile(jar.toFile())) {
            return zip.stream().map(entry -> entry.getName()).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
