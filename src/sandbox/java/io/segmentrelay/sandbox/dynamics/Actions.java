package io.segmentrelay.sandbox.dynamics;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import io.segmentrelay.sandbox.dynamics.SimulatorSettings.AcceptedId;
import io.segmentrelay.sandbox.dynamics.SimulatorSettings.StaticForm;
import io.segmentrelay.sandbox.dynamics.query.Queries;
import io.segmentrelay.sandbox.dynamics.query.QueryException;

/** The actions of segments. */
final class Actions {

    /** An exception of a plug-in: what actions answer when they refuse. */
    private static final String REFUSED = "0x80040265";

    private record Target(SegmentRow segment, DefinitionRow definition) {}

    private final Organization organization;
    private final SimulatorSettings settings;

    Actions(Organization organization, SimulatorSettings settings) {
        this.organization = organization;
        this.settings = settings;
    }

    /** Members for a group of listed ones: as many as fit, or none. */
    Reply addStaticMembers(Incoming call) {
        if (settings.staticForm() == StaticForm.INLINE) {
            return Reply.error(404, "0x80060888", "Resource not found for the segment 'msdynmkt_AddStaticMembers'.");
        }
        var id = segmentId(call);
        if (id.isEmpty()) {
            return noId();
        }
        var found = target(id.orElseThrow(), settings.publishId());
        if (found.isEmpty()) {
            return notFound(id.orElseThrow());
        }
        var body = call.json().orElseThrow();
        var members = new ArrayList<UUID>();
        body.path("EntityIds").forEach(each -> Json.guid(each).ifPresent(members::add));
        var given = body.path("EntityIds").size();
        if (given == 0 || given > StaticGroups.MOST_OF_A_CALL || members.size() != given) {
            return Reply.error(
                    400, REFUSED, "EntityIds must be 1 to %,d GUIDs.".formatted(StaticGroups.MOST_OF_A_CALL));
        }
        var group = Json.guid(body.path("GroupId"));
        var added = group.map(each -> found.orElseThrow().definition().groups().add(each, members))
                .orElse(StaticGroups.Added.NO_SUCH_GROUP);
        return switch (added) {
            case YES -> Reply.empty(204);
            case NO_SUCH_GROUP ->
                Reply.error(400, REFUSED, "The segment has no static member group with this GroupId.");
            case TOO_MANY ->
                Reply.error(400, REFUSED, "A static member group may have %,d members.".formatted(StaticGroups.MOST));
        };
    }

    /** @param faults of which a {@link Effect.Fate} matters */
    Reply publish(Incoming call, List<Fault> faults) {
        var id = segmentId(call);
        if (id.isEmpty()) {
            return noId();
        }
        var found = target(id.orElseThrow(), settings.publishId());
        if (found.isEmpty()) {
            return notFound(id.orElseThrow());
        }
        var definition = found.orElseThrow().definition();
        var segment = found.orElseThrow().segment();
        synchronized (definition) {
            if (organization.stage(definition).status() != DefinitionRow.DRAFT) {
                return Reply.error(400, REFUSED, "The segment definition is not in draft: it cannot be published.");
            }
            if (segment.isDynamic() && definition.query().isEmpty()) {
                return Reply.error(400, REFUSED, "A dynamic segment has no query.");
            }
            if (organization.crm().table(segment.baseEntity()).isEmpty()) {
                return Reply.error(400, REFUSED, "The table '%s' cannot be segmented.".formatted(segment.baseEntity()));
            }
            Optional<Queries.Query> query;
            try {
                query = definition.query().map(text -> organization.compile(text, segment.baseEntity()));
            } catch (QueryException e) {
                return refusedQuery(String.valueOf(e.getMessage()));
            }
            definition.publish(new DefinitionRow.Published(organization.now(), fate(faults), query, false));
            return Reply.empty(204);
        }
    }

    private static Optional<Effect.Fate> fate(List<Fault> faults) {
        return faults.stream()
                .map(Fault::effect)
                .filter(Effect.Fate.class::isInstance)
                .map(Effect.Fate.class::cast)
                .findFirst();
    }

    /** @param faults of which those on member lists matter */
    Reply members(Incoming call, List<Fault> faults) {
        var id = segmentId(call);
        if (id.isEmpty()) {
            return noId();
        }
        var found = target(id.orElseThrow(), settings.membersId());
        if (found.isEmpty()) {
            return notFound(id.orElseThrow());
        }
        var definition = found.orElseThrow().definition();
        var stage = organization.stage(definition);
        if (!stage.isLive()) {
            return Reply.error(400, REFUSED, "The segment is not live: it has no members yet.");
        }
        return MemberLists.reply(
                found.orElseThrow().segment().baseEntity(),
                organization.members(definition, stage),
                settings.membersForm(),
                faults);
    }

    Reply segmentStatus(Incoming call) {
        var id = segmentId(call);
        if (id.isEmpty()) {
            return noId();
        }
        var found = target(id.orElseThrow(), AcceptedId.BOTH);
        if (found.isEmpty()) {
            return notFound(id.orElseThrow());
        }
        var stage = organization.stage(found.orElseThrow().definition());
        var text = Json.object();
        text.putObject("lastExecution")
                .put(
                        "status",
                        switch (stage.computation()) {
                            case 723270000 -> "Running";
                            case 723270001 -> "Succeeded";
                            case 723270002 -> "Failed";
                            default -> "NotStarted";
                        });
        var body = Json.object()
                .put("@odata.context", "$metadata#Microsoft.Dynamics.CRM.msdynmkt_SegmentStatusResponse")
                .put("StatusCode", 200)
                .put("ResultText", text.toString());
        return Reply.json(200, body);
    }

    private Optional<Target> target(UUID id, AcceptedId accepted) {
        var segment = accepted == AcceptedId.DEFINITION ? Optional.<SegmentRow>empty() : organization.segment(id);
        return segment.or(() -> accepted == AcceptedId.SEGMENT ? Optional.empty() : organization.segmentOf(id))
                .flatMap(row ->
                        organization.definition(row.definitionId()).map(definition -> new Target(row, definition)));
    }

    private static Optional<UUID> segmentId(Incoming call) {
        return call.json().flatMap(body -> Json.guid(body.path("SegmentId")));
    }

    private static Reply noId() {
        return Reply.error(400, "0x80048d19", "Required field 'SegmentId' is missing, or no GUID.");
    }

    private static Reply notFound(UUID id) {
        return Reply.error(404, "0x80040217", "Entity 'msdynmkt_segment' With Id = %s Does Not Exist".formatted(id));
    }

    private static Reply refusedQuery(String problem) {
        var body = Json.object();
        body.putObject("error").put("code", REFUSED).put("message", "The segment query is not valid.");
        body.put("StatusCode", 400).put("ResultText", problem);
        return Reply.json(400, body);
    }
}
