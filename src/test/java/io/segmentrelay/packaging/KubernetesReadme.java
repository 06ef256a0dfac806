package io.segmentrelay.packaging;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The commands in {@code k8s/README.md}. */
final class KubernetesReadme {

    static final List<String> HOMES = List.of("kafka", "knative", "knative-kafka");

    private static final String TEXT = Repository.text(Path.of("k8s/README.md"));
    private static final Pattern BLOCK = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);
    private static final Pattern DOCUMENT =
            Pattern.compile("^(.*?) ?<<'?EOF'?\n(.*?)^EOF$", Pattern.DOTALL | Pattern.MULTILINE);

    private KubernetesReadme() {}

    /**
     * A command that reads a here document.
     *
     * @param command all of the block before the document
     * @param text the document
     */
    record HereDocument(String command, String text) {}

    static String text() {
        return TEXT;
    }

    /** All blocks of shell commands. */
    static List<String> blocks() {
        return BLOCK.matcher(TEXT).results().map(block -> block.group(1)).toList();
    }

    /** The section on a home's first event. */
    static String firstEvent(String home) {
        var heading = "## The first event: `" + home + "`\n";
        var start = TEXT.indexOf(heading) + heading.length();
        if (start < heading.length()) {
            throw new IllegalStateException("no " + heading);
        }
        return TEXT.substring(start, TEXT.indexOf("\n## ", start));
    }

    static List<HereDocument> hereDocuments() {
        return blocks().stream()
                .flatMap(block -> DOCUMENT.matcher(block).results())
                .map(match -> new HereDocument(match.group(1), match.group(2)))
                .toList();
    }

    /** The overlay, as the shell would write it for a home. */
    static String overlay(String home) {
        return hereDocuments().stream()
                .filter(each -> each.command().contains("> my-relay/kustomization.yaml"))
                .map(each -> each.text().replace("$home", home))
                .findFirst()
                .orElseThrow();
    }

    /** The keys that a Secret is made with. */
    static Set<String> secretKeys(String secret) {
        var command = blocks().stream()
                .map(block -> block.replace("\\\n", " "))
                .flatMap(String::lines)
                .filter(line -> line.contains("create secret generic " + secret + " "))
                .findFirst()
                .orElseThrow();
        return Pattern.compile("--from-(?:literal|file)=([^=]+)=")
                .matcher(command)
                .results()
                .map((MatchResult match) -> match.group(1))
                .collect(java.util.stream.Collectors.toCollection(TreeSet::new));
    }
}
