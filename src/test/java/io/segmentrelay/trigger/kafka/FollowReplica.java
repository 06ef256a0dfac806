package io.segmentrelay.trigger.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.cloudevents.CloudEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

import io.segmentrelay.config.RelayConfig.FailedSegments;
import io.segmentrelay.config.RelayConfig.LiveWhen;
import io.segmentrelay.config.RelayConfig.Retire;
import io.segmentrelay.event.EventTypes;
import io.segmentrelay.event.codec.DecodedEvent;
import io.segmentrelay.event.codec.EventCodec;
import io.segmentrelay.event.codec.LifeRules;
import io.segmentrelay.event.wire.Checked;
import io.segmentrelay.event.wire.EventExtensions;
import io.segmentrelay.event.wire.EventSink;
import io.segmentrelay.event.wire.Receipt;
import io.segmentrelay.relay.HeldMembers;
import io.segmentrelay.relay.ObservedProgress;
import io.segmentrelay.relay.Relay;
import io.segmentrelay.relay.RetryingSink;
import io.segmentrelay.relay.Undelivered;
import io.segmentrelay.time.VirtualTime;
import io.segmentrelay.trigger.kafka.FollowWorld.Entry;
import io.segmentrelay.workflow.Backoff;
import io.segmentrelay.workflow.LifeParts;
import io.segmentrelay.workflow.LiveWatch;
import io.segmentrelay.workflow.SegmentWorkflow;

import static org.assertj.core.api.Assertions.assertThat;

/** A process: the relay itself over the model of all that is around it, and what it knows of the topic of follows. */
final class FollowReplica {

    private static final TopicPartition FOLLOWED = new TopicPartition("segment-followed", 0);
    private static final Duration WINDOW = Duration.ofMinutes(4);

    private final FollowWorld world;
    private final int number;
    private final VirtualTime time;
    private final FollowedTable table = new FollowedTable();
    private final FollowedHandOvers handOvers = new FollowedHandOvers();
    private final FollowedMarks marks;
    private final FollowedRecords records;
    private final LivesUnderWay lives = new LivesUnderWay();
    private final EventCodec codec;
    private final EventSink sink;
    private final Relay relay;
    private final Set<Cancellable> underWay = new HashSet<>();
    private long position;
    private boolean takes = true;

