package io.segmentrelay.sandbox.dynamics;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Retrieves rows of both tables, one or many. */
final class Retrieval {

    private static final int MAX_PAGE = 5_000;
    private static final Pattern MAX_PAGE_SIZE = Pattern.compile("odata[.]maxpagesize\\s*=\\s*([0-9]{1,9})");

    private final Organization organization;
    private final SimulatorSettings settings;

    Retrieval(Organization organization, SimulatorSettings settings) {
        this.organization = organization;
        this.settings = settings;
    }

    private record Kind(
            String table,
            Set<String> columns,
            Function<UUID, Optional<ObjectNode>> one,
            Function<List<UUID>, List<ObjectNode>> many) {}

    Reply definitions(Incoming call, Route route, String url) {
        return retrieve(
                call,
                route,
                url,
                new Kind(
                        "msdynmkt_segmentdefinition",
                        Columns.DEFINITION,
                        id -> organization.definition(id).map(this::row),
                        ids -> ids.isEmpty()
                                ? organization.definitions().stream()
                                        .filter(row -> !organization.stage(row).gone())
                                        .map(this::row)
                                        .toList()
                                : ids.stream()
                                        .flatMap(id -> organization.definition(id).stream())
                                        .map(this::row)
                                        .toList()));
    }

    Reply segments(Incoming call, Route route, String url) {
        return retrieve(
                call,
                route,
                url,
                new Kind(
                        "msdynmkt_segment",
                        Columns.SEGMENT,
                        id -> organization.segment(id).map(this::row),
                        ids -> ids.isEmpty()
                                ? organization.segments().stream()
                                        .flatMap(row -> organization.segment(row.id()).stream())
                                        .map(this::row)
                                        .toList()
                                : ids.stream()
                                        .flatMap(id -> organization.segment(id).stream())
                                        .map(this::row)
                                        .toList()));
    }

    private Reply retrieve(Incoming call, Route route, String url, Kind kind) {
        var select = call.parameter("$select").stream()
                .flatMap(list -> Arrays.stream(list.split(",", -1)))
                .map(String::strip)
                .toList();
        var filter = call.parameter("$filter");
        var parsed = filter.flatMap(Filter::parse);
        if (filter.isPresent() && parsed.isEmpty()) {
            return Reply.error(400, "0x80060888", "Syntax error in the $filter expression.");
        }
        for (var column : java.util.stream.Stream.concat(
                        select.stream(), parsed.stream().flatMap(f -> f.columns().stream()))
                .toList()) {
            if (!has(kind, column)) {
                return Reply.error(
                        400,
                        "0x80060888",
                        "Could not find a property named '%s' on type 'Microsoft.Dynamics.CRM.%s'."
                                .formatted(column, kind.table()));
            }
        }
        if (call.path().endsWith(")")) {
            return one(route, url, kind, select);
        }
        // Rows that are asked for by their keys are looked up, not searched for.
        var keys = parsed.map(f -> f.oneOf().getOrDefault(kind.table() + "id", List.of()))
                .orElse(List.of());
        var rows = kind.many().apply(keys).stream()
                .filter(row -> parsed.isEmpty() || parsed.orElseThrow().test().test(row))
                .toList();
        return page(call, url, kind, select, rows);
    }

    private boolean has(Kind kind, String column) {
        return kind.columns().contains(column)
                && (settings.computationColumns() || !Columns.COMPUTATION.contains(column));
    }

    private Reply one(Route route, String url, Kind kind, List<String> select) {
        if (route.key().isEmpty()) {
            return Reply.error(400, "0x80060888", "The key is no GUID.");
        }
        var id = route.key().orElseThrow();
        return kind.one()
                .apply(id)
                .map(row -> {
                    var body = Json.object()
                            .put(
                                    "@odata.context",
                                    "%s/api/data/v9.2/$metadata#%ss/$entity".formatted(url, kind.table()));
                    body.setAll(selected(row, kind, select));
                    return Reply.json(200, body);
                })
                .orElseGet(() -> Reply.error(
                        404, "0x80040217", "Entity '%s' With Id = %s Does Not Exist".formatted(kind.table(), id)));
    }

