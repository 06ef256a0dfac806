package io.segmentrelay.trigger.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

import jakarta.enterprise.context.ApplicationScoped;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.IncomingKafkaRecord;
import io.smallrye.reactive.messaging.kafka.KafkaConnectorIncomingConfiguration;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import io.smallrye.reactive.messaging.kafka.commit.KafkaCommitHandler;
import io.vertx.mutiny.core.Vertx;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.time.Time;
import io.segmentrelay.trigger.kafka.CommitMetadata.Reserved;

/**
 * Commits, at intervals, up to the first record of each partition that is not handed over yet, and tries again what could
 * not be committed. That is where it differs from the connector's own {@code throttled} strategy, which drops a position
 * that could not be committed: while a group rebalances no commit succeeds, and a group rebalances whenever a replica
 * stops, so that requests which were handed over long ago would be repeated. And it says, with each position, what is handed
 * over behind it, and what this replica has reserved of the limits that it shares with the others.
 */
final class HandedOverCommit implements KafkaCommitHandler {

    private static final Logger LOG = Logger.getLogger(HandedOverCommit.class);
    private static final Duration FIRST_RETRY = Duration.ofMillis(50);
    private static final Duration LAST_RETRY = Duration.ofMillis(500);
    /** Of a stop; what is under way then was committed before the channels began to close. */
    private static final Duration AT_CLOSE = Duration.ofMillis(500);
    /** A rebalance or a new leader refuses commits for seconds; longer than this, somebody should know. */
    private static final Duration REFUSED_LONG = Duration.ofSeconds(30);

    private final HandedOverOffsets offsets = new HandedOverOffsets(PolledPositions::of);
    private final CommittedPositions broker;
    private final GroupPart part;
    private final Runnable stopTimer;
    private final AtomicBoolean committing = new AtomicBoolean();
    private final AtomicBoolean again = new AtomicBoolean();
    private final Time time;
    private volatile @Nullable Long refusedSince;
    private volatile boolean positionsOnly;
    private volatile boolean closed;

    /**
     * A strategy for one channel.
     *
     * @param part says what to reserve of the limits
     * @param every is given what to do at intervals, and returns what stops it
     * @param time measures how long nothing could be committed
     */
    HandedOverCommit(CommittedPositions broker, GroupPart part, Function<Runnable, Runnable> every, Time time) {
        this.broker = broker;
        this.part = part;
        this.time = time;
        this.stopTimer = every.apply(this::tick);
    }

    @Override
    public <K, V> Uni<IncomingKafkaRecord<K, V>> received(IncomingKafkaRecord<K, V> record) {
        // No item: the connector goes on to the next record.
        return offsets.taken(partition(record), record.getOffset())
                ? Uni.createFrom().item(record)
                : Uni.createFrom().nullItem();
    }

    @Override
    public <K, V> Uni<Void> handle(IncomingKafkaRecord<K, V> record) {
        offsets.handedOver(partition(record), record.getOffset());
        return Uni.createFrom().voidItem().emitOn(record::runOnMessageContext);
    }

    @Override
    public void partitionsAssigned(Collection<TopicPartition> partitions) {
        try {
            var positions = broker.committed(Set.copyOf(partitions));
            offsets.assigned(partitions, positions);
            part.found(partitions, Optional.of(reserved(positions)));
            if (part.isShared()) { // what is reserved stands beside a position: there must be one
                var without = new HashSet<>(partitions);
                without.removeAll(positions.keySet());
                offsets.begin(broker.begin(without));
            }
        } catch (RuntimeException e) {
            LOG.warnf(
                    "What is handed over behind the committed positions is not known: some records are repeated; reason=%s",
                    e.getMessage());
            offsets.assigned(partitions, Map.of());
            part.found(partitions, Optional.empty());
        }
    }

    private static Map<TopicPartition, Reserved> reserved(Map<TopicPartition, OffsetAndMetadata> positions) {
        var reserved = new HashMap<TopicPartition, Reserved>();
        positions.forEach((partition, position) -> CommitMetadata.of(position.offset(), position.metadata())
                .reserved()
                .ifPresent(written -> reserved.put(partition, written)));
        return reserved;
    }

    @Override
    public void partitionsRevoked(Collection<TopicPartition> partitions) {
        // A broker that is away is not asked for the sake of what is reserved alone.
        var positions = refusedSince == null
                ? offsets.uncommitted(partition -> reserve(partition, partitions.contains(partition)))
                : offsets.uncommitted(offsets::reserved);
        positions.keySet().retainAll(partitions);
        try {
            if (!positions.isEmpty()) {
                broker.commitAtOnce(positions);
            }
        } catch (RuntimeException e) {
            LOG.warnf(
                    "Not committed before its partitions went to another replica, which repeats some records; positions=%s reason=%s",
                    positions, e.getMessage());
        } finally {
            offsets.forget(partitions);
            PolledPositions.forget(partitions);
        }
    }

    @Override
    public void terminate(boolean graceful) {
        closed = true;
        commitWithin(AT_CLOSE);
        stopTimer.run();
    }

    /** Commits all that is handed over, trying again for this long; it says so in the log where that did not succeed. */
    void commitWithin(Duration patience) {
        try {
            Uni.createFrom()
                    .deferred(() -> commit(offsets.uncommitted(offsets::reserved)))
                    .onFailure()
                    .retry()
                    .withBackOff(FIRST_RETRY, LAST_RETRY)
                    .expireIn(patience.toMillis())
                    .await()
                    .atMost(patience);
        } catch (RuntimeException e) {
            LOG.warnf(
                    "Not committed: some records will be repeated; positions=%s reason=%s",
                    offsets.uncommitted(offsets::reserved), e.getCause() == null ? e.getMessage() : e.getCause());
        }
    }

