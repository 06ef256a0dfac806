package io.segmentrelay.trigger.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Typed;

import io.cloudevents.CloudEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.Record;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

import io.segmentrelay.event.EventSink;
import io.segmentrelay.event.EventTypes;

/** Writes events to the topic of their type, in binary mode; done when all in-sync replicas have them. */
@ApplicationScoped
@Typed(KafkaEventSink.class) // the sink of all is chosen in RelayParts
public class KafkaEventSink implements EventSink {

    // Unbounded is bounded: nothing is sent without a place in flight, and each place sends one event at a time.
    private final MutinyEmitter<Record<String, byte[]>> pending;
    private final MutinyEmitter<Record<String, byte[]>> ready;
    private final MutinyEmitter<Record<String, byte[]>> failed;

    KafkaEventSink(
            @Channel("segment-pending-out") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
                    MutinyEmitter<Record<String, byte[]>> pending,
            @Channel("segment-ready") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
                    MutinyEmitter<Record<String, byte[]>> ready,
            @Channel("segment-failed") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
                    MutinyEmitter<Record<String, byte[]>> failed) {
        this.pending = pending;
        this.ready = ready;
        this.failed = failed;
    }

    @Override
    public Uni<Void> send(CloudEvent event) {
        var record = CloudEventRecords.write(event, event.getType());
        var metadata = OutgoingKafkaRecordMetadata.builder()
                .withHeaders(record.headers())
                .build();
        return channel(event.getType())
                .sendMessage(Message.of(Record.of(record.key(), record.value())).addMetadata(metadata));
    }

    private MutinyEmitter<Record<String, byte[]>> channel(String type) {
        return switch (type) {
            case EventTypes.PENDING -> pending;
            case EventTypes.READY -> ready;
            case EventTypes.FAILED -> failed;
            default -> throw new IllegalArgumentException("no topic for the type " + type);
        };
    }
}
