package io.segmentrelay.sandbox;

import io.segmentrelay.sandbox.dynamics.SimulatorSettings;

/**
 * How a {@link Sandbox} is set up.
 *
 * @param kafka the broker
 * @param simulator Dynamics, its port included; an object that may be changed while the simulator runs
 * @param consolePort where a sandbox that is a process of its own has its console; 0: any free one
 */
public record SandboxOptions(BrokerOptions kafka, SimulatorSettings simulator, int consolePort) {

    /** Of the console, where nothing else is said. */
    public static final int USUAL_CONSOLE_PORT = 8090;

    /** Any free ports, topics of one partition made on demand, and the simulator's own defaults. */
    public static SandboxOptions defaults() {
        return new SandboxOptions(BrokerOptions.defaults(), new SimulatorSettings(), USUAL_CONSOLE_PORT);
    }

    /** The same with another broker. */
    public SandboxOptions withKafka(BrokerOptions other) {
        return new SandboxOptions(other, simulator, consolePort);
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
        return new SandboxOptions(kafka, other, consolePort);
    }

    /** The same with the console on another port; 0 takes any free one. */
    public SandboxOptions withConsolePort(int port) {
        return new SandboxOptions(kafka, simulator, port);
    }
}
