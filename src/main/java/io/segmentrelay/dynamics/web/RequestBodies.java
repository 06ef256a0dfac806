package io.segmentrelay.dynamics.web;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.segmentrelay.config.RelayConfig.MembersStyle;
import io.segmentrelay.dynamics.NewDefinition;
import io.segmentrelay.dynamics.NewSegment;
import io.segmentrelay.dynamics.StaticGroup;

/** What the calls send. */
final class RequestBodies {

    private static final int STATE_ACTIVE = 0;
    private static final int STATE_INACTIVE = 1;
    private static final int DEFINITION_DRAFT = 723270001;
    private static final int SEGMENT_INACTIVE = 2;
    private static final int SOURCE_REAL_TIME = 12;
    private static final int TYPE_STATIC = 10;
    private static final int TYPE_DYNAMIC = 11;

    private RequestBodies() {}

    static byte[] definition(NewDefinition definition, MembersStyle style) {
        var body = object();
        body.put("msdynmkt_segmentdefinitionid", definition.id().toString());
        definition.query().ifPresent(query -> body.put("msdynmkt_segmentquery", query));
        body.put("statecode", STATE_ACTIVE);
        body.put("statuscode", DEFINITION_DRAFT);
        switch (style) {
            case INLINE -> {
                putMembers(body, "msdynmkt_includedmembers", definition.includedMembers());
                putMembers(body, "msdynmkt_excludedmembers", definition.excludedMembers());
            }
            case GROUPS -> putGroups(body, definition);
        }
        definition.refreshEnabled().ifPresent(enabled -> body.put("msdynmkt_disablesegmentrefresh", !enabled));
        definition
                .refreshInterval()
                .ifPresent(interval -> body.put("msdynmkt_segmentrefreshintervalminutes", interval.toMinutes()));
        return utf8(body);
    }

    static byte[] segment(NewSegment segment) {
        var body = object();
        body.put("msdynmkt_segmentid", segment.id().toString());
        body.put("msdynmkt_displayname", segment.displayName());
        body.put("msdynmkt_type", segment.dynamic() ? TYPE_DYNAMIC : TYPE_STATIC);
        body.put("msdynmkt_source", SOURCE_REAL_TIME);
        body.put("msdynmkt_baseentitylogicalname", segment.baseEntity());
        body.put("statecode", STATE_INACTIVE);
        body.put("statuscode", SEGMENT_INACTIVE);
        body.put("msdynmkt_sourcesegmentuid", segment.definitionId().toString());
        segment.owningBusinessUnitId()
                .ifPresent(unit -> body.put("owningbusinessunit@odata.bind", "/businessunits(%s)".formatted(unit)));
        return utf8(body);
    }

    /** Of the action that adds members to a group. */
    static byte[] staticMembers(UUID segmentId, UUID groupId, List<UUID> members) {
        var body = object().put("SegmentId", segmentId.toString()).put("GroupId", groupId.toString());
        var ids = body.putArray("EntityIds");
        members.forEach(member -> ids.add(member.toString()));
        return utf8(body);
    }

    /** Of both actions. */
    static byte[] segmentId(UUID id) {
        return utf8(object().put("SegmentId", id.toString()));
    }

    /** Rows whose {@code property} is one of {@code ids}: without spaces, as 400 ids have to fit in 20 KB of URL. */
    static String in(String property, Collection<UUID> ids) {
        return "Microsoft.Dynamics.CRM.In(PropertyName='%s',PropertyValues=[%s])"
                .formatted(property, ids.stream().map("'%s'"::formatted).collect(Collectors.joining(",")));
    }

    /** The groups without their members: JSON within a text. */
    private static void putGroups(ObjectNode body, NewDefinition definition) {
        var groups = JsonNodeFactory.instance.arrayNode();
        for (var group : StaticGroup.values()) {
            var members = group == StaticGroup.INCLUDE ? definition.includedMembers() : definition.excludedMembers();
            if (!members.isEmpty()) {
                groups.addObject()
                        .put("groupId", group.id(definition.id()).toString())
                        .put("includeType", group.includeType())
                        .put("name", group.includeType())
                        .put("inputType", "manualSelect");
            }
        }
        if (!groups.isEmpty()) {
            body.put("msdynmkt_staticlistmembers", groups.toString());
        }
    }

    private static void putMembers(ObjectNode body, String property, List<UUID> members) {
        if (!members.isEmpty()) {
            body.put(property, members.stream().map(UUID::toString).collect(Collectors.joining(",")));
        }
    }

    private static byte[] utf8(ObjectNode body) {
        return body.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