    private void tick() {
        if (committing.compareAndSet(false, true)) {
            send(() -> offsets.uncommitted(partition -> reserve(partition, false)));
        }
    }

    /** More of the limits is to be reserved: that does not wait for the time of the positions, nor does it take them along. */
    void reserveSoon() {
        again.set(true);
        if (!closed && committing.compareAndSet(false, true)) {
            again.set(false);
            send(() -> offsets.reservations(partition -> reserve(partition, false)));
        }
    }

    /** One at a time: a position must not overtake a later one. */
    private void send(Supplier<Map<TopicPartition, OffsetAndMetadata>> positions) {
        Uni.createFrom()
                .deferred(() -> {
                    var some = positions.get();
                    return commit(some).replaceWith(!some.isEmpty());
                })
                .onTermination()
                .invoke(() -> committing.set(false))
                .subscribe()
                .with(
                        taken -> {
                            if (taken) {
                                refusedSince = null;
                            }
                            if (again.get()) {
                                reserveSoon();
                            }
                        },
                        failure -> {
                            refused(failure);
                            time.after(LAST_RETRY).subscribe().with(passed -> reserveSoon());
                        });
    }

    private void refused(Throwable failure) {
        LOG.debugf(failure, "Not committed yet");
        var now = time.nanos();
        var since = refusedSince;
        if (since == null) {
            refusedSince = now;
        } else if (now - since > REFUSED_LONG.toNanos()) {
            refusedSince = now;
            LOG.warnf(
                    "Nothing could be committed for %d s: a crash would repeat what is handed over since; reason=%s",
                    REFUSED_LONG.toSeconds(), failure.getMessage());
        }
    }

    private Uni<Void> commit(Map<TopicPartition, OffsetAndMetadata> positions) {
        return positions.isEmpty()
                ? Uni.createFrom().voidItem()
                : broker.commit(positions)
                        .invoke(() -> committed(positions))
                        .onFailure(OffsetMetadataTooLarge.class)
                        .invoke(this::lessBesidePositions);
    }

    private void committed(Map<TopicPartition, OffsetAndMetadata> positions) {
        offsets.committed(positions);
        reserved(positions).forEach((partition, written) -> part.reserved(partition, written.reservation()));
    }

    private Optional<Reserved> reserve(TopicPartition partition, boolean goes) {
        var reserved = part.reserve(partition, goes);
        if (positionsOnly) {
            reserved.ifPresent(all -> part.reserved(partition, all.reservation()));
            return Optional.empty();
        }
        return reserved;
    }

    private void lessBesidePositions() {
        if (offsets.withoutRanges()) {
            return;
        }
        if (!positionsOnly) {
            positionsOnly = true;
            LOG.warn(
                    "The broker takes nothing beside positions (offset.metadata.max.bytes): whoever takes partitions over does not know"
                            + " what is used of Dynamics' limits. Set relay.dynamics.limits=process, and the limits to a part for each replica");
        }
    }

    private static TopicPartition partition(IncomingKafkaRecord<?, ?> record) {
        return new TopicPartition(record.getTopic(), record.getPartition());
    }

    /** The commit strategy {@code handed-over}: one for each channel. */
    @ApplicationScoped
    @Identifier("handed-over")
    static class Factory implements KafkaCommitHandler.Factory {

        private static final int USUAL_INTERVAL_MS = 1000;

        private final List<HandedOverCommit> all = new CopyOnWriteArrayList<>();
        private final GroupPart part;
        private final Time time;

        Factory(GroupPart part, Vertx vertx, Time time) {
            this.part = part;
            this.time = time;
            part.onMoreNeeded(() -> vertx.setTimer(1, fired -> all.forEach(HandedOverCommit::reserveSoon)));
        }

        @Override
        public KafkaCommitHandler create(
                KafkaConnectorIncomingConfiguration config,
                Vertx vertx,
                KafkaConsumer<?, ?> consumer,
                BiConsumer<Throwable, Boolean> reportFailure) {
            var interval = config.config()
                    .getOptionalValue(ConsumerConfig.AUTO_COMMIT_INTERVAL_MS_CONFIG, Integer.class)
                    .orElse(USUAL_INTERVAL_MS);
            var made = new HandedOverCommit(
                    new CommittedPositions.OfConsumer(consumer),
                    part,
                    tick -> {
                        var timer = vertx.setPeriodic(interval, fired -> tick.run());
                        return () -> vertx.cancelTimer(timer);
                    },
                    time);
            all.add(made);
            return made;
        }

        /** All that a record led to is handed over: for who has let go of its message, and holds its place only. */
        void handedOver(TopicPartition partition, long offset) {
            all.forEach(channel -> channel.offsets.handedOver(partition, offset));
        }

        /**
         * Commits what is handed over, of all channels, before the first one closes: its leaving makes the group rebalance, and
         * nothing can be committed until that is over.
         */
        void commitWithin(Duration patience) {
            var end = time.nanos() + patience.toNanos();
            all.forEach(channel -> channel.commitWithin(Duration.ofNanos(Math.max(1_000_000, end - time.nanos()))));
        }
    }
}
