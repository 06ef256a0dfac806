package io.segmentrelay.output;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class TestOutputTest {

    private static final Instant START = Instant.parse("2026-11-24T10:00:00Z");

    @TempDir
    Path target;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-24 10:00:00.000 ERROR [i.s.r.Undelivered] Not taken by answers",
                "ERROR: no such option",
                "[ERROR] Failed to execute goal",
                "SEVERE: planted",
                "Nov 24, 2026 10:00:00 AM io.segmentrelay.Planted FATAL planted",
                "\tat io.segmentrelay.Planted.lambda$plant$0(Planted.java:12)",
                "\tat java.base/java.lang.Thread.run(Thread.java:1474)",
                "    at app//io.segmentrelay.Planted.<init>(Planted.java) ~[test-classes/:na]",
                "\tat java.base/sun.nio.ch.SocketDispatcher.write0(Native Method)",
                "Exception in thread \"main\" java.lang.IllegalStateException",
                "Caused by: java.net.SocketException: Broken pipe",
                "\t... 3 more",
            })
    void anErrorAndAStackTraceAreFound(String line) {
        assertThat(TestOutput.findings("A-output.txt", List.of("", line)))
                .containsExactly("A-output.txt:2: " + line.strip());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-24 10:00:00.000 WARN  [i.s.r.RetryingSink] the sink answered 500: INTERNAL_SERVER_ERROR",
                "2026-11-24 10:00:00.000 INFO  [i.quarkus] segment-relay stopped in 0.963s",
                "started at localhost (8080)",
                "\tat the end of the page",
                "errors=0",
            })
    void otherLinesAreNotWrong(String line) {
        assertThat(TestOutput.findings("A-output.txt", List.of(line))).isEmpty();
    }

    @Test
    void aStackTraceIsNamedOnce() {
        // Given
        var lines = List.of(
                "10:00 ERROR [a.B] planted: java.lang.IllegalStateException: planted",
                "\tat a.B.c(B.java:1)",
                "Caused by: java.io.IOException",
                "\tat a.B.d(B.java:2)",
                "10:01 ERROR [a.B] planted again",
                "10:02 WARN  [a.B] a warning with a trace: java.io.IOException",
                "\tat a.B.e(B.java:3)",
                "\tat a.B.f(B.java:4)");

        // When
        var findings = TestOutput.findings("A-output.txt", lines);

        // Then
        assertThat(findings)
                .containsExactly(
                        "A-output.txt:1: 10:00 ERROR [a.B] planted: java.lang.IllegalStateException: planted",
                        "A-output.txt:5: 10:01 ERROR [a.B] planted again",
                        "A-output.txt:7: at a.B.e(B.java:3)");
    }

    @Test
    void theFilesOfThisBuildsTestsAreReadAndNoOthers() throws IOException {
        // Given
        var unit = write("surefire-reports", "a.UnitTest-output.txt", START);
        var integration = write("failsafe-reports", "a.SomeIT-output.txt", START.plusSeconds(600));
        write("surefire-reports", "a.DeletedTest-output.txt", START.minusSeconds(1));
        write("surefire-reports", "a.UnitTest.txt", START);
        var report = write("surefire-reports", "TEST-a.UnitTest.xml", START);
        write("surefire-reports", "TEST-a.DeletedTest.xml", START.minusSeconds(1));
        var output = new TestOutput(target, START);

        // When
        var findings = output.findings();

        // Then
        assertThat(findings)
                .containsExactly(unit + ":1: 10:00 ERROR [a.B] \u00ff", integration + ":1: 10:00 ERROR [a.B] \u00ff");
        assertThat(output.reports()).containsExactly(report);
    }

    /** With a byte that is no UTF-8. */
    private Path write(String folder, String name, Instant at) throws IOException {
        var file = Files.createDirectories(target.resolve(folder)).resolve(name);
        Files.write(file, "10:00 ERROR [a.B] \u00ff\n".getBytes(StandardCharsets.ISO_8859_1));
        return Files.setLastModifiedTime(file, FileTime.from(at));
    }
}
