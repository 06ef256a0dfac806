package io.segmentrelay.trigger.kafka;

import java.time.Duration;

import jakarta.enterprise.context.ApplicationScoped;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

import io.segmentrelay.config.RelayConfig;
import io.segmentrelay.event.wire.Checked;
import io.segmentrelay.relay.InFlight;
import io.segmentrelay.relay.Relay;
import io.segmentrelay.relay.Trigger;

/**
 * Reads requests and continuations from Kafka. A record is acknowledged when all that it led to is handed over, and
 * records are worked on side by side, however few partitions there are.
 *
 * <pre>
 * record ─► CloudEventRecords ─► EventCodec ─► Relay ─► acknowledge
 *                  └──── no event for the relay ────► DeadLetters ─► acknowledge
 * </pre>
 */
@ApplicationScoped
public class KafkaTrigger implements Trigger {

    private static final Logger LOG = Logger.getLogger(KafkaTrigger.class);

    private final Relay relay;
    private final RecordReader records;
    private final FollowedTopic followed;
    private final PartitionTasks tasks;
    private final HandedOverCommit.Factory commits;
    private final InFlight inFlight;
    private final boolean enabled;
    private final Multi<Message<byte[]>> requests;
    private final Multi<Message<byte[]>> pending;
    private volatile boolean stopped;
    private volatile boolean ended;

    KafkaTrigger(
            Relay relay,
            RecordReader records,
            FollowedTopic followed,
            @Identifier("relay") PartitionTasks tasks,
            @Identifier("handed-over") HandedOverCommit.Factory commits,
            InFlight inFlight,
            RelayConfig config,
            @Channel("segment-requests") Multi<Message<byte[]>> requests,
            @Channel("segment-pending") Multi<Message<byte[]>> pending) {
        this.relay = relay;
        this.records = records;
        this.followed = followed;
        this.tasks = tasks;
        this.commits = commits;
        this.inFlight = inFlight;
        this.enabled = config.kafka().enabled();
        this.requests = requests;
        this.pending = pending;
    }

    /** Starts to read: continuations first, since they are the older ones. */
    @Override
    public void start() {
        if (!enabled) {
            return;
        }
        pending.subscribe().withSubscriber(intake());
        requests.subscribe().withSubscriber(intake());
    }

    /** Takes no further record. */
    @Override
    public void stop() {
        stopped = true;
    }

    /** Commits what is handed over, before the channels close. */
    @Override
    public void commit(Duration patience) {
        commits.commitWithin(patience);
    }

    /** Whether a channel has ended while it should not: nothing more will be read. */
    public boolean hasEnded() {
        return ended && !stopped;
    }

    private KafkaIntake<Message<byte[]>> intake() {
        return new KafkaIntake<>(
                inFlight,
                message -> InFlight.weight(RecordReader.record(message).serializedValueSize()),
                this::take,
                () -> !stopped,
                () -> ended = true);
    }

    /**
     * Works on one record, and calls back when it has left, one way or the other. The record is let go of at once: what waits holds what was
     * read of it, and its place. Where the relay itself fails on it, it stays where it is, and is repeated.
     */
    private void take(Message<byte[]> message, Runnable left) {
        var record = RecordReader.record(message);
        var partition = new TopicPartition(record.topic(), record.partition());
        var offset = record.offset();
        tasks.run(
                partition,
                deliver(record)
                        .invoke(() -> commits.handedOver(partition, offset))
                        .onFailure()
                        .invoke(failure -> LOG.errorf(failure, "Record not acknowledged: it will be repeated")),
                left);
    }

    private Uni<Void> deliver(ConsumerRecord<byte[], byte[]> record) {
        return switch (records.read(record)) {
            // Which segments were retired must be known before one is made anew.
            case Checked.Good(var event) -> followed.settled().chain(() -> relay.deliver(event));
            case Checked.Bad(var reason) -> records.refuse(record, reason);
        };
    }
}
