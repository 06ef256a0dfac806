package io.segmentrelay.sandbox.dynamics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A {@code $filter}: comparisons and {@code Microsoft.Dynamics.CRM.In}, joined by {@code and}.
 *
 * @param columns that it names
 */
record Filter(List<String> columns, Predicate<ObjectNode> test) {

    private static final Pattern IN = Pattern.compile(
            "Microsoft[.]Dynamics[.]CRM[.]In\\(\\s*PropertyName\\s*=\\s*'([^']*)'\\s*,\\s*PropertyValues\\s*=\\s*\\[([^\\]]*)\\]\\s*\\)");
    private static final Pattern COMPARISON =
            Pattern.compile("([A-Za-z_]+)\\s+(eq|ne|gt|ge|lt|le)\\s+('(?:[^']|'')*'|[^\\s']+)");
    private static final Pattern AND = Pattern.compile("\\s+and\\s+");

    /** Empty where it is none that is understood here. */
    static Optional<Filter> parse(String text) {
        var columns = new ArrayList<String>();
        Predicate<ObjectNode> all = row -> true;
        for (var term : AND.split(text.strip(), -1)) {
            var in = IN.matcher(term);
            var comparison = COMPARISON.matcher(term);
            if (in.matches()) {
                columns.add(in.group(1));
                all = all.and(in(in.group(1), in.group(2)));
            } else if (comparison.matches()) {
                columns.add(comparison.group(1));
                all = all.and(comparison(comparison.group(1), comparison.group(2), literal(comparison.group(3))));
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(new Filter(columns, all));
    }

    private static Predicate<ObjectNode> in(String column, String list) {
        Set<String> values = Arrays.stream(list.split(",", -1))
                .map(value -> literal(value.strip()).toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        return row -> values.contains(row.path(column).asText().toLowerCase(Locale.ROOT));
    }

    private static Predicate<ObjectNode> comparison(String column, String operator, String literal) {
        return row -> {
            var order = compare(row.path(column), literal);
            return switch (operator) {
                case "eq" -> order == 0;
                case "ne" -> order != 0;
                case "gt" -> order > 0;
                case "ge" -> order >= 0;
                case "lt" -> order < 0;
                default -> order <= 0;
            };
        };
    }

    private static int compare(JsonNode value, String literal) {
        if (value.isNumber() && literal.matches("-?[0-9]+")) {
            return Long.compare(value.asLong(), Long.parseLong(literal));
        }
        return value.asText().compareToIgnoreCase(literal); // dates are in an order that texts have too
    }

    private static String literal(String text) {
        return text.startsWith("'") ? text.substring(1, text.length() - 1).replace("''", "'") : text;
    }
}
