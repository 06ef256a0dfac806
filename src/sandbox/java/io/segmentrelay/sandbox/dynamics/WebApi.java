package io.segmentrelay.sandbox.dynamics;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** The Web API of an organization: from a call to its answer, faults of the way there aside. */
final class WebApi {

    private static final int MAX_URL = 32 * 1024;

    private final SimulatorSettings settings;
    private final Bearers bearers;
    private final Creates creates;
    private final Deletes deletes;
    private final Actions actions;
    private final Retrieval retrieval;
    private final Batches batches;

    /**
     * Over its rows.
     *
     * @param url the organization's
     * @param inBatch the faults that a call in a batch meets
     */
    WebApi(
            SimulatorSettings settings,
            Organization organization,
            Bearers bearers,
            Supplier<String> url,
            BiFunction<Incoming, Route, List<Fault>> inBatch) {
        this.settings = settings;
        this.bearers = bearers;
        this.creates = new Creates(organization, settings);
        this.deletes = new Deletes(organization, settings);
        this.actions = new Actions(organization, settings);
        this.retrieval = new Retrieval(organization, settings);
        this.batches =
                new Batches(organization, inBatch, (call, route, faults) -> perform(call, route, url.get(), faults));
    }

    /**
     * Performs a call.
     *
     * @param url the organization's
     * @param faults of which those matter that change what is done, not how it is answered
     */
    Reply perform(Incoming call, Route route, String url, List<Fault> faults) {
        return refused(call, route, url).orElseGet(() -> switch (route.operation()) {
            case CREATE_DEFINITION -> creates.definition(call, url, faults);
            case CREATE_SEGMENT -> creates.segment(call, url, faults);
            case DELETE_DEFINITION -> deletes.definition(route);
            case DELETE_SEGMENT -> deletes.segment(route);
            case ADD_MEMBERS -> actions.addStaticMembers(call);
            case PUBLISH -> actions.publish(call, faults);
            case MEMBERS -> actions.members(call, faults);
            case STATUS -> retrieval.definitions(call, route, url);
            case SEGMENT_STATUS ->
                call.method().equals("POST") ? actions.segmentStatus(call) : retrieval.segments(call, route, url);
            case BATCH -> batches.perform(call);
            case OTHER -> unknown(call, route);
            case TOKEN -> throw new IllegalArgumentException("no call of the Web API");
        });
    }

    private Optional<Reply> refused(Incoming call, Route route, String url) {
        if (call.uriLength() > MAX_URL) {
            return Optional.of(Reply.error(414, "0x80060888", "The request URL is too long."));
        }
        var authorized = call.header("Authorization")
                .filter(token -> bearers.accepts(token, settings.clock().instant()))
                .isPresent();
        if (!authorized) {
            return Optional.of(Reply.error(401)
                    .with(
                            "WWW-Authenticate",
                            "Bearer authorization_uri=%s/%s/oauth2/authorize, resource_id=%s/"
                                    .formatted(url, settings.tenant(), url)));
        }
        var version = call.header("OData-Version");
        if (version.isPresent() && !version.orElseThrow().matches("4[.][01]")) {
            return Optional.of(Reply.error(
                    412, "0x80060882", "The OData version '%s' is not supported.".formatted(version.orElseThrow())));
        }
        if (route.operation() == Operation.BATCH) {
            return Optional.empty();
        }
        if (!call.method().equals("POST") || route.operation() == Operation.OTHER) {
            return Optional.empty();
        }
        var type = call.header("Content-Type").orElse("").toLowerCase(Locale.ROOT);
        if (!type.startsWith("application/json")) {
            return Optional.of(Reply.error(
                    415, "0x80060888", "A supported MIME type could not be found that matches the content type."));
        }
        return call.json().isEmpty()
                ? Optional.of(Reply.error(
                        400, "0x80048d19", "Error identified in Payload provided by the user: it is no JSON object."))
                : Optional.empty();
    }

    private static Reply unknown(Incoming call, Route route) {
        return switch (route.resource()) {
            case "$batch",
                    "msdynmkt_segmentdefinitions",
                    "msdynmkt_segments",
                    "msdynmkt_AddStaticMembers",
                    "msdynmkt_PublishSegmentDefinition",
                    "msdynmkt_MembersList",
                    "msdynmkt_SegmentStatus" ->
                Reply.error(
                        405,
                        "0x80060884",
                        "The requested resource does not support http method '%s'.".formatted(call.method()));
            default ->
                Reply.error(404, "0x80060888", "Resource not found for the segment '%s'.".formatted(route.resource()));
        };
    }
}
