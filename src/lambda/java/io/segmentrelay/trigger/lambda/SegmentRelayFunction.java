package io.segmentrelay.trigger.lambda;

import java.net.CookieHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.quarkus.funqy.Funq;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;

import io.segmentrelay.config.RelayConfig;
import io.segmentrelay.time.Time;

/**
 * The function. Whatever event source invokes it, an answer comes before Lambda would end the invocation, and nothing goes
 * on after the answer: Lambda freezes the process then.
 */
public class SegmentRelayFunction {

    /** The function's name in Funqy. */
    static final String NAME = "segment-relay";

    /** Assumed beyond the window where nobody says how much time there is. */
    private static final Duration UNTOLD = Duration.ofSeconds(5);

    // A function is made by Funqy, without constructor injection.
    @Inject
    LambdaDeliveries deliveries;

    @Inject
    Time time;

    @Inject
    RelayConfig config;

    void watchDeadlines(@Observes @Priority(2) StartupEvent event) {
        CookieHandler.setDefault(new RuntimeApiHeaders());
    }

    /**
     * Handles one invocation.
     *
     * @return {@code batchItemFailures} for records of an event source, else an empty object; fails where an event that was
     *     sent to the function itself has to be sent again, or is none for the relay
     */
    @Funq(NAME)
    public Uni<JsonNode> handle(JsonNode event) {
        var remaining = InvocationDeadline.take()
                .map(deadline -> Duration.between(time.now(), deadline))
                .orElse(config.window().plus(UNTOLD));
        return switch (Invocation.of(event)) {
            case Invocation.Batch(var records) ->
                deliveries.deliver(records, remaining).map(SegmentRelayFunction::failures);
            case Invocation.Pipe(var records) ->
                deliveries.deliver(records, remaining).map(SegmentRelayFunction::allOrNone);
            case Invocation.Direct(var events) ->
                deliveries.deliverAll(events, remaining).map(done -> JsonNodeFactory.instance.objectNode());
        };
    }

    private static JsonNode allOrNone(List<LambdaRecord> failed) {
        if (!failed.isEmpty()) {
            throw new LambdaDeliveries.Undelivered(
                    "%d records not handed over, %s the first of them: send the batch again"
                            .formatted(failed.size(), failed.getFirst().origin()));
        }
        return JsonNodeFactory.instance.objectNode();
    }

    private static JsonNode failures(List<LambdaRecord> failed) {
        var items = new ArrayList<JsonNode>();
        for (var record : failed) {
            items.add(JsonNodeFactory.instance.objectNode().set("itemIdentifier", record.itemIdentifier()));
        }
        var answer = JsonNodeFactory.instance.objectNode();
        answer.putArray("batchItemFailures").addAll(items);
        return answer;
    }
}
