package io.segmentrelay.trigger.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.time.Durations;
import io.segmentrelay.time.Time;

/**
 * Reads the whole topic {@code segment-followed}, all of its partitions and not only those that the group has given to this
 * replica, and goes on reading: into {@link FollowedTable} and {@link FollowedMarks}. On a thread of its own, which begins after
 * the start. Where the topic is not there, or must not be read, it looks again from time to time, and nobody waits for it.
 */
@ApplicationScoped
class FollowedTopicReader {

    private static final Logger LOG = Logger.getLogger(FollowedTopicReader.class);

    private static final String CHANNEL = "segment-followed";

    /** What is set for the channel, but not for who reads the whole topic. */
    private static final List<String> NOT_OF_A_READER = List.of(
            ConsumerConfig.GROUP_ID_CONFIG,
            ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
            ConsumerConfig.GROUP_PROTOCOL_CONFIG,
            ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG,
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG);

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** How soon more partitions are noticed. The client itself asks as often as {@code metadata.max.age.ms} says. */
    private static final Duration PARTITIONS_AGE = Duration.ofSeconds(10);
    /** A topic that is not there may be made by the first event. */
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(3);
    /** What must not be read needs somebody to change something. */
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(2);

    private final KafkaClientSettings settings;
    private final FollowedRecords records;
    private final FollowedTable table;
    private final Time time;
    private final String topic;
    private final Queue<UniEmitter<? super Void>> asked = new ConcurrentLinkedQueue<>();
    private final List<Barrier> barriers = new ArrayList<>();
    private final CompletableFuture<Void> readable = new CompletableFuture<>();
    private final CompletableFuture<Void> settled = new CompletableFuture<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile @Nullable Consumer<byte[], byte[]> consumer;
    private List<TopicPartition> partitions = List.of();
    private long partitionsAt;
    private Duration pause = FIRST_PAUSE;
    private boolean told;

    /**
     * A point that is waited for.
     *
     * @param ends of the partitions, as they were when it was asked for
     */
    private record Barrier(Map<TopicPartition, Long> ends, List<UniEmitter<? super Void>> emitters) {}

    FollowedTopicReader(
            KafkaClientSettings settings, FollowedRecords records, FollowedTable table, Time time, Config config) {
        this.settings = settings;
        this.records = records;
        this.table = table;
        this.time = time;
        this.topic = config.getOptionalValue("mp.messaging.incoming.%s.topic".formatted(CHANNEL), String.class)
                .orElse(CHANNEL);
    }

    /** Begins to read, in the background. */
    void start() {
        var unused =
                Thread.ofPlatform().daemon().name("segment-followed-reader").start(this::run);
    }

    /** Instead of {@link #start}. */
    void doWithout() {
        settled.complete(null);
    }

    @PreDestroy
    void stop() {
        stopped.countDown();
        wake();
    }

    /** Completes when all is read that was in the topic when this was asked for; while it cannot be read, not at all. */
    Uni<Void> caughtUp() {
        return Uni.createFrom().emitter(emitter -> {
            asked.add(emitter);
            wake();
        });
    }

    /** Completes when all is read that was in the topic at first: there is one, and it can be read. */
    Uni<Void> readable() {
        return Uni.createFrom().completionStage(readable::copy);
    }

    /** The same, or that it cannot be read now: what it may say is not waited for then. */
    Uni<Void> settled() {
        return Uni.createFrom().completionStage(settled::copy);
    }

    private void wake() {
        var reading = consumer;
        if (reading != null) {
            reading.wakeup();
        }
    }

    private void run() {
        try (var reading = consumer()) {
            consumer = reading;
            while (stopped.getCount() > 0) {
                step(reading);
            }
        } catch (InterruptedException | InterruptException e) {
            LOG.debug("Interrupted", e);
        } catch (RuntimeException e) {
            LOG.error("The follows' topic is read no more: restart the process", e);
        } finally {
            settled.complete(null);
        }
    }

    private void step(Consumer<byte[], byte[]> reading) throws InterruptedException {
        try {
            assign(reading);
            if (partitions.isEmpty()) {
                rest("there is no such topic", FIRST_PAUSE);
                return;
            }
            if (!asked.isEmpty() || (barriers.isEmpty() && !readable.isDone())) {
                begin(reading);
            }
            reading.poll(POLL).forEach(records::take);
            var read = new HashMap<TopicPartition, Long>();
            partitions.forEach(partition -> read.put(partition, reading.position(partition, PATIENCE)));
            read.forEach(table::read);
            end(read);
            pause = FIRST_PAUSE;
        } catch (WakeupException e) {
            LOG.trace("Somebody asks, or it is over", e);
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            rest(String.valueOf(e.getMessage()), pause);
            pause = Durations.min(pause.multipliedBy(2), LONGEST_PAUSE);
        }
    }

    /** All partitions that there are, each from its begin. */
    private void assign(Consumer<byte[], byte[]> reading) {
        var now = time.nanos();
        if (!partitions.isEmpty() && now - partitionsAt < PARTITIONS_AGE.toNanos()) {
            return;
        }
        partitionsAt = now;
        var there = reading.partitionsFor(topic, PATIENCE).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        if (there.size() > partitions.size()) {
            reading.assign(there);
            partitions = there;
        }
    }

    private void begin(Consumer<byte[], byte[]> reading) {
        var ends = reading.endOffsets(partitions, PATIENCE);
        var emitters = new ArrayList<UniEmitter<? super Void>>();
        for (var next = asked.poll(); next != null; next = asked.poll()) {
            emitters.add(next);
        }
        barriers.add(new Barrier(ends, emitters));
    }

    private void end(Map<TopicPartition, Long> read) {
        var reached = barriers.stream()
                .filter(barrier -> barrier.ends().entrySet().stream()
                        .allMatch(end -> read.getOrDefault(end.getKey(), 0L) >= end.getValue()))
                .toList();
        if (reached.isEmpty()) {
            return;
        }
        barriers.removeAll(reached);
        if (!readable.isDone()) {
            table.complete();
            LOG.infof("The topic %s is read, with %d keys that live", topic, table.size());
        }
        readable.complete(null);
        settled.complete(null);
        reached.forEach(barrier -> barrier.emitters().forEach(emitter -> emitter.complete(null)));
    }

    /** Who follows nothing needs no such topic: no error, and not again and again. */
    private void rest(String reason, Duration howLong) throws InterruptedException {
        if (!told) {
            told = true;
            LOG.infof("The topic %s cannot be read (%s): until it can, no segment is followed here", topic, reason);
        } else {
            LOG.debugf("The topic %s cannot be read (%s)", topic, reason);
        }
        settled.complete(null);
        stopped.await(howLong.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Consumer<byte[], byte[]> consumer() {
        var own = settings.ofIncoming(CHANNEL, ConsumerConfig.configNames());
        own.keySet().removeAll(NOT_OF_A_READER);
        own.put(ConsumerConfig.CLIENT_ID_CONFIG, "segment-relay-followed");
        own.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        // To be made by the first event that is written to it, if ever.
        own.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        return new KafkaConsumer<>(own, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
