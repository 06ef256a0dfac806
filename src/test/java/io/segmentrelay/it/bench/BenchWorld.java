package io.segmentrelay.it.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

import io.segmentrelay.it.AotCache;
import io.segmentrelay.it.RelayProcess;
import io.segmentrelay.sandbox.Sandbox;
import io.segmentrelay.sandbox.SandboxOptions;
import io.segmentrelay.sandbox.dynamics.DynamicsSimulator;
import io.segmentrelay.sandbox.dynamics.SimulatorSettings;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A broker and a simulator, what drives them, and what is measured beside them as a process of its own. Answers are counted and dated as
 * they come, not looked into.
 */
final class BenchWorld implements AutoCloseable {

    static final int PARTITIONS = 3;
    static final Duration PATIENCE = Duration.ofMinutes(20);

    private static final List<String> TOPICS = List.of(
            "segment-requests",
            "segment-pending",
            "segment-ready",
            "segment-failed",
            "segment-dead-letters",
            "segment-followed");
    private static final int UNLIMITED = 1_000_000;
    private static final List<String> RELAY_JVM = List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError");

    /** An answer: its key, its size, and when it came. */
    record Arrival(String request, int bytes, long nanos, long writtenMillis) {}

    /** What is measured. */
    interface Contender extends AutoCloseable {
        long pid();

        boolean isAlive();

        @Override
        void close();

        default Duration cpu() {
            return Bench.cpu(pid());
        }
    }

    private final Sandbox sandbox;
    private final KafkaProducer<String, byte[]> producer;
    private final List<Arrival> arrivals = Collections.synchronizedList(new ArrayList<>());
    private final Thread reader;
    private final List<Contender> contenders = new ArrayList<>();
    private volatile boolean closed;

    BenchWorld(SimulatorSettings simulator) {
        simulator.segmentLimits(Integer.MAX_VALUE, Integer.MAX_VALUE);
        sandbox = Sandbox.start(SandboxOptions.defaults().withSimulator(simulator));
        var kafka = sandbox.kafka().bootstrapServers();
        try (var admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
            admin.createTopics(TOPICS.stream()
                            .map(topic -> new NewTopic(topic, PARTITIONS, (short) 1))
                            .toList())
                    .all()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        }
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka, "linger.ms", 5), new StringSerializer(), new ByteArraySerializer());
        reader = Thread.ofPlatform().daemon().name("arrivals").start(() -> read(kafka));
    }

    /** A server without limits, whose calls take this long, and whose segments are live and computed at once. */
    static SimulatorSettings quick(Duration serviceTime) {
        return new SimulatorSettings()
                .serviceTime(serviceTime)
                .goLiveAfter(Duration.ZERO)
                .computeAfter(Duration.ZERO)
                .requestsPer5Minutes(UNLIMITED);
    }

    DynamicsSimulator dynamics() {
        return sandbox.dynamics();
    }

    Map<String, String> env() {
        return sandbox.env();
    }

    /** A relay with its own defaults, but for the limits, which are the server's here. */
    RelayContender relay(Map<String, String> more, String... jvm) {
        var settings = new HashMap<>(sandbox.env());
        settings.put("RELAY_DYNAMICS_REQUESTS_PER_5_MINUTES", Integer.toString(UNLIMITED));
        settings.putAll(more);
        var relay = new RelayContender(
                RelayProcess.start(settings, jvm.length == 0 ? RELAY_JVM.toArray(String[]::new) : jvm));
        contenders.add(relay);
        return relay;
    }

    /** Records the AOT cache of the package, with a broker and a simulator of its own. */
    static void recordCache() {
        try (var apart = Sandbox.start(SandboxOptions.defaults())) {
            AotCache.record(apart.env());
        }
    }

    /** As the container image starts it: with the AOT cache, which was recorded before. */
    RelayContender cachedRelay() {
        var settings = new HashMap<>(sandbox.env());
        settings.put("RELAY_DYNAMICS_REQUESTS_PER_5_MINUTES", Integer.toString(UNLIMITED));
        var relay = new RelayContender(
                RelayProcess.startIn(AotCache.PACKAGE, settings, AotCache.strictly(AotCache.CONTAINER)));
        contenders.add(relay);
        return relay;
    }

    /** A relay as a contender. */
    record RelayContender(RelayProcess process) implements Contender {
        @Override
        public long pid() {
            return process.pid();
        }

        @Override
        public boolean isAlive() {
            return process.isAlive();
        }

        @Override
        public void close() {
            process.close();
        }
    }

    /** The usual design, ready. */
    Contender usual(String heap) {
        try {
            var log = Files.createTempFile(Path.of("target"), "usual-", ".log");
            var builder = new ProcessBuilder(
                            Bench.java(),
                            heap,
                            "-XX:+ExitOnOutOfMemoryError",
                            "-cp",
                            System.getProperty("java.class.path"),
                            UsualDesign.class.getName(),
                            Integer.toString(PARTITIONS))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment().putAll(sandbox.env());
            var process = builder.start();
            var usual = new UsualContender(process);
            contenders.add(usual);
            await("the usual design, see " + log)
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> Files.readString(log)
                                    .lines()
                                    .filter(UsualDesign.READY::equals)
                                    .count()
                            == PARTITIONS);
            return usual;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record UsualContender(Process process) implements Contender {
        @Override
        public long pid() {
            return process.pid();
        }

        @Override
        public boolean isAlive() {
            return process.isAlive();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    /** Asks for a segment without members. */
    void submit(String name) {
        var record = new ProducerRecord<>(
                "segment-requests",
                name,
                "{\"displayName\":\"%s\",\"query\":\"PROFILE(contact).FILTER(address1_county == 'No such')\"}"
                        .formatted(name)
                        .getBytes(UTF_8));
        Map.of(
                        "ce_specversion", "1.0",
                        "ce_id", name,
                        "ce_source", "/bench",
                        "ce_type", "io.segmentrelay.segment.requested.v1",
                        "content-type", "application/json")
                .forEach((header, value) -> record.headers().add(header, value.getBytes(UTF_8)));
        var unused = producer.send(record);
    }

    /** Answers that have come, in their order. */
    List<Arrival> arrivals() {
        synchronized (arrivals) {
            return List.copyOf(arrivals);
        }
    }

    /** Waits until so many answers have come; ends at once where what should write them has died. */
    void awaitArrivals(int count, Contender from) {
        await(count + " answers")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> arrivals.size() >= count || !from.isAlive());
        assertThat(arrivals.size()).as("answers of a process that has died").isGreaterThanOrEqualTo(count);
    }

    private void read(String kafka) {
        try (var consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        kafka,
                        "group.id",
                        "bench-" + UUID.randomUUID(),
                        "auto.offset.reset",
                        "earliest",
                        "enable.auto.commit",
                        "false"),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.subscribe(List.of("segment-ready", "segment-failed"));
            while (!closed) {
                for (var record : consumer.poll(Duration.ofMillis(50))) {
                    assertThat(record.topic()).isEqualTo("segment-ready");
                    arrivals.add(new Arrival(
                            String.valueOf(record.key()),
                            record.value().length,
                            System.nanoTime(),
                            record.timestamp()));
                }
            }
        }
    }

    /** Ends what is measured. */
    void stop() {
        contenders.forEach(Contender::close);
        contenders.clear();
    }

    @Override
    public void close() {
        stop();
        closed = true;
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close(Duration.ofSeconds(1));
        sandbox.close();
    }
}
