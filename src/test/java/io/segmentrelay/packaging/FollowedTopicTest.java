package io.segmentrelay.packaging;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Whatever of this repository makes the topic of follows, or says how to, makes it as docs/operating.md says. */
class FollowedTopicTest {

    /** A command that makes it, to its end: lines that go on, go on with a backslash. */
    private static final Pattern MADE = Pattern.compile(
            "kafka-topics(?:\\.sh)? (?:[^\\n]*\\\\\\n)*[^\\n]*--topic segment-followed\\b(?:[^\\n]*\\\\\\n)*[^\\n]*");

    private static Stream<Path> files() {
        return Stream.of(
                        Path.of("README.md"),
                        Path.of("CONTRIBUTING.md"),
                        Path.of("docs"),
                        Repository.K8S,
                        Repository.DEPLOY)
                .flatMap(path -> Repository.files(path, "").stream())
                .filter(path -> path.toFile().isFile() && !path.toString().endsWith(".png"));
    }

    @Test
    void itIsMadeForCompactionThatLeavesWhatLivesReadable() {
        // When
        var commands = files().flatMap(file -> MADE.matcher(Repository.text(file))
                        .results()
                        .map(made -> List.of(file.toString(), made.group())))
                .toList();

        // Then
        assertThat(commands).extracting(List::getFirst).containsExactlyInAnyOrder("docs/operating.md", "k8s/README.md");
        assertThat(commands)
                .extracting(List::getLast)
                .allSatisfy(command -> assertThat(command)
                        .contains("--config cleanup.policy=compact")
                        .contains("--config segment.ms=21600000")
                        .containsPattern("--config min\\.compaction\\.lag\\.ms=10800000(?!\\d)"));
    }

    @Test
    void noOtherPlaceMakesItCompacted() {
        assertThat(files().filter(file -> Pattern.compile("cleanup.?policy", Pattern.CASE_INSENSITIVE)
                                .matcher(Repository.text(file))
                                .find())
                        .map(Path::toString))
                .containsExactlyInAnyOrder("docs/operating.md", "k8s/README.md");
    }
}