    private Reply page(Incoming call, String url, Kind kind, List<String> select, List<ObjectNode> rows) {
        var size = call.header("Prefer").map(MAX_PAGE_SIZE::matcher).filter(m -> m.find()).stream()
                .mapToInt(m -> Integer.parseInt(m.group(1)))
                .map(asked -> Math.clamp(asked, 1, MAX_PAGE))
                .findFirst()
                .orElse(MAX_PAGE);
        var from = call.parameter("$skiptoken")
                .filter(t -> t.matches("[0-9]{1,9}"))
                .map(Integer::valueOf)
                .orElse(0);
        var first = Math.min(from, rows.size());
        var next = Math.min(first + size, rows.size());
        var body = Json.object().put("@odata.context", "%s/api/data/v9.2/$metadata#%ss".formatted(url, kind.table()));
        var value = body.putArray("value");
        rows.subList(first, next).forEach(row -> value.add(selected(row, kind, select)));
        if (next < rows.size()) {
            body.put("@odata.nextLink", nextLink(call, url, next));
        }
        var reply = Reply.json(200, body);
        return size == MAX_PAGE ? reply : reply.with("Preference-Applied", "odata.maxpagesize=" + size);
    }

    private static String nextLink(Incoming call, String url, int next) {
        var link = new StringBuilder(url).append(call.path()).append('?');
        for (var name : List.of("$select", "$filter")) {
            call.parameter(name)
                    .ifPresent(value -> link.append(name)
                            .append('=')
                            .append(URLEncoder.encode(value, StandardCharsets.UTF_8)
                                    .replace("+", "%20"))
                            .append('&'));
        }
        return link.append("$skiptoken=").append(next).toString();
    }

    private ObjectNode selected(ObjectNode row, Kind kind, List<String> select) {
        var selected = Json.object();
        if (select.isEmpty()) {
            kind.columns().stream()
                    .filter(column -> has(kind, column))
                    .sorted()
                    .forEach(column -> selected.set(
                            column, row.path(column).isMissingNode() ? selected.nullNode() : row.get(column)));
        }
        // Real rows carry their key whether it is selected or not.
        selected.set(kind.table() + "id", row.get(kind.table() + "id"));
        select.forEach(column ->
                selected.set(column, row.path(column).isMissingNode() ? selected.nullNode() : row.get(column)));
        return selected;
    }

    private ObjectNode row(DefinitionRow definition) {
        var stage = organization.stage(definition);
        var row = Json.object();
        row.setAll(definition.attributes());
        row.put("msdynmkt_segmentdefinitionid", definition.id().toString());
        row.put("statuscode", stage.status());
        row.put("msdynmkt_computationstatus", stage.computation());
        stage.startedOn().ifPresent(at -> row.put("msdynmkt_computationstartedon", text(at)));
        stage.finishedOn().ifPresent(at -> row.put("msdynmkt_computationfinishedon", text(at)));
        return dated(row, definition.createdOn(), Optional.of(definition), stage);
    }

    private ObjectNode row(SegmentRow segment) {
        var definition = organization.definitionOf(segment);
        var row = Json.object();
        row.setAll(segment.attributes());
        row.put("msdynmkt_segmentid", segment.id().toString());
        if (definition.isEmpty() || definition.orElseThrow().published().isEmpty()) {
            return row.put("createdon", text(segment.createdOn())).put("modifiedon", text(segment.createdOn()));
        }
        var stage = organization.stage(definition.orElseThrow());
        row.put("statecode", stage.isStopped() ? 1 : 0).put("statuscode", stage.segmentStatus());
        if (stage.computations() > 0) {
            row.put(
                    "msdynmkt_membercount",
                    organization.members(definition.orElseThrow(), stage).size());
        }
        return dated(row, segment.createdOn(), definition, stage);
    }

    private static ObjectNode dated(ObjectNode row, Instant created, Optional<DefinitionRow> definition, Stage stage) {
        var modified = stage.finishedOn()
                .or(stage::startedOn)
                .or(() -> definition.flatMap(DefinitionRow::published).map(DefinitionRow.Published::at))
                .orElse(created);
        return row.put("createdon", text(created)).put("modifiedon", text(modified));
    }

    private static String text(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