    FollowReplica(FollowWorld world, int number) {
        this.world = world;
        this.number = number;
        time = world.time;
        marks = new FollowedMarks(table);
        records = new FollowedRecords(table, marks, handOvers);
        codec = new EventCodec(
                "/segment-relay",
                Duration.ofHours(2),
                new LifeRules(
                        LifeRules.Home.KAFKA,
                        Duration.ofDays(365),
                        world.saga.size().maxSketch(),
                        true));
        var meters = new SimpleMeterRegistry();
        var progress = new ObservedProgress(meters, time);
        var backoff = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(10));
        sink = new RetryingSink(toTheWorld(), time, backoff, () -> 0.5, new Undelivered(meters, time, List.of()));
        var settings = new LiveWatch.Settings(
                Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofMillis(300), LiveWhen.COMPUTED);
        var watch = new LiveWatch(world.server, time, settings);
        var parts = new LifeParts(
                marks, Retire.OWN, FailedSegments.DELETE, world.saga.size().maxSketch());
        var workflow = new SegmentWorkflow(world.server, watch, time, WINDOW, backoff, () -> 0.5, progress, parts);
        var pageSize = world.saga.size().pageSize();
        relay = new Relay(workflow, codec, sink, time, pageSize, HeldMembers.ofTheHeap(pageSize), progress);
        if (world.mutant != FollowWorld.Mutant.NO_FENCE) {
            handOvers.begin();
        }
        table.onLatest((key, state) -> {
            if (!state.isOwn()) {
                lives.newer(key, state.turn());
            }
        });
    }

    private EventSink toTheWorld() {
        return new EventSink() {
            @Override
            public Uni<Void> send(CloudEvent event) {
                var key = String.valueOf(event.getExtension(EventExtensions.PARTITION_KEY));
                if (isLeftOut(event)) {
                    return Uni.createFrom().voidItem();
                }
                return event.getType().equals(EventTypes.FOLLOWED)
                        ? handOvers.counted(key, FollowedRecords.turn(event), () -> write(key, event))
                        : write(key, event);
            }

            private Uni<Void> write(String key, CloudEvent event) {
                return world.handOver(FollowReplica.this, key, Optional.of(event));
            }

            @Override
            public Uni<Void> forget(String key) {
                return world.handOver(FollowReplica.this, key, Optional.empty());
            }
        };
    }

    private boolean isLeftOut(CloudEvent event) {
        return world.mutant == FollowWorld.Mutant.NO_INTENT
                && event.getType().equals(EventTypes.FOLLOWED)
                && FollowWorld.json(event).path("stage").asText().equals("telling");
    }

    int number() {
        return number;
    }

    /** All that is there is read. */
    void caughtUp() {
        table.complete();
    }

    /** Reads the whole topic, in its order, up to this record. */
    void readTo(long offset) {
        for (var record : List.copyOf(world.followed)) {
            if (record.offset >= position && record.offset <= offset) {
                position = record.offset + 1;
                records.take(kafka(record));
            }
        }
        position = Math.max(position, offset + 1);
        table.read(FOLLOWED, position);
    }

    void takeRequest(Entry record) {
        run(record, () -> relay.deliver(read(record)));
    }

    void takeFollowed(Entry record) {
        run(record, () -> table.awaitRead(FOLLOWED, record.offset).chain(() -> live(record)));
    }

    private Uni<Void> live(Entry record) {
        if (!table.isLatest(record.key, FOLLOWED, record.offset)) {
            return Uni.createFrom().voidItem();
        }
        return switch (records.content(kafka(record))) {
            case FollowedContent.State(var key, var turn) ->
                Uni.combine()
                        .any()
                        .of(
                                lives.superseded(key, turn),
                                Uni.createFrom()
                                        .deferred(() -> table.isLatest(key, FOLLOWED, record.offset)
                                                ? relay.deliver(read(record))
                                                : Uni.createFrom().voidItem()));
            case FollowedContent.Marked(var key, var at) ->
                time.after(FollowedMarks.heldFor(key, at, time.now()))
                        .chain(() -> table.isLatest(key, FOLLOWED, record.offset)
                                ? sink.forget(key)
                                : Uni.createFrom().voidItem());
            default -> Uni.createFrom().voidItem();
        };
    }

    private DecodedEvent read(Entry record) {
        var event = codec.decode(
                CloudEventRecords.read(kafka(record)), Receipt.stamped(record.writtenAt.toEpochMilli(), time.now()));
        assertThat(event).isInstanceOf(Checked.Good.class);
        return ((Checked.Good<DecodedEvent>) event).value();
    }

    private ConsumerRecord<byte[], byte[]> kafka(Entry entry) {
        var written = entry.event.map(event -> CloudEventRecords.write(event, entry.topic));
        var value = written.map(record -> record.value()).orElse(null);
        var headers = new RecordHeaders();
        written.ifPresent(record -> record.headers().forEach(headers::add));
        if (entry.writer == number) {
            records.sign(headers);
        }
        return new ConsumerRecord<>(
                entry.topic,
                0,
                entry.offset,
                entry.writtenAt.toEpochMilli(),
                TimestampType.CREATE_TIME,
                -1,
                value == null ? -1 : value.length,
                entry.key.getBytes(StandardCharsets.UTF_8),
                value,
                headers,
                Optional.empty());
    }

    private void run(Entry record, java.util.function.Supplier<Uni<Void>> work) {
        if (!takes) {
            return;
        }
        var slot = new Cancellable[1];
        var ended = new boolean[1];
        slot[0] = Uni.createFrom()
                .deferred(work::get)
                .subscribe()
                .with(
                        done -> {
                            ended[0] = true;
                            underWay.remove(slot[0]);
                            if (world.owns(this)) {
                                record.acknowledged = true;
                            }
                        },
                        failure -> {
                            throw new AssertionError("a delivery must not fail", failure);
                        });
        if (!ended[0]) {
            underWay.add(slot[0]);
        }
    }

    void drain() {
        takes = false;
        relay.drain();
    }

    /** It is about to be killed: what comes does not come to it any more. */
    void freeze() {
        takes = false;
    }

    void kill() {
        takes = false;
        List.copyOf(underWay).forEach(Cancellable::cancel);
        underWay.clear();
    }
}
