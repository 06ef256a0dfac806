package io.segmentrelay.output;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files beside the reports of a build's tests. */
final class TestOutput {

    private static final List<String> FOLDERS = List.of("surefire-reports", "failsafe-reports");
    private static final Pattern ERROR = Pattern.compile("(?:^|[\\s\\[])(?:ERROR|FATAL|SEVERE)(?:[\\s:\\]]|$)");
    private static final Pattern STACK_TRACE = Pattern.compile(
            "^\\s+at \\S+\\(.*\\)|^\\s*Caused by: |^Exception in thread |^\\s+\\.\\.\\. \\d+ (?:more|common frames)");

    private final Path target;
    private final Instant since;

    /**
     * @param target the build's folder
     * @param since files that were last written before are of an earlier build
     */
    TestOutput(Path target, Instant since) {
        this.target = target;
        this.since = since;
    }

    /** The reports of the tests that have ended. */
    List<Path> reports() {
        return files("TEST-", ".xml");
    }

    /** Each error and each beginning of a stack trace that a test let into its output, with file and line. */
    List<String> findings() {
        return files("", "-output.txt").stream()
                .flatMap(file -> findings(file).stream())
                .toList();
    }

    private static List<String> findings(Path file) {
        try {
            // Any bytes are text in this charset: a test may write what is none in another.
            return findings(file.toString(), Files.readAllLines(file, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is wrong in these lines, as {@code file:line: text}; of a stack trace its first line alone. */
    static List<String> findings(String file, List<String> lines) {
        var findings = new ArrayList<String>();
        var inTrace = false;
        for (var i = 0; i < lines.size(); i++) {
            var line = lines.get(i);
            var isError = ERROR.matcher(line).find();
            var isTrace = STACK_TRACE.matcher(line).find();
            if (isError || (isTrace && !inTrace)) {
                findings.add("%s:%d: %s".formatted(file, i + 1, line.strip()));
            }
            inTrace = isError || isTrace;
        }
        return findings;
    }

    private List<Path> files(String start, String end) {
        return FOLDERS.stream()
                .map(target::resolve)
                .filter(Files::isDirectory)
                .flatMap(TestOutput::list)
                .filter(file -> file.getFileName().toString().startsWith(start))
                .filter(file -> file.getFileName().toString().endsWith(end))
                .filter(this::isOfThisBuild)
                .toList();
    }

    private static Stream<Path> list(Path folder) {
        try (var files = Files.list(folder)) {
            return files.sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isOfThisBuild(Path file) {
        try {
            return !Files.getLastModifiedTime(file).toInstant().isBefore(since);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
