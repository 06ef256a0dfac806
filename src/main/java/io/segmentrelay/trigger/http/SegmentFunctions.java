package io.segmentrelay.trigger.http;

import java.util.List;

import jakarta.inject.Inject;

import io.quarkus.funqy.Funq;
import io.quarkus.funqy.knative.events.CloudEventMapping;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.smallrye.mutiny.Uni;

import io.segmentrelay.event.EventTypes;

/** The functions of Knative's convention: a CloudEvent is POSTed to {@code /}, and goes to the function of its type. */
public class SegmentFunctions {

    /** The functions' names, which are paths of their own as well. */
    static final List<String> NAMES = List.of(
            "segment-requested",
            "members-requested",
            "segment-retire-requested",
            "follow-ended-requested",
            "segment-pending");

    // The event itself was decoded at the admission, in the same way as on Kafka.
    @Inject
    CurrentVertxRequest request;

    @Inject
    HttpDeliveries deliveries;

    /** A request. */
    @Funq("segment-requested")
    @CloudEventMapping(trigger = EventTypes.REQUESTED)
    public Uni<Void> requested() {
        return deliveries.deliver(request.getCurrent());
    }

    /** A request for the members of a segment that exists. */
    @Funq("members-requested")
    @CloudEventMapping(trigger = EventTypes.MEMBERS_REQUESTED)
    public Uni<Void> membersRequested() {
        return deliveries.deliver(request.getCurrent());
    }

    /** A request to delete a segment. */
    @Funq("segment-retire-requested")
    @CloudEventMapping(trigger = EventTypes.RETIRE_REQUESTED)
    public Uni<Void> retireRequested() {
        return deliveries.deliver(request.getCurrent());
    }

    /** A request to follow no longer. */
    @Funq("follow-ended-requested")
    @CloudEventMapping(trigger = EventTypes.FOLLOW_ENDED_REQUESTED)
    public Uni<Void> followEndedRequested() {
        return deliveries.deliver(request.getCurrent());
    }

    /** A continuation. */
    @Funq("segment-pending")
    @CloudEventMapping(trigger = EventTypes.PENDING)
    public Uni<Void> pending() {
        return deliveries.deliver(request.getCurrent());
    }
}
