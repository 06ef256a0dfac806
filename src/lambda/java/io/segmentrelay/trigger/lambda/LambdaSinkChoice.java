package io.segmentrelay.trigger.lambda;

import java.util.Optional;

import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import io.smallrye.mutiny.Uni;

import io.segmentrelay.event.EventTypes;
import io.segmentrelay.event.codec.EventCodec;
import io.segmentrelay.event.codec.LifeRules;
import io.segmentrelay.event.wire.EventSink;
import io.segmentrelay.relay.RetryingSink;
import io.segmentrelay.relay.Undelivered;
import io.segmentrelay.time.Time;
import io.segmentrelay.trigger.kafka.KafkaEventSink;
import io.segmentrelay.workflow.Backoff;

/** Where events go, in place of the default choice: continuations to their queue, results to theirs, or to Kafka where they have none. */
class LambdaSinkChoice {

    /** Continuations are messages of a queue, wherever results go. */
    @Produces
    @Singleton
    LifeRules.Home home() {
        return LifeRules.Home.SQS;
    }

    @Produces
    @Singleton
    EventSink sink(
            SqsConfig config,
            SqsQueues queues,
            Instance<KafkaEventSink> kafka,
            EventCodec codec,
            Time time,
            Backoff backoff,
            Undelivered undelivered) {
        var pending = queue(queues, config.pendingUrl(), kafka, codec, time);
        var ready = queue(queues, config.readyUrl(), kafka, codec, time);
        var failed = queue(queues, config.failedUrl(), kafka, codec, time);
        return new RetryingSink(byType(pending, ready, failed), time, backoff, Backoff::random, undelivered);
    }

    /** Which event goes where. */
    static EventSink byType(EventSink pending, EventSink ready, EventSink failed) {
        return event -> switch (event.getType()) {
            case EventTypes.PENDING, EventTypes.FOLLOWED -> pending.send(event);
            case EventTypes.READY, EventTypes.CHANGED, EventTypes.ENDED, EventTypes.RETIRED -> ready.send(event);
            case EventTypes.FAILED -> failed.send(event);
            // For replicas that remember: nobody does here.
            case EventTypes.MARKED -> Uni.createFrom().voidItem();
            default -> throw new IllegalArgumentException("no queue for the type " + event.getType());
        };
    }

    private static EventSink queue(
            SqsQueues queues, Optional<String> url, Instance<KafkaEventSink> kafka, EventCodec codec, Time time) {
        return url.<EventSink>map(queue -> new SqsEventSink(queues, queue, codec, time, Backoff::random))
                .orElseGet(kafka::get);
    }
}
