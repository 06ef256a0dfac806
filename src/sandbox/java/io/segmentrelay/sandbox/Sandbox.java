package io.segmentrelay.sandbox;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

import io.segmentrelay.sandbox.dynamics.DynamicsSimulator;

/** A Kafka broker and a Dynamics simulator in this JVM, on ports of the loopback interface. */
public final class Sandbox implements AutoCloseable {

    private final KafkaBroker kafka;
    private final DynamicsSimulator dynamics;

    private Sandbox(KafkaBroker kafka, DynamicsSimulator dynamics) {
        this.kafka = kafka;
        this.dynamics = dynamics;
    }

    /**
     * Starts both, and returns when they can be used.
     *
     * @throws RuntimeException if one of them does not start, above all because its port is taken; the other one is closed
     */
    public static Sandbox start(SandboxOptions options) {
        var dynamics = DynamicsSimulator.start(options.simulator());
        try {
            return new Sandbox(KafkaBroker.start(options.kafka()), dynamics);
        } catch (RuntimeException e) {
            dynamics.close();
            throw e;
        }
    }

    /** The broker. */
    public KafkaBroker kafka() {
        return kafka;
    }

    /** Dynamics and its token endpoint. */
    public DynamicsSimulator dynamics() {
        return dynamics;
    }

    /** All settings that a relay needs, by the names of environment variables, in their alphabetical order. */
    public Map<String, String> env() {
        var env = new TreeMap<>(dynamics.env());
        env.put("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
        return Collections.unmodifiableMap(env);
    }

    /** Stops both, and deletes their data. */
    @Override
    public void close() {
        try {
            kafka.close();
        } finally {
            dynamics.close();
        }
    }
}
