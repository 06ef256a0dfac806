package io.segmentrelay.trigger.kafka;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import jakarta.enterprise.context.ApplicationScoped;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

import io.segmentrelay.config.RelayConfig;
import io.segmentrelay.config.SinkSettings;
import io.segmentrelay.event.wire.Checked;
import io.segmentrelay.event.wire.EventSink;
import io.segmentrelay.relay.InFlight;
import io.segmentrelay.relay.Relay;
import io.segmentrelay.relay.Trigger;
import io.segmentrelay.time.Time;

/**
 * Lives what lies in {@code segment-followed}: follows, and segments that are kept for a time. Of each key the latest record is
 * lived, and stays unacknowledged until the next one is handed over, or the key has ended. Its room is apart from that of the
 * requests, which never wait for it; the records' bytes are let go of when they are read, since a follow waits for weeks.
 *
 * <pre>
 * record ─► what was written before is known ─┬─ state ─► Relay ──────────────────────────────► acknowledge
 *                                             ├─ mark ──► its time is over ─► tombstone ──────► acknowledge
 *                                             ├─ no event for the relay ────► DeadLetters ────► acknowledge
 *                                             └─ stale, or superseded meanwhile ──────────────► acknowledge
 * </pre>
 */
@ApplicationScoped
public class FollowedTrigger implements Trigger {

    private static final Logger LOG = Logger.getLogger(FollowedTrigger.class);

    private final Relay relay;
    private final EventSink sink;
    private final RecordReader records;
    private final FollowedTopic topic;
    private final PartitionTasks tasks;
    private final HandedOverCommit.Factory commits;
    private final InFlight room;
    private final Time time;
    private final boolean enabled;
    private final Multi<Message<byte[]>> followed;
    private final LivesUnderWay lives = new LivesUnderWay();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private volatile boolean ended;

    FollowedTrigger(
            Relay relay,
            EventSink sink,
            RecordReader records,
            FollowedTopic topic,
            @Identifier("relay") PartitionTasks tasks,
            @Identifier("handed-over") HandedOverCommit.Factory commits,
            @Identifier("followed") InFlight room,
            Time time,
            RelayConfig config,
            SinkSettings sinkSettings,
            @Channel("segment-followed") Multi<Message<byte[]>> followed) {
        this.relay = relay;
        this.sink = sink;
        this.records = records;
        this.topic = topic;
        this.tasks = tasks;
        this.commits = commits;
        this.room = room;
        this.time = time;
        // Where answers go elsewhere, nothing is followed: others of the group do that.
        this.enabled = config.kafka().enabled() && sinkSettings.rawUrl().isEmpty();
        this.followed = followed;
    }

    /** Looks for the topic, in the background, and joins the group for it where there is one. */
    @Override
    public void start() {
        if (!enabled) {
            topic.doWithout();
            return;
        }
        topic.onOthers(lives::newer);
        topic.begin()
                .subscribe()
                .with(
                        found -> unread().subscribe().withSubscriber(intake()),
                        failure -> LOG.error("Nothing is followed: restart the process", failure));
    }

    /** Takes no further record, and lets go of those that wait to be lived. */
    @Override
    public void stop() {
        stopped.complete(null);
    }

    /** None is taken before it can be lived: thousands would be held twice, as they were written and as what is read of them. */
    private Multi<Message<byte[]>> unread() {
        return followed.onItem()
                .transformToUniAndConcatenate(
                        message -> topic.known(FollowedRecords.partition(RecordReader.record(message)))
                                .replaceWith(message));
    }

    /** Whether the channel has ended while it should not: nothing more will be read. */
    boolean hasEnded() {
        return ended && !stopped.isDone();
    }

    private KafkaIntake<Message<byte[]>> intake() {
        return new KafkaIntake<>(
                room,
                message -> InFlight.weight(RecordReader.record(message).serializedValueSize()),
                this::take,
                () -> !stopped.isDone(),
                () -> ended = true);
    }

    private void take(Message<byte[]> message, Runnable left) {
        var record = RecordReader.record(message);
        var partition = FollowedRecords.partition(record);
        var offset = record.offset();
        var held = new AtomicReference<>(record);
        Uni<Boolean> known = topic.known(partition, offset).replaceWith(true);
        // A copy: who waits no longer cancels what it waited for.
        Uni<Boolean> stop = Uni.createFrom().completionStage(stopped::copy).replaceWith(false);
        tasks.run(
                partition,
                Uni.combine()
                        .any()
                        .of(known, stop)
                        .emitOn(Infrastructure.getDefaultExecutor())
                        .chain(live -> live ? live(held.getAndSet(null), left) : leave(left))
                        .invoke(() -> commits.handedOver(partition, offset))
                        .onFailure()
                        .invoke(failure -> LOG.errorf(
                                failure,
                                "Not acknowledged, and lived again after a restart: %s@%d",
                                partition,
                                offset)),
                left);
    }

    private Uni<Void> live(ConsumerRecord<byte[], byte[]> record, Runnable left) {
        return switch (topic.latest(record)) {
            case FollowedContent.State(var key, var turn) -> live(record, key, turn);
            case FollowedContent.Marked mark -> hold(mark, FollowedRecords.partition(record), record.offset(), left);
            case FollowedContent.Unknown unknown -> live(record, "", Long.MAX_VALUE);
            case FollowedContent.Stale stale -> Uni.createFrom().voidItem();
            case FollowedContent.Tombstone tombstone -> Uni.createFrom().voidItem();
        };
    }

    private Uni<Void> live(ConsumerRecord<byte[], byte[]> record, String key, long turn) {
        var partition = FollowedRecords.partition(record);
        var offset = record.offset();
        return switch (records.readOwn(record)) {
            case Checked.Good(var event) ->
                // Looked at once more when a later one would be heard of: one may have come in between.
                Uni.combine()
                        .any()
                        .of(
                                lives.superseded(key, turn),
                                Uni.createFrom()
                                        .deferred(() -> key.isEmpty() || topic.isLatest(key, partition, offset)
                                                ? relay.deliver(event)
                                                : Uni.createFrom().voidItem()));
            case Checked.Bad(var reason) -> records.refuse(record, reason);
        };
    }

    /** It takes no room: all that is kept of it is its place, and what {@link FollowedMarks} knows. */
    private Uni<Void> hold(FollowedContent.Marked mark, TopicPartition partition, long offset, Runnable left) {
        left.run();
        return time.after(FollowedMarks.heldFor(mark.key(), mark.at(), time.now()))
                .chain(() -> topic.isLatest(mark.key(), partition, offset)
                        ? sink.forget(mark.key())
                        : Uni.createFrom().voidItem());
    }

    /** Not acknowledged: whoever has the partition next reads it again. */
    private static Uni<Void> leave(Runnable left) {
        left.run();
        return Uni.createFrom().nothing();
    }
}
