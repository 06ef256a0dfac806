package io.segmentrelay.sandbox;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

/**
 * A real Kafka broker in this JVM, on a log folder of its own that is deleted at the end. It is broker and controller in one.
 * It can be stopped and started again with all its data, for tests of outages.
 */
public final class KafkaBroker implements AutoCloseable {

    private static final int NODE = 1;
    private static final String CONTROLLER = "CONTROLLER";

    /** Kept, since a logger that nobody holds forgets its level. The broker tells hundreds of lines at each start. */
    private static final List<Logger> QUIET = Stream.of("kafka", "org.apache.kafka", "state.change.logger")
            .map(Logger::getLogger)
            .toList();

    /** Says at the level of an error that this machine has other things to do; the broker waits, and goes on. */
    private static final Logger HEARTBEATS = Logger.getLogger("org.apache.kafka.controller.ReplicationControlManager");

    static {
        QUIET.forEach(logger -> logger.setLevel(Level.SEVERE));
        HEARTBEATS.setFilter(entry -> !entry.getMessage().contains("controller event queue overloaded"));
    }

    /** Between the choice of a free port and its use, another process may take it. */
    private static final int ATTEMPTS = 5;

    private final TempFolder folder;
    private final Properties properties;
    private final int port;
    private final int passwordPort;
    private final int certificatePort;
    private @Nullable KafkaRaftServer server;
    private boolean closed;

    private KafkaBroker(TempFolder folder, BrokerOptions options, int port) {
        this.folder = folder;
        this.port = port;
        this.passwordPort = Ports.free();
        this.certificatePort = Ports.free();
        this.properties = properties(options, port, folder.path());
        options.logins().ifPresent(this::addLogins);
    }

