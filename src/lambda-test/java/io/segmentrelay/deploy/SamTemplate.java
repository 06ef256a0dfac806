package io.segmentrelay.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

import static java.util.Objects.requireNonNull;

/** The SAM template, with its intrinsic functions as maps of one entry: {@code !Ref X} is {@code {Ref: X}}. */
final class SamTemplate {

    private static final Pattern IN_TEXT = Pattern.compile("\\$\\{([A-Za-z0-9:]+)(?:\\.[A-Za-z]+)?}");

    private final Map<String, Object> template;

    SamTemplate(Path file) {
        try {
            template = map(new Yaml(new Intrinsics()).load(Files.readString(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Map<String, Object> parameters() {
        return map(at(template, "Parameters"));
    }

    Set<String> conditions() {
        return map(at(template, "Conditions")).keySet();
    }

    Map<String, Object> resources() {
        return map(at(template, "Resources"));
    }

    Map<String, Object> properties(String resource) {
        return map(at(resources(), resource, "Properties"));
    }

    String type(String resource) {
        return String.valueOf(at(resources(), resource, "Type"));
    }

    List<String> ofType(String type) {
        return resources().keySet().stream()
                .filter(name -> type(name).equals(type))
                .toList();
    }

    /** Names of parameters, resources and pseudo parameters that are referred to anywhere. */
    Set<String> references() {
        var names = new HashSet<String>();
        walk(template, (function, argument) -> {
            switch (function) {
                case "Ref" -> names.add(argument.toString());
                case "GetAtt" -> names.add(argument.toString().replaceFirst("\\..*", ""));
                case "Sub" ->
                    IN_TEXT.matcher(argument.toString()).results().forEach(match -> names.add(match.group(1)));
                default -> {}
            }
        });
        return names;
    }

    /** Conditions that are used anywhere. */
    Set<String> usedConditions() {
        var names = new HashSet<String>();
        walk(template, (function, argument) -> {
            if (function.equals("If") && argument instanceof List<?> list) {
                names.add(String.valueOf(list.getFirst()));
            } else if (function.equals("Condition") && argument instanceof String name) {
                names.add(name);
            }
        });
        return names;
    }

    private static void walk(Object node, BiConsumer<String, Object> entries) {
        if (node instanceof Map<?, ?> entriesOf) {
            entriesOf.forEach((key, value) -> {
                entries.accept(String.valueOf(key), value);
                walk(value, entries);
            });
        } else if (node instanceof List<?> items) {
            items.forEach(item -> walk(item, entries));
        }
    }

    /** What lies at the end of the path; it has to be there. */
    static Object at(Object node, String... path) {
        var found = node;
        for (var name : path) {
            found = requireNonNull(map(found).get(name), name);
        }
        return found;
    }

    @SuppressWarnings("unchecked") // YAML's maps of a template have text for keys
    static Map<String, Object> map(Object node) {
        return (Map<String, Object>) node;
    }

    /** Takes CloudFormation's tags for what they are short for. */
    private static final class Intrinsics extends SafeConstructor {

        Intrinsics() {
            super(new LoaderOptions());
            yamlMultiConstructors.put("!", new AbstractConstruct() {
                @Override
                public Object construct(Node node) {
                    var function = node.getTag().getValue().substring(1);
                    Object argument =
                            switch (node) {
                                case ScalarNode scalar -> scalar.getValue();
                                case SequenceNode sequence -> constructSequence(sequence);
                                case MappingNode mapping -> constructMapping(mapping);
                                default -> throw new IllegalArgumentException(node.toString());
                            };
                    return Map.of(function, argument);
                }
            });
        }
    }
}
