package io.segmentrelay.output;

import java.nio.file.Path;
import java.time.Instant;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** After all other tests of a build: none has let an error or a stack trace into its output, which would be one nobody expects. */
class TestOutputCheck {

    private final TestOutput output = new TestOutput(
            Path.of(System.getProperty("relay.build-directory", "target")),
            Instant.parse(System.getProperty("relay.build-start", Instant.EPOCH.toString())));

    @Test
    void noTestLetsAnErrorIntoItsOutput() {
        // When
        var findings = output.findings();

        // Then
        assertThat(output.reports()).as("reports of the tests before this one").isNotEmpty();
        assertThat(findings)
                .as("errors and stack traces: a test takes those that it provokes out of its output, by ExpectedLog")
                .isEmpty();
    }
}
