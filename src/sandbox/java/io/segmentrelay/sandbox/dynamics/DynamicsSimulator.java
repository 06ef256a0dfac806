package io.segmentrelay.sandbox.dynamics;

import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.segmentrelay.sandbox.dynamics.crm.Crm;

/** Dynamics and the token endpoint, on one port of the loopback interface. */
public final class DynamicsSimulator implements AutoCloseable {

    private final SimulatorSettings settings;
    private final Names names = new Names();
    private final Faults faults = new Faults();
    private final RequestLog log = new RequestLog(names);
    private final Bearers bearers = new Bearers();
    private final Organization organization;
    private final Marketers marketers;
    private final Front front;

    private DynamicsSimulator(SimulatorSettings settings) {
        this.settings = settings;
        this.organization = new Organization(settings);
        this.marketers = new Marketers(organization, settings, names);
        this.front = new Front(new Front.Parts(
                settings,
                organization,
                new WebApi(
                        settings,
                        organization,
                        bearers,
                        this::url,
                        (call, route) ->
                                faults.takeWithin(route.operation(), RequestLog.subjects(names, route.ids(call)))),
                new Entra(settings, bearers),
                new ServiceProtection(settings),
                names,
                faults,
                log));
    }

    /** Starts to listen. */
    public static DynamicsSimulator start(SimulatorSettings settings) {
        var simulator = new DynamicsSimulator(settings);
        simulator.front.listen();
        return simulator;
    }

    /** The organization's URL. */
    public String url() {
        return front.url();
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

    /** What people do in the application. */
    public Marketers marketers() {
        return marketers;
    }

    /** The rows that queries are evaluated on. */
    public Crm crm() {
        return organization.crm();
    }

    /** No token that was issued until now is accepted any more. */
    public void revokeTokens() {
        bearers.revoke();
    }

    /** How many definitions there are, deleted ones aside, by the display name of their segment; by their id where they have none. */
    public Map<String, Integer> definitionsByName() {
        return count(organization.definitions().stream()
                .filter(row -> row.deletedAt().isEmpty())
                .map(this::name));
    }

    /** How many publishes took effect, answered or not, by the same names. */
    public Map<String, Integer> publishesByName() {
        return organization.definitions().stream()
                .collect(Collectors.toMap(this::name, DefinitionRow::publishes, Integer::sum));
    }

    /** How many definitions there are in each state now, those that are gone aside. */
    public Map<SegmentState, Integer> segmentsByState() {
        return organization.definitions().stream()
                .map(organization::stage)
                .filter(stage -> !stage.gone())
                .map(SegmentState::of)
                .collect(Collectors.toMap(
                        Function.identity(), state -> 1, Integer::sum, () -> new EnumMap<>(SegmentState.class)));
    }

    private String name(DefinitionRow definition) {
        return organization
                .segmentOf(definition.id())
                .map(SegmentRow::displayName)
                .or(() -> names.of(definition.id()))
                .orElseGet(definition.id()::toString);
    }

    /** How many segments there are, by display name. */
    public Map<String, Integer> segmentsByName() {
        return count(organization.segments().stream().map(SegmentRow::displayName));
    }

    private static Map<String, Integer> count(Stream<String> texts) {
        return texts.collect(Collectors.toMap(Function.identity(), text -> 1, Integer::sum));
    }

    /** An outage: all connections are closed, new ones refused. The state is kept. */
    public void stopListening() {
        front.stopListening();
    }

    /** The end of an outage, on the same port. */
    public void resumeListening() {
        front.listen();
    }

    @Override
    public void close() {
        front.close();
    }
}
