package io.segmentrelay.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.segmentrelay.sandbox.Sandbox;
import io.segmentrelay.sandbox.SandboxOptions;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code ./mvnw -Paot verify}: records the AOT cache, and starts the package with it. */
class AotTraining {

    @TempDir
    Path temp;

    @Test
    void recordsACacheThatThePackageStartsWith() throws IOException {
        try (var sandbox = Sandbox.start(SandboxOptions.defaults())) {
            // Given: recorded in one place, run in another, as in the container
            AotCache.record(sandbox.env());
            var app = moved(temp.resolve("app"));

            // When
            try (var relay = RelayProcess.startIn(app, sandbox.env(), AotCache.strictly(AotCache.CONTAINER))) {

                // Then
                assertThat(relay.health("started")).isEqualTo(200);
                assertThat(relay.log()).doesNotContain("[aot");
            }
        }
    }

    /** A copy that keeps the times of the jars: the JVM compares them with those in the cache. */
    private static Path moved(Path to) throws IOException {
        try (Stream<Path> files = Files.walk(AotCache.PACKAGE)) {
            for (var file : files.toList()) {
                var copy = to.resolve(AotCache.PACKAGE.relativize(file).toString());
                Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        return to;
    }
}
