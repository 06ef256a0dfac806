package io.segmentrelay.sandbox.dynamics;

import java.util.Map;
import java.util.UUID;

/** Dynamics and the token endpoint, on one port of the loopback interface. */
public final class DynamicsSimulator implements AutoCloseable {

    private final SimulatorSettings settings;
    private final Names names = new Names();
    private final Faults faults = new Faults();
    private final RequestLog log = new RequestLog(names);
    private final int port;

    private DynamicsSimulator(SimulatorSettings settings) {
        this.settings = settings;
        this.port = settings.port();
    }

    /** Starts to listen. */
    public static DynamicsSimulator start(SimulatorSettings settings) {
        return new DynamicsSimulator(settings);
    }

    /** The organization's URL. */
    public String url() {
        return "http://localhost:" + port;
    }

    /** Where tokens are had from: what {@code AZURE_AUTHORITY_HOST} is set to. */
    public String authorityUrl() {
        return url();
    }

    /** The settings that a relay needs for this server, by the names of environment variables. */
    public Map<String, String> env() {
        return Map.of(
                "RELAY_DYNAMICS_URL", url(),
                "AZURE_TENANT_ID", settings.tenant(),
                "AZURE_CLIENT_ID", settings.clientId(),
                "AZURE_CLIENT_SECRET", settings.clientSecret(),
                "AZURE_AUTHORITY_HOST", authorityUrl());
    }

    public Faults faults() {
        return faults;
    }

    public RequestLog log() {
        return log;
    }

    public SimulatorSettings settings() {
        return settings;
    }

    /** Makes a display name known for the id of a row that is not there yet, so that faults can be told by it. */
    public void alias(UUID id, String displayName) {
        names.learn(id, displayName);
    }

    /** How many definitions there are, by the display name of their segment; by their id where they have none. */
    public Map<String, Integer> definitionsByName() {
        return Map.of();
    }

    /** How many segments there are, by display name. */
    public Map<String, Integer> segmentsByName() {
        return Map.of();
    }

    /** An outage: all connections are closed, new ones refused. The state is kept. */
    public void stopListening() {}

    /** The end of an outage, on the same port. */
    public void resumeListening() {}

    @Override
    public void close() {}
}