    /**
     * Starts one, and returns when clients can use it.
     *
     * @throws IllegalStateException if it does not start, above all because the port is taken
     */
    public static KafkaBroker start(BrokerOptions options) {
        for (var attempt = 1; ; attempt++) {
            var broker = create(options);
            try {
                broker.restart();
                options.logins().ifPresent(broker::addScramUsers);
                return broker;
            } catch (IllegalStateException e) {
                broker.close();
                if (options.port() != 0 || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Where clients connect, as {@code host:port}; the same after a restart. */
    public String bootstrapServers() {
        return "localhost:" + port;
    }

    /** The same for users with a password, over TLS; nobody listens there without {@link BrokerOptions#logins}. */
    public String passwordBootstrapServers() {
        return "localhost:" + passwordPort;
    }

    /** The same for clients with a certificate. */
    public String certificateBootstrapServers() {
        return "localhost:" + certificatePort;
    }

    /** Stops it as an outage does: clients find nobody there. Its data stay. Does nothing if it is stopped. */
    public synchronized void stop() {
        if (server != null) {
            server.shutdown();
            server.awaitShutdown();
            server = null;
        }
    }

    /**
     * Starts it again, on the same port and with the same data. Does nothing if it runs.
     *
     * @throws IllegalStateException if it does not start, or has been closed
     */
    public synchronized void restart() {
        if (closed) {
            throw new IllegalStateException("the broker is closed, and its data deleted");
        }
        if (server != null) {
            return;
        }
        if (!Ports.isFree(port)) { // Kafka would say so in three stack traces
            throw new IllegalStateException(
                    "no Kafka broker on port %d: it is taken by another process".formatted(port));
        }
        var starting = new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
        try {
            starting.startup();
        } catch (Exception e) { // Scala declares none: it may be any, with the one of the socket as its cause
            starting.shutdown();
            throw new IllegalStateException("no Kafka broker on port %d: %s".formatted(port, e.getMessage()), e);
        }
        server = starting;
    }

    /** Stops it for good, and deletes its data. */
    @Override
    public synchronized void close() {
        stop();
        closed = true;
        folder.close();
    }

    private static KafkaBroker create(BrokerOptions options) {
        var folder = TempFolder.create("segment-relay-kafka-");
        var port = options.port() == 0 ? Ports.free() : options.port();
        var broker = new KafkaBroker(folder, options, port);
        format(folder.path());
        return broker;
    }

    private static void format(Path logFolder) {
        try (var silent = new PrintStream(OutputStream.nullOutputStream(), false, UTF_8)) {
            new Formatter()
                    .setPrintStream(silent)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setNodeId(NODE)
                    .setControllerListenerName(CONTROLLER)
                    .addDirectory(logFolder.toString())
                    .setMetadataLogDirectory(logFolder.toString())
                    .run();
        } catch (Exception e) {
            throw new IllegalStateException("the folder %s cannot be formatted for Kafka".formatted(logFolder), e);
        }
    }

    private static Properties properties(BrokerOptions options, int port, Path logFolder) {
        var controllerPort = Ports.free();
        var properties = new Properties();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", Integer.toString(NODE));
        properties.put("log.dirs", logFolder.toString());
        properties.put(
                "listeners", "PLAINTEXT://localhost:%d,CONTROLLER://localhost:%d".formatted(port, controllerPort));
        properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.put("controller.listener.names", CONTROLLER);
        properties.put("controller.quorum.voters", "%d@localhost:%d".formatted(NODE, controllerPort));
        properties.put("auto.create.topics.enable", Boolean.toString(options.autoCreateTopics()));
        properties.put("num.partitions", Integer.toString(options.partitions()));
        // One node holds everything, internal topics too.
        properties.put("offsets.topic.replication.factor", "1");
        properties.put("offsets.topic.num.partitions", "1");
        properties.put("transaction.state.log.replication.factor", "1");
        properties.put("transaction.state.log.min.isr", "1");
        properties.put("transaction.state.log.num.partitions", "1");
        properties.put("share.coordinator.state.topic.replication.factor", "1");
        properties.put("share.coordinator.state.topic.min.isr", "1");
        properties.put("share.coordinator.state.topic.num.partitions", "1");
        // Quick to start, to form groups, to notice a dead consumer where that is asked for, and to stop; small in
        // memory.
        properties.put("group.initial.rebalance.delay.ms", "0");
        properties.put("group.min.session.timeout.ms", "1000");
        properties.put("broker.heartbeat.interval.ms", "200");
        properties.put("log.cleaner.backoff.ms", "500");
        properties.put("log.cleaner.dedupe.buffer.size", Integer.toString(2 * 1024 * 1024));
        properties.put("log.index.size.max.bytes", Integer.toString(1024 * 1024));
        return properties;
    }

    private void addLogins(BrokerLogins logins) {
        properties.merge(
                "listeners",
                ",PASSWORD://localhost:%d,CERTIFICATE://localhost:%d".formatted(passwordPort, certificatePort),
                (those, these) -> those.toString() + these);
        properties.merge(
                "listener.security.protocol.map",
                ",PASSWORD:SASL_SSL,CERTIFICATE:SSL",
                (those, these) -> those.toString() + these);
        properties.put("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-512");
        properties.put(
                "listener.name.password.plain.sasl.jaas.config",
                logins.passwords().entrySet().stream()
                        .map(user -> " user_%s=\"%s\"".formatted(user.getKey(), user.getValue()))
                        .collect(joining("", "org.apache.kafka.common.security.plain.PlainLoginModule required", ";")));
        properties.put(
                "listener.name.password.scram-sha-512.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;");
        properties.put("listener.name.certificate.ssl.client.auth", "required");
        properties.put("ssl.keystore.type", "PKCS12");
        properties.put("ssl.keystore.location", logins.keyStore().toString());
        properties.put("ssl.keystore.password", logins.keyStorePassword());
        properties.put("ssl.key.password", logins.keyStorePassword());
        properties.put("ssl.truststore.type", "PEM");
        properties.put("ssl.truststore.location", logins.authority().toString());
    }

    /** Kept by the broker itself, which asks nobody else. */
    private void addScramUsers(BrokerLogins logins) {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
            admin.alterUserScramCredentials(logins.passwords().entrySet().stream()
                            .<UserScramCredentialAlteration>map(user -> new UserScramCredentialUpsertion(
                                    user.getKey(),
                                    new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096),
                                    user.getValue()))
                            .toList())
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("no users", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
