package io.segmentrelay.event.codec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;

import io.segmentrelay.event.wire.OutsideText;

/**
 * What is wrong with an event's data, in words for the person who made the request: every field at fault, what it may
 * be, and never what it was. What a field may be is the first sentence of its description in the schema.
 */
final class SchemaFindings {

    /** Characters of a message. Longer ones end with a count of what is left out. */
    private static final int MAX_LENGTH = 2_000;

    /** Elements of one list, or unknown fields, that are named before the rest is counted: no kind crowds out another. */
    private static final int MAX_NAMED = 5;

    private static final int MAX_NAME = 60;

    /** Of alternatives at the top of a schema: which of several fields are given is asked for apart, in better words. */
    private static final String ALTERNATIVES = "oneOf";

    private final EventSchema schema;
    private final List<String> general = new ArrayList<>();
    private final Map<String, String> wrong = new LinkedHashMap<>();
    private final Map<String, Set<Integer>> wrongElements = new LinkedHashMap<>();
    private final Set<String> unknown = new LinkedHashSet<>();

    private SchemaFindings(EventSchema schema) {
        this.schema = schema;
    }

    /** What the schema finds wrong. */
    static SchemaFindings of(EventSchema schema, ObjectNode data) {
        var findings = new SchemaFindings(schema);
        schema.validate(data).forEach(findings::add);
        return findings;
    }

    /** Whether nothing is wrong. */
    boolean isEmpty() {
        return general.isEmpty() && wrong.isEmpty() && wrongElements.isEmpty() && unknown.isEmpty();
    }

    /**
     * Adds that a field is wrong in a way that a schema cannot see.
     *
     * @param path its name, those of the objects that it is in before it
     */
    void addWrong(String... path) {
        addWrong(List.of((Object[]) path));
    }

    /** Adds that a top-level field is right, but cannot be granted. */
    void addRefused(String field, String reason) {
        wrong.put(field, "%s is not taken here: %s".formatted(field, reason));
    }

    /** Adds what is wrong with the whole. */
    void addGeneral(String sentence) {
        general.add(sentence);
    }

    /** All of it, in the order of the schema's fields, cut to a bounded length. */
    String message() {
        var sentences = sentences();
        var message = new StringBuilder();
        for (var i = 0; i < sentences.size(); i++) {
            if (message.length() + sentences.get(i).length() > MAX_LENGTH) {
                return message.append("; and %s more".formatted(sentences.size() - i))
                        .toString();
            }
            message.append(i == 0 ? "" : "; ").append(sentences.get(i));
        }
        return message.toString();
    }

    private List<String> sentences() {
        var sentences = new ArrayList<>(general);
        schema.document().path("properties").fieldNames().forEachRemaining(field -> {
            wrong.forEach((path, sentence) -> {
                if (path.equals(field) || path.startsWith(field + ".")) {
                    sentences.add(sentence);
                }
            });
            wrongElements.forEach((path, indexes) -> {
                if (path.equals(field)) {
                    sentences.add(elements(path, indexes));
                }
            });
        });
        unknown.stream().limit(MAX_NAMED * 2L).forEach(sentences::add);
        if (unknown.size() > MAX_NAMED * 2) {
            sentences.add("and %s more unknown fields".formatted(unknown.size() - MAX_NAMED * 2));
        }
        return sentences;
    }

    private void add(Error error) {
        var evaluated = error.getEvaluationPath();
        if (evaluated.getNameCount() > 0 && ALTERNATIVES.equals(evaluated.getElement(0))) {
            return;
        }
        var path = path(error);
        var property = Optional.ofNullable(error.getProperty());
        switch (error.getKeyword()) {
            case "required" ->
                property.map(name -> child(path, name))
                        .ifPresent(field -> wrong.putIfAbsent(
                                name(field), name(field) + " is missing: it must be " + expected(field)));
            case "additionalProperties" -> property.ifPresent(name -> unknown.add(unknown(path, name)));
            default -> addWrong(path);
        }
    }

    private void addWrong(List<Object> path) {
        if (!path.isEmpty() && path.getLast() instanceof Integer index) {
            wrongElements
                    .computeIfAbsent(name(path.subList(0, path.size() - 1)), list -> new LinkedHashSet<>())
                    .add(index);
        } else {
            wrong.putIfAbsent(name(path), name(path) + " must be " + expected(path));
        }
    }

    private String elements(String list, Set<Integer> indexes) {
        var named = indexes.stream().limit(MAX_NAMED).map(i -> "%s[%s]".formatted(list, i));
        var more = indexes.size() > MAX_NAMED ? " and %s more".formatted(indexes.size() - MAX_NAMED) : "";
        return named.collect(Collectors.joining(", ")) + more + " must be " + expected(List.of(list, 0));
    }

    private String unknown(List<Object> path, String name) {
        var shown = name(child(path, OutsideText.shown(name, MAX_NAME)));
        var known = new ArrayList<String>();
        at(path).path("properties").fieldNames().forEachRemaining(known::add);
        return DidYouMean.nearest(name, known)
                .map(near -> "unknown field '%s': did you mean '%s'?".formatted(shown, name(child(path, near))))
                .orElse("unknown field '%s'".formatted(shown));
    }

    private String expected(List<Object> path) {
        var description = at(path).path("description").asText();
        var end = description.indexOf(". ");
        var sentence = end < 0 ? description : description.substring(0, end);
        return sentence.isEmpty()
                ? "as the schema " + schema.uri() + " says"
                : Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1);
    }

    private JsonNode at(List<Object> path) {
        var node = schema.document();
        for (var step : path) {
            node = step instanceof String field ? node.path("properties").path(field) : node.path("items");
        }
        return node;
    }

    private static List<Object> path(Error error) {
        var location = error.getInstanceLocation();
        var path = new ArrayList<Object>();
        for (var i = 0; i < location.getNameCount(); i++) {
            path.add(location.getElement(i));
        }
        return path;
    }

    private static List<Object> child(List<Object> path, String name) {
        var child = new ArrayList<>(path);
        child.add(name);
        return child;
    }

    private static String name(List<Object> path) {
        return path.stream().map(Object::toString).collect(Collectors.joining("."));
    }
}
