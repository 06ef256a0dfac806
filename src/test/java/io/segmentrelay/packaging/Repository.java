package io.segmentrelay.packaging;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

/** The files of the repository. */
final class Repository {

    static final Path K8S = Path.of("k8s");
    static final Path DEPLOY = Path.of("deploy");

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    private Repository() {}

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All files under a folder whose names end so, in order. */
    static List<Path> files(Path folder, String ending) {
        try (var paths = Files.walk(folder)) {
            return paths.filter(path -> path.toString().endsWith(ending))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode yaml(Path file) {
        var documents = yamlDocuments(text(file));
        if (documents.size() != 1) {
            throw new IllegalStateException(file + " holds " + documents.size() + " documents");
        }
        return documents.get(0);
    }

    /** The documents of a YAML text, one key in a map being a mistake where it comes twice. */
    static List<JsonNode> yamlDocuments(String text) {
        var documents = new ArrayList<JsonNode>();
        try (var parser = YAML.createParser(text)) {
            for (JsonNode next = YAML.readTree(parser); next != null; next = YAML.readTree(parser)) {
                documents.add(next);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return documents;
    }

    static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    /** A file of lines {@code NAME=value}. */
    static Map<String, String> env(Path file) {
        var settings = new TreeMap<String, String>();
        text(file)
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .forEach(line -> {
                    var parts = line.split("=", 2);
                    settings.put(parts[0], parts[1]);
                });
        return settings;
    }

    /** The first of the groups of a pattern in {@code pom.xml}. */
    static String pom(String regex) {
        var matcher = Pattern.compile(regex).matcher(text(Path.of("pom.xml")));
        if (!matcher.find()) {
            throw new IllegalStateException("pom.xml has no " + regex);
        }
        return matcher.group(1);
    }

    static String version() {
        return pom("<artifactId>segment-relay</artifactId>\\s*<version>([^<]+)</version>");
    }
}
