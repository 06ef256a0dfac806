package io.segmentrelay.trigger.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.IncomingKafkaRecord;
import io.smallrye.reactive.messaging.kafka.commit.KafkaCommitHandler;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Commits, at intervals, up to the first record of each partition that is not handed over yet, and tries again what could
 * not be committed. That is where it differs from the connector's own {@code throttled} strategy, which drops a position
 * that could not be committed: while a group rebalances no commit succeeds, and a group rebalances whenever a replica
 * stops, so that requests which were handed over long ago would be repeated.
 */
final class HandedOverCommit implements KafkaCommitHandler {

    private static final Logger LOG = Logger.getLogger(HandedOverCommit.class);
    private static final Duration FIRST_RETRY = Duration.ofMillis(50);
    private static final Duration LAST_RETRY = Duration.ofMillis(500);
    /** Of a stop; what is under way then was committed before the channels began to close. */
    private static final Duration AT_CLOSE = Duration.ofMillis(500);

    private final HandedOverOffsets offsets = new HandedOverOffsets();
    private final Function<Map<TopicPartition, OffsetAndMetadata>, Uni<Void>> commit;
    private final Consumer<Map<TopicPartition, OffsetAndMetadata>> commitAtOnce;
    private final Runnable stopTimer;
    private final AtomicBoolean committing = new AtomicBoolean();

    /**
     * A strategy for one channel.
     *
     * @param commit sends positions to the broker
     * @param commitAtOnce the same on the thread that polls, on which it is called
     * @param every is given what to do at intervals, and returns what stops it
     */
    HandedOverCommit(
            Function<Map<TopicPartition, OffsetAndMetadata>, Uni<Void>> commit,
            Consumer<Map<TopicPartition, OffsetAndMetadata>> commitAtOnce,
            Function<Runnable, Runnable> every) {
        this.commit = commit;
        this.commitAtOnce = commitAtOnce;
        this.stopTimer = every.apply(this::tick);
    }

    @Override
    public <K, V> Uni<IncomingKafkaRecord<K, V>> received(IncomingKafkaRecord<K, V> record) {
        offsets.taken(partition(record), record.getOffset());
        return Uni.createFrom().item(record);
    }

    @Override
    public <K, V> Uni<Void> handle(IncomingKafkaRecord<K, V> record) {
        offsets.handedOver(partition(record), record.getOffset());
        return Uni.createFrom().voidItem().emitOn(record::runOnMessageContext);
    }

    @Override
    public void partitionsRevoked(Collection<TopicPartition> partitions) {
        var positions = offsets.uncommitted();
        positions.keySet().retainAll(partitions);
        try {
            if (!positions.isEmpty()) {
                commitAtOnce.accept(positions);
            }
        } catch (RuntimeException e) {
            LOG.warnf(
                    "Not committed before its partitions went to another replica, which repeats some records; positions=%s reason=%s",
                    positions, e.getMessage());
        } finally {
            offsets.forget(partitions);
        }
    }

    @Override
    public void terminate(boolean graceful) {
        commitWithin(AT_CLOSE);
        stopTimer.run();
    }

    /** Commits all that is handed over, trying again for this long; it says so in the log where that did not succeed. */
    void commitWithin(Duration patience) {
        try {
            Uni.createFrom()
                    .deferred(this::commitNow)
                    .onFailure()
                    .retry()
                    .withBackOff(FIRST_RETRY, LAST_RETRY)
                    .expireIn(patience.toMillis())
                    .await()
                    .atMost(patience);
        } catch (RuntimeException e) {
            LOG.warnf(
                    "Not committed: some records will be repeated; positions=%s reason=%s",
                    offsets.uncommitted(), e.getCause() == null ? e.getMessage() : e.getCause());
        }
    }

    private void tick() {
        if (committing.compareAndSet(false, true)) {
            commitNow()
                    .onTermination()
                    .invoke(() -> committing.set(false))
                    .subscribe()
                    .with(done -> {}, failure -> LOG.debugf(failure, "Not committed yet"));
        }
    }

    private Uni<Void> commitNow() {
        var positions = offsets.uncommitted();
        return positions.isEmpty()
                ? Uni.createFrom().voidItem()
                : commit.apply(positions).invoke(() -> offsets.committed(positions));
    }

    private static TopicPartition partition(IncomingKafkaRecord<?, ?> record) {
        return new TopicPartition(record.getTopic(), record.getPartition());
    }
}
