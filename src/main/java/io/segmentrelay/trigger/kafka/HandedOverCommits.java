package io.segmentrelay.trigger.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

import jakarta.enterprise.context.ApplicationScoped;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.KafkaConnectorIncomingConfiguration;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import io.smallrye.reactive.messaging.kafka.commit.KafkaCommitHandler;
import io.vertx.mutiny.core.Vertx;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** The commit strategy {@code handed-over}, see {@link HandedOverCommit}: one for each channel. */
@ApplicationScoped
@Identifier("handed-over")
public class HandedOverCommits implements KafkaCommitHandler.Factory {

    private static final int USUAL_INTERVAL_MS = 1000;

    /** A broker that is away must not hold up a rebalance, or a stop. */
    private static final Duration IN_REBALANCE = Duration.ofSeconds(1);

    private final List<HandedOverCommit> all = new CopyOnWriteArrayList<>();

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
                consumer::commit,
                positions -> consumer.unwrap().commitSync(positions, IN_REBALANCE),
                partitions -> committed(consumer, partitions),
                tick -> {
                    var timer = vertx.setPeriodic(interval, time -> tick.run());
                    return () -> vertx.cancelTimer(timer);
                });
        all.add(made);
        return made;
    }

    private static Map<TopicPartition, OffsetAndMetadata> committed(
            KafkaConsumer<?, ?> consumer, Set<TopicPartition> partitions) {
        var positions = new HashMap<>(consumer.unwrap().committed(partitions, IN_REBALANCE));
        positions.values().removeIf(Objects::isNull); // never committed
        return positions;
    }

    /**
     * Commits what is handed over, of all channels, before the first one closes: its leaving makes the group rebalance, and
     * nothing can be committed until that is over.
     */
    void commitWithin(Duration patience) {
        var end = System.nanoTime() + patience.toNanos();
        all.forEach(channel -> channel.commitWithin(Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime()))));
    }
}
