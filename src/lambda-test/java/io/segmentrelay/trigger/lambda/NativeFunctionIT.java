package io.segmentrelay.trigger.lambda;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.segmentrelay.link.NativeLink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** What a native build of the function would miss, found on the JVM's package. */
class NativeFunctionIT {

    private static final Path BUILD = Path.of("target", "lambda");

    private static List<Path> jars() throws IOException {
        try (var files = Files.list(BUILD)) {
            var own = files.filter(file -> file.toString().endsWith("-runner.jar"))
                    .toList();
            assumeThat(own).as("the package for the JVM").hasSize(1);
            return List.of(own.getFirst(), BUILD.resolve("lib"));
        }
    }

    @Test
    void everyClassThatItsCodeCanComeToIsInThePackage() throws IOException {
        assertThat(NativeLink.missing(jars()))
                .as("a native build stops at these: take the code out of its way (…lambda.substitution)")
                .isEmpty();
    }

    /** Without the relay's own substitutions it must find what was once found by a native build only. */
    @Test
    void whatIsMissingIsFound() throws IOException {
        // When
        var missing = NativeLink.missingWithout("io/segmentrelay/trigger/lambda/substitution/", jars());

        // Then
        assertThat(missing)
                .anyMatch(line -> line.startsWith("software.amazon.awssdk.crt.checksums.CRC64NVME"))
                .allMatch(line -> line.startsWith("software.amazon.awssdk.crt."));
    }
}
