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
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
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

    Map<String, Object> mapping(String name) {
        return map(at(template, "Mappings", name));
    }

    Set<String> outputs() {
        return map(at(template, "Outputs")).keySet();
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
                case "Sub" -> names.addAll(inText(argument));
                default -> {}
            }
        });
        return names;
    }

    /** The argument is a text, or a list of a text and of the names that it brings along. */
    private static Set<String> inText(Object argument) {
        var parts = argument instanceof List<?> list ? list : List.of(argument, Map.of());
        var names = IN_TEXT.matcher(String.valueOf(parts.getFirst()))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(HashSet::new));
        names.removeAll(map(parts.getLast()).keySet());
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

    /** Of an {@code !If} that has a value on one condition only: that value; of everything else: itself. */
    static Object ifTrue(@Nullable Object node) {
        return node instanceof Map<?, ?> function && function.get("If") instanceof List<?> parts
                ? requireNonNull(parts.get(1))
                : requireNonNull(node);
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
