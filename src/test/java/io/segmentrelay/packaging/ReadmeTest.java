package io.segmentrelay.packaging;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What the README says of the repository is so, and what the pages link to is there. */
class ReadmeTest {

    private static final Path README = Path.of("README.md");
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern CODE = Pattern.compile("(?s)```.*?```|`[^`]*`");

    @Test
    void itsBadgesAreTrue() {
        // Given
        var readme = Repository.text(README);

        // Then
        assertThat(readme)
                .contains("badge/Java-%s%%2B-".formatted(Repository.pom("<maven.compiler.release>(.*?)</")))
                .contains("badge/license-Apache--2.0-")
                .contains("](../../actions/workflows/ci.yml)");
        assertThat(Repository.text(Path.of("LICENSE"))).contains("Apache License", "Version 2.0");
        assertThat(Repository.yaml(Path.of(".github/workflows/ci.yml"))
                        .at("/jobs/verify/steps")
                        .findValuesAsText("run"))
                .contains(".ci/run");
    }

    @Test
    void itIsReadInAMinute() {
        assertThat(Repository.text(README).lines()).hasSizeLessThanOrEqualTo(150);
    }

    static Stream<Path> pages() {
        return Stream.concat(
                Stream.of(
                        README,
                        Path.of("CONTRIBUTING.md"),
                        Path.of("k8s/README.md"),
                        Path.of("deploy/aws/README.md"),
                        Path.of(".github/SECURITY.md")),
                Repository.files(Path.of("docs"), ".md").stream());
    }

    @ParameterizedTest
    @MethodSource("pages")
    void whatItLinksToIsThere(Path page) {
        // Given
        var folder = page.resolveSibling(".");
        var broken = new ArrayList<String>();

        // When
        for (var link : links(page)) {
            var parts = link.split("#", 2);
            var target = parts[0].isEmpty() ? page : folder.resolve(parts[0]).normalize();
            if (!Files.exists(target)) {
                broken.add(link);
            } else if (parts.length == 2 && !anchors(target).contains(parts[1])) {
                broken.add(link);
            }
        }

        // Then
        assertThat(broken).isEmpty();
    }

    /** Those within the repository. */
    private static List<String> links(Path page) {
        return LINK.matcher(CODE.matcher(Repository.text(page)).replaceAll("`"))
                .results()
                .map(found -> found.group(1))
                .filter(link -> !link.matches("[a-z]+:.*") && !link.startsWith("../../actions/"))
                .toList();
    }

    /** As GitHub makes them of headings. */
    private static List<String> anchors(Path page) {
        return CODE.matcher(Repository.text(page).replace("`", ""))
                .replaceAll("")
                .lines()
                .filter(line -> line.matches("#+ .*"))
                .map(line -> line.replaceFirst("^#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .toList();
    }
}
