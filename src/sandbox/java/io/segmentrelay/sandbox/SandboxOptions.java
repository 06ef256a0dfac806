package io.segmentrelay.sandbox;

import io.segmentrelay.sandbox.dynamics.SimulatorSettings;

/**
 * How a {@link Sandbox} is set up.
 *
 * @param kafka the broker
 * @param simulator Dynamics, its port included; an object that may be changed while the simulator runs
 */
public record SandboxOptions(BrokerOptions kafka, SimulatorSettings simulator) {

    /** Any free ports, topics of one partition made on demand, and the simulator's own defaults. */
    public static SandboxOptions defaults() {
        return new SandboxOptions(BrokerOptions.defaults(), new SimulatorSettings());
    }

    /** The same with another broker. */
    public SandboxOptions withKafka(BrokerOptions other) {
        return new SandboxOptions(other, simulator);
    }

    /** The same with the broker on another port; 0 takes any free one. */
    public SandboxOptions withKafkaPort(int port) {
        return withKafka(kafka.withPort(port));
    }

    /** The same with topics of another number of partitions, where they are made on demand. */
    public SandboxOptions withPartitions(int partitions) {
        return withKafka(kafka.withPartitions(partitions));
    }

    /** The same with or without topics made on demand. */
    public SandboxOptions withAutoCreateTopics(boolean autoCreateTopics) {
        return withKafka(kafka.withAutoCreateTopics(autoCreateTopics));
    }

    /** The same with another simulator. */
    public SandboxOptions withSimulator(SimulatorSettings other) {
        return new SandboxOptions(kafka, other);
    }
}
