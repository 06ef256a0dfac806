package io.segmentrelay.sandbox.dynamics;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Where a call goes.
 *
 * @param resource the last part of the path, without the key
 * @param key what is in its parentheses
 */
record Route(Operation operation, String resource, Optional<UUID> key) {

    private static final Pattern TOKEN = Pattern.compile("/([^/]+)/oauth2/v2[.]0/token");
    private static final Pattern WEB_API = Pattern.compile("/api/data/v9[.][0-2]/+([A-Za-z_$]+)(?:\\(([^()]*)\\))?");
    private static final Pattern GUIDS = Pattern.compile("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    static Route of(Incoming call) {
        var token = TOKEN.matcher(call.path());
        if (token.matches()) {
            return new Route(Operation.TOKEN, token.group(1), Optional.empty());
        }
        var webApi = WEB_API.matcher(call.path());
        if (!webApi.matches()) {
            return new Route(Operation.OTHER, "", Optional.empty());
        }
        var resource = webApi.group(1);
        var key = Optional.ofNullable(webApi.group(2)).flatMap(Json::guid);
        return new Route(operation(call.method(), resource), resource, key);
    }

    private static Operation operation(String method, String resource) {
        return switch (method + " " + resource) {
            case "POST msdynmkt_segmentdefinitions" -> Operation.CREATE_DEFINITION;
            case "POST msdynmkt_segments" -> Operation.CREATE_SEGMENT;
            case "POST msdynmkt_PublishSegmentDefinition" -> Operation.PUBLISH;
            case "POST msdynmkt_AddStaticMembers" -> Operation.ADD_MEMBERS;
            case "POST msdynmkt_MembersList" -> Operation.MEMBERS;
            case "POST msdynmkt_SegmentStatus", "GET msdynmkt_segments" -> Operation.SEGMENT_STATUS;
            case "GET msdynmkt_segmentdefinitions" -> Operation.STATUS;
            case "POST $batch" -> Operation.BATCH;
            case "DELETE msdynmkt_segmentdefinitions" -> Operation.DELETE_DEFINITION;
            case "DELETE msdynmkt_segments" -> Operation.DELETE_SEGMENT;
            default -> Operation.OTHER;
        };
    }

    /** The rows that a call concerns. */
    List<UUID> ids(Incoming call) {
        if (operation == Operation.BATCH) {
            return Batch.of(call).stream()
                    .flatMap(batch -> batch.calls().stream())
                    .flatMap(inner -> Route.of(inner).ids(inner).stream())
                    .distinct()
                    .toList();
        }
        var ids = new ArrayList<UUID>();
        key.ifPresent(ids::add);
        call.json()
                .ifPresent(body -> List.of(
                                "msdynmkt_segmentdefinitionid",
                                "msdynmkt_segmentid",
                                "msdynmkt_sourcesegmentuid",
                                "SegmentId")
                        .forEach(name -> Json.guid(body.path(name)).ifPresent(ids::add)));
        if (call.method().equals("GET")) {
            call.parameter("$filter").map(GUIDS::matcher).stream()
                    .flatMap(guids -> guids.results())
                    .map(guid -> UUID.fromString(guid.group()))
                    .forEach(ids::add);
        }
        return ids.stream().distinct().toList();
    }
}
