package io.segmentrelay.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What of a JSON Schema has changed in a way that breaks somebody. Whoever sends, stores or reads events by the older schema must
 * go on as before:
 *
 * <ul>
 *   <li>What was valid stays valid (a sender, an event that lies in a topic): no property is removed or newly required, no type, list
 *       of values, bound or pattern becomes narrower.
 *   <li>What is emitted stays readable (a consumer): no property that was always there may be left out, or be of another type.
 * </ul>
 *
 * New optional properties, and new values in a list, break nobody: consumers are told to expect both.
 */
final class SchemaChange {

    private static final List<String> LEAST = List.of("minLength", "minItems", "minProperties", "minimum");
    private static final List<String> MOST = List.of("maxLength", "maxItems", "maxProperties", "maximum");
    private static final List<String> EXACT = List.of("pattern", "format", "contentEncoding", "multipleOf");
    private static final List<String> COMBINED = List.of(
            "allOf",
            "anyOf",
            "oneOf",
            "not",
            "if",
            "then",
            "else",
            "dependentSchemas",
            "patternProperties",
            "propertyNames",
            "prefixItems",
            "contains",
            "unevaluatedProperties",
            "unevaluatedItems");

    private final boolean emitted;
    private final List<String> breaks = new ArrayList<>();

    private SchemaChange(boolean emitted) {
        this.emitted = emitted;
    }

    /**
     * What breaks, one line each that begins with where.
     *
     * @param emitted whether the relay emits it for others to read
     */
    static List<String> breaks(JsonNode before, JsonNode after, boolean emitted) {
        var change = new SchemaChange(emitted);
        change.compare("$", before, after);
        return List.copyOf(change.breaks);
    }

    private void compare(String at, JsonNode before, JsonNode after) {
        types(at, before, after);
        values(at, before, after);
        required(at, before, after);
        bounds(at, before, after);
        combined(at, before, after);
        if (after.path("additionalProperties").isBoolean()
                && !after.path("additionalProperties").asBoolean()
                && !before.path("additionalProperties").isBoolean()) {
            found(at, "takes no other properties any more");
        }
        before.path("properties").properties().forEach(property -> {
            var now = after.path("properties").path(property.getKey());
            var place = at + "." + property.getKey();
            if (now.isMissingNode()) {
                found(place, "is removed");
            } else {
                compare(place, property.getValue(), now);
            }
        });
        if (before.has("items") && after.has("items")) {
            compare(at + "[]", before.path("items"), after.path("items"));
        } else if (after.has("items")) {
            found(at + "[]", "has rules that it had not");
        }
    }

    private void types(String at, JsonNode before, JsonNode after) {
        var was = texts(before.path("type"));
        var is = texts(after.path("type"));
        if (is.isEmpty()) {
            if (emitted && !was.isEmpty()) {
                found(at, "may be of any type, and was " + was);
            }
            return;
        }
        var lost = was.stream().filter(type -> !takes(is, type)).toList();
        if (was.isEmpty() || !lost.isEmpty()) {
            found(at, "may be %s, and was %s".formatted(is, was.isEmpty() ? "anything" : was));
        }
        if (emitted && is.stream().anyMatch(type -> !takes(was, type))) {
            found(at, "may be %s, and was %s: its readers know no other".formatted(is, was));
        }
    }

    private static boolean takes(Set<String> types, String type) {
        return types.contains(type) || (type.equals("integer") && types.contains("number"));
    }

    private void values(String at, JsonNode before, JsonNode after) {
        var is = listed(after);
        if (is.isEmpty()) {
            return;
        }
        var was = listed(before);
        if (was.isEmpty()) {
            found(at, "may be one of a list only");
        }
        was.stream().filter(value -> !is.contains(value)).forEach(value -> found(at, value + " is no value any more"));
    }

    private static Set<String> listed(JsonNode schema) {
        return schema.has("const") ? Set.of(schema.path("const").toString()) : rendered(schema.path("enum"));
    }

    private void required(String at, JsonNode before, JsonNode after) {
        var was = texts(before.path("required"));
        var is = texts(after.path("required"));
        is.stream().filter(name -> !was.contains(name)).forEach(name -> found(at + "." + name, "is newly required"));
        if (emitted) {
            was.stream()
                    .filter(name -> !is.contains(name))
                    .forEach(name -> found(at + "." + name, "may be left out, and never was"));
        }
    }

    private void bounds(String at, JsonNode before, JsonNode after) {
        LEAST.forEach(bound -> bound(at, bound, before, after, (was, is) -> is > was));
        MOST.forEach(bound -> bound(at, bound, before, after, (was, is) -> is < was));
        for (var rule : EXACT) {
            if (after.has(rule) && !after.path(rule).equals(before.path(rule))) {
                found(at, "has another %s".formatted(rule));
            }
        }
        if (after.path("uniqueItems").asBoolean() && !before.path("uniqueItems").asBoolean()) {
            found(at, "takes no repeats any more");
        }
    }

    private void bound(String at, String bound, JsonNode before, JsonNode after, BiPredicate<Double, Double> narrower) {
        if (after.has(bound)
                && (!before.has(bound)
                        || narrower.test(
                                before.path(bound).asDouble(), after.path(bound).asDouble()))) {
            found(at, "has %s %s, and had %s".formatted(bound, after.path(bound), before.path(bound)));
        }
    }

    /**
     * Whether one condition implies another is not told: each that there is now must have been there before. But for two that say
     * nothing of what was valid before.
     */
    private void combined(String at, JsonNode before, JsonNode after) {
        for (var keyword : COMBINED) {
            var was = before.path(keyword);
            var is = after.path(keyword);
            var isNarrower = keyword.equals("allOf")
                    ? !rendered(was).containsAll(rendered(is))
                    : !is.isMissingNode() && !is.equals(was) && !isOfNewFormsOnly(before, is);
            if (isNarrower) {
                found(at, "has other rules in '%s'".formatted(keyword));
            }
        }
        after.path("dependentRequired").properties().stream()
                .filter(dependent -> before.path("properties").has(dependent.getKey()))
                .filter(dependent ->
                        !before.at("/dependentRequired/" + dependent.getKey()).equals(dependent.getValue()))
                .forEach(dependent -> found(at + "." + dependent.getKey(), "has other rules in 'dependentRequired'"));
    }

    /** A choice between the form that there was, and forms of which each needs a property that was not taken before. */
    private static boolean isOfNewFormsOnly(JsonNode before, JsonNode choice) {
        if (!choice.isArray() || !before.path("additionalProperties").isBoolean()) {
            return false;
        }
        var known = before.path("properties");
        var old = AsyncApi.children(choice)
                .filter(form -> texts(before.path("required")).containsAll(texts(form.path("required"))))
                .filter(form -> form.path("properties").properties().stream()
                        .noneMatch(property -> known.has(property.getKey())))
                .filter(form -> List.of("required", "properties").containsAll(names(form)))
                .count();
        var added = AsyncApi.children(choice)
                .filter(form -> texts(form.path("required")).stream().anyMatch(name -> !known.has(name)))
                .count();
        return old == 1 && old + added == choice.size();
    }

    private void found(String at, String what) {
        breaks.add(at + " " + what);
    }

    private static List<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }

    private static Set<String> texts(JsonNode textOrList) {
        return textOrList.isTextual()
                ? Set.of(textOrList.asText())
                : AsyncApi.children(textOrList).map(JsonNode::asText).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> rendered(JsonNode list) {
        return AsyncApi.children(list).map(JsonNode::toString).collect(Collectors.toCollection(TreeSet::new));
    }
}
