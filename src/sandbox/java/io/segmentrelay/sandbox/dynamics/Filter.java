package io.segmentrelay.sandbox.dynamics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A {@code $filter}: comparisons, {@code contains} and its like, and {@code Microsoft.Dynamics.CRM.In}, joined by {@code
 * and}, {@code or}, {@code not} and parentheses.
 *
 * @param columns that it names
 * @param oneOf for columns that must have one of some GUIDs, these: so that rows need not be searched for
 */
record Filter(List<String> columns, Map<String, List<UUID>> oneOf, Predicate<ObjectNode> test) {

    private static final Pattern IN = Pattern.compile(
            "Microsoft[.]Dynamics[.]CRM[.]In\\(\\s*PropertyName\\s*=\\s*'([^']*)'\\s*,\\s*PropertyValues\\s*=\\s*\\[([^\\]]*)\\]\\s*\\)");
    private static final String TEXT = "('[^']*+(?:''[^']*+)*+')";
    private static final Pattern COMPARISON =
            Pattern.compile("([A-Za-z_]+)\\s+(eq|ne|gt|ge|lt|le)\\s+(?:" + TEXT + "|([^\\s'()]++))");
    private static final Pattern TEXTUAL =
            Pattern.compile("(contains|startswith|endswith)\\(\\s*([A-Za-z_]+)\\s*,\\s*" + TEXT + "\\s*\\)");
    private static final Pattern AND = Pattern.compile("and\\b");
    private static final Pattern OR = Pattern.compile("or\\b");
    private static final Pattern NOT = Pattern.compile("not\\b");
    private static final Pattern OPEN = Pattern.compile("\\(");
    private static final Pattern CLOSE = Pattern.compile("\\)");
    private static final Pattern SPACE = Pattern.compile("\\s+");

    /** More is not nested by anybody, and would be deep for the stack. */
    private static final int MAX_DEPTH = 50;

    /** Empty where it is none that is understood here. */
    static Optional<Filter> parse(String text) {
        return new Parser(text).filter();
    }

    private static final class Parser {
        private final Matcher rest;
        private final List<String> columns = new ArrayList<>();
        private final Map<String, List<UUID>> oneOf = new HashMap<>();
        private boolean conjunctive = true;
        private int depth;

        Parser(String text) {
            rest = SPACE.matcher(text);
        }

        Optional<Filter> filter() {
            var test = or();
            return test.filter(t -> rest.regionStart() == rest.regionEnd())
                    .map(t -> new Filter(List.copyOf(columns), conjunctive ? Map.copyOf(oneOf) : Map.of(), t));
        }

        private Optional<Predicate<ObjectNode>> or() {
            var all = and();
            while (all.isPresent() && take(OR).isPresent()) {
                conjunctive = false;
                var left = all.orElseThrow();
                all = and().map(left::or);
            }
            return all;
        }

        private Optional<Predicate<ObjectNode>> and() {
            var all = term();
            while (all.isPresent() && take(AND).isPresent()) {
                var left = all.orElseThrow();
                all = term().map(left::and);
            }
            return all;
        }

        private Optional<Predicate<ObjectNode>> term() {
            if (++depth > MAX_DEPTH) {
                return Optional.empty();
            }
            try {
                if (take(NOT).isPresent()) {
                    conjunctive = false;
                    return term().map(Predicate::negate);
                }
                if (take(OPEN).isPresent()) {
                    return or().filter(inner -> take(CLOSE).isPresent());
                }
                return take(IN).map(this::in)
                        .or(() -> take(TEXTUAL).map(this::textual))
                        .or(() -> take(COMPARISON).map(this::comparison));
            } finally {
                depth--;
            }
        }

        /** The next part, where it is one of this kind, and the space around it. */
        private Optional<MatchResult> take(Pattern kind) {
            space();
            if (!rest.usePattern(kind).lookingAt()) {
                return Optional.empty();
            }
            var found = rest.toMatchResult();
            rest.region(found.end(), rest.regionEnd());
            space();
            return Optional.of(found);
        }

        private void space() {
            if (rest.usePattern(SPACE).lookingAt()) {
                rest.region(rest.end(), rest.regionEnd());
            }
        }

        private Predicate<ObjectNode> in(MatchResult found) {
            var column = found.group(1);
            columns.add(column);
            Set<String> values = Arrays.stream(found.group(2).split(",", -1))
                    .map(value -> literal(value.strip()).toLowerCase(Locale.ROOT))
                    .collect(Collectors.toCollection(LinkedHashSet::new));
            oneOf.put(
                    column,
                    values.stream().flatMap(value -> Json.guid(value).stream()).toList());
            return row -> values.contains(row.path(column).asText().toLowerCase(Locale.ROOT));
        }

        private Predicate<ObjectNode> textual(MatchResult found) {
            var column = found.group(2);
            columns.add(column);
            var part = literal(found.group(3)).toLowerCase(Locale.ROOT);
            BiPredicate<String, String> test =
                    switch (found.group(1)) {
                        case "contains" -> String::contains;
                        case "startswith" -> String::startsWith;
                        default -> String::endsWith;
                    };
            return row -> row.path(column).isTextual()
                    && test.test(row.path(column).textValue().toLowerCase(Locale.ROOT), part);
        }

        private Predicate<ObjectNode> comparison(MatchResult found) {
            var column = found.group(1);
            columns.add(column);
            if ("null".equals(found.group(4))) {
                var wanted = found.group(2).equals("eq");
                return row ->
                        (row.path(column).isMissingNode() || row.path(column).isNull()) == wanted;
            }
            var text = found.group(3) == null ? found.group(4) : literal(found.group(3));
            if (found.group(2).equals("eq")) {
                Json.guid(text).ifPresent(id -> oneOf.put(column, List.of(id)));
            }
            return Filter.comparison(column, found.group(2), text);
        }
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
        if (value.isNumber() && literal.matches("-?[0-9]{1,18}")) {
            return Long.compare(value.asLong(), Long.parseLong(literal));
        }
        return value.asText().compareToIgnoreCase(literal); // dates are in an order that texts have too
    }

    private static String literal(String text) {
        return text.startsWith("'") ? text.substring(1, text.length() - 1).replace("''", "'") : text;
    }
}
