package io.segmentrelay.trigger.kafka;

import java.util.function.Supplier;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Typed;

import io.cloudevents.CloudEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.Record;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.event.EventTypes;
import io.segmentrelay.event.wire.EventSink;

/** Writes events to the topic of their type, in binary mode; done when all in-sync replicas have them. */
@ApplicationScoped
@Typed(KafkaEventSink.class) // the sink of all is chosen elsewhere
public class KafkaEventSink implements EventSink {

    /**
     * The producer is idempotent: the broker takes the records of a partition in their order, however often they are sent, where no
     * more than five requests are under way.
     *
     * @see <a href="https://kafka.apache.org/documentation/#producerconfigs_max.in.flight.requests.per.connection">
     *     max.in.flight.requests.per.connection</a>
     */
    private static final int IN_ORDER = 5;

    // Unbounded is bounded: nothing is sent without a place in flight, and each place sends a few events at a time.
    private final Outlet pending;
    private final Outlet ready;
    private final Outlet failed;
    private final Outlet followed;
    private final FollowedRecords followedRecords;
    private final FollowedHandOvers handOvers;

    KafkaEventSink(
            @Channel("segment-pending-out") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
                    MutinyEmitter<Record<String, byte[]>> pending,
            @Channel("segment-ready") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
                    MutinyEmitter<Record<String, byte[]>> ready,
            @Channel("segment-failed") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
                    MutinyEmitter<Record<String, byte[]>> failed,
            @Channel("segment-followed-out") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
                    MutinyEmitter<Record<String, byte[]>> followed,
            FollowedRecords followedRecords,
            FollowedHandOvers handOvers,
            Config config) {
        this.pending = new Outlet(pending, KafkaDestination.of(config, "segment-pending-out"));
        this.ready = new Outlet(ready, KafkaDestination.of(config, "segment-ready"));
        this.failed = new Outlet(failed, KafkaDestination.of(config, "segment-failed"));
        this.followed = new Outlet(followed, KafkaDestination.of(config, "segment-followed-out"));
        this.followedRecords = followedRecords;
        this.handOvers = handOvers;
    }

    /** @return fails with {@link io.segmentrelay.event.wire.Superseded} where another replica was first with this state */
    @Override
    public Uni<Void> send(CloudEvent event) {
        var outlet = outlet(event.getType());
        var record = CloudEventRecords.write(event, event.getType());
        if (outlet.equals(followed)) {
            followedRecords.sign(record.headers());
        }
        Supplier<Uni<Void>> sending = () -> send(outlet, record.key(), record.value(), record.headers());
        return event.getType().equals(EventTypes.FOLLOWED)
                ? handOvers.counted(record.key(), FollowedRecords.turn(event), sending)
                : sending.get();
    }

    @Override
    public int inOrder() {
        return IN_ORDER;
    }

    /** Writes a tombstone of the key to the topic of follows. */
    @Override
    public Uni<Void> forget(String key) {
        return send(followed, key, null, new RecordHeaders());
    }

    private static Uni<Void> send(Outlet outlet, String key, byte @Nullable [] value, Headers headers) {
        var metadata =
                OutgoingKafkaRecordMetadata.builder().withHeaders(headers).build();
        return outlet.emitter()
                .sendMessage(Message.of(Record.of(key, value)).addMetadata(metadata))
                .onFailure()
                .transform(failure -> KafkaRefusals.classified(failure, outlet.to(), value == null ? 0 : value.length));
    }

    private Outlet outlet(String type) {
        return switch (type) {
            case EventTypes.PENDING -> pending;
            case EventTypes.READY, EventTypes.CHANGED, EventTypes.ENDED, EventTypes.RETIRED -> ready;
            case EventTypes.FAILED -> failed;
            case EventTypes.FOLLOWED, EventTypes.MARKED -> followed;
            default -> throw new IllegalArgumentException("no topic for the type " + type);
        };
    }

    private record Outlet(MutinyEmitter<Record<String, byte[]>> emitter, KafkaDestination to) {}
}
