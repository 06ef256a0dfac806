package io.segmentrelay.sandbox.dynamics;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Creates rows of both tables. */
final class Creates {

    private final Organization organization;
    private final SimulatorSettings settings;

    Creates(Organization organization, SimulatorSettings settings) {
        this.organization = organization;
        this.settings = settings;
    }

    /** @param faults of which {@link Effect.OtherId} matters */
    Reply definition(Incoming call, String url, List<Fault> faults) {
        var table = "msdynmkt_segmentdefinition";
        var body = call.json().orElseThrow();
        var wrong = wrong(body, table, columns());
        if (wrong.isPresent()) {
            return wrong.orElseThrow();
        }
        var included = guids(body.path("msdynmkt_includedmembers"));
        var excluded = guids(body.path("msdynmkt_excludedmembers"));
        if (included.isEmpty() || excluded.isEmpty()) {
            return Reply.error(400, "0x80040203", "The included or excluded members are not a list of GUIDs.");
        }
        var groups = StaticGroups.of(body.path("msdynmkt_staticlistmembers"));
        if (groups.isEmpty()) {
            return Reply.error(
                    400, "0x80040203", "msdynmkt_staticlistmembers is not a serialized list of static member groups.");
        }
        var id = id(body, table, faults);
        var row = new DefinitionRow(
                id, body, included.orElseThrow(), excluded.orElseThrow(), groups.orElseThrow(), organization.now());
        return organization.add(row) ? created(call, url, table, id, body) : duplicate();
    }

    private Set<String> columns() {
        var columns = new HashSet<>(Columns.DEFINITION);
        switch (settings.staticForm()) {
            case INLINE -> columns.removeAll(Columns.GROUPED_MEMBERS);
            case GROUPS -> columns.removeAll(Columns.INLINE_MEMBERS);
            case BOTH -> {}
        }
        return columns;
    }

    /** @param faults of which {@link Effect.OtherId} matters */
    Reply segment(Incoming call, String url, List<Fault> faults) {
        var table = "msdynmkt_segment";
        var body = call.json().orElseThrow();
        var wrong = wrong(body, table, Columns.SEGMENT);
        if (wrong.isPresent()) {
            return wrong.orElseThrow();
        }
        var name = body.path("msdynmkt_displayname").asText();
        var definition = Json.guid(body.path("msdynmkt_sourcesegmentuid"));
        if (name.isBlank() || definition.isEmpty()) {
            return Reply.error(400, "0x80040203", "msdynmkt_displayname and msdynmkt_sourcesegmentuid are required.");
        }
        var type = body.path("msdynmkt_type").asInt();
        if (type != 10 && type != 11) {
            return Reply.error(
                    400,
                    "0x8004431a",
                    "A validation error occurred. The value of 'msdynmkt_type' is outside the valid range.");
        }
        var id = id(body, table, faults);
        var row = new SegmentRow(
                id,
                name,
                body.path("msdynmkt_baseentitylogicalname").asText("contact"),
                definition.orElseThrow(),
                body,
                organization.now());
        return switch (organization.add(row)) {
            case YES -> created(call, url, table, id, body);
            case DUPLICATE -> duplicate();
            case TOO_MANY -> tooMany("", settings.maxSegments());
            case TOO_MANY_DYNAMIC -> tooMany("dynamic ", settings.maxDynamicSegments());
        };
    }

    private static Reply tooMany(String kind, int limit) {
        return Reply.error(
                400,
                "0x80040265",
                "The segment cannot be created: this organization has reached its limit of %,d %sreal-time marketing segments. Delete segments that are not used."
                        .formatted(limit, kind));
    }

    private static Optional<Reply> wrong(ObjectNode body, String table, Set<String> columns) {
        for (var name : (Iterable<String>) body::fieldNames) {
            if (!name.contains("@") && !columns.contains(name)) {
                return Optional.of(Reply.error(
                        400,
                        "0x80048d19",
                        "Error identified in Payload provided by the user for Entity :'%ss'. The property '%s' does not exist on type 'Microsoft.Dynamics.CRM.%s'. Make sure to only use property names that are defined by the type."
                                .formatted(table, name, table)));
            }
        }
        var key = body.path(table + "id");
        return key.isMissingNode() || Json.guid(key).isPresent()
                ? Optional.empty()
                : Optional.of(Reply.error(
                        400,
                        "0x80048d19",
                        "Cannot convert the literal of '%sid' to the expected type 'Edm.Guid'.".formatted(table)));
    }

    /** Comma-separated; empty where something else is among them. */
    private static Optional<Set<UUID>> guids(JsonNode text) {
        var guids = new LinkedHashSet<UUID>();
        for (var part : text.asText("").split(",", -1)) {
            var guid = Json.guid(part);
            if (guid.isEmpty() && !part.isBlank()) {
                return Optional.empty();
            }
            guid.ifPresent(guids::add);
        }
        return Optional.of(guids);
    }

    private static UUID id(ObjectNode body, String table, List<Fault> faults) {
        return faults.stream()
                .flatMap(fault -> fault.effect() instanceof Effect.OtherId(UUID other)
                        ? Optional.of(other).stream()
                        : Optional.<UUID>empty().stream())
                .findFirst()
                .or(() -> Json.guid(body.path(table + "id")))
                .orElseGet(UUID::randomUUID);
    }

    private static Reply duplicate() {
        return Reply.error(412, "0x80040237", "Cannot insert duplicate key.");
    }

    private static Reply created(Incoming call, String url, String table, UUID id, ObjectNode body) {
        var location =
                "%s%ss(%s)".formatted(url, call.path().substring(0, call.path().lastIndexOf('/') + 1) + table, id);
        var represented = call.header("Prefer")
                .filter(prefer -> prefer.contains("return=representation"))
                .isPresent();
        var reply = represented ? Reply.json(201, body.deepCopy().put(table + "id", id.toString())) : Reply.empty(204);
        return reply.with("OData-EntityId", location).with("Location", location);
    }
}
