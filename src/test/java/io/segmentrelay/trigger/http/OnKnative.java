package io.segmentrelay.trigger.http;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTestProfile;

import io.segmentrelay.it.knative.EventReceiver;

/** The application with a sink bound to it, small limits, and a Dynamics in memory. No setting of Kafka's. */
public final class OnKnative implements QuarkusTestProfile {

    static final int MAX_IN_FLIGHT = 4;
    static final int MAX_BYTES = 65_536;

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.ofEntries(
                Map.entry("quarkus.http.test-port", "0"),
                Map.entry("relay.dynamics.url", "http://127.0.0.1:1"),
                Map.entry("relay.http.allowed-origins", "eventgrid.azure.net, Events.Example.com"),
                Map.entry("relay.window", "2s"),
                Map.entry("relay.page-size", "10"),
                Map.entry("relay.max-in-flight", Integer.toString(MAX_IN_FLIGHT)),
                Map.entry("relay.max-event-size", MAX_BYTES + ""),
                Map.entry("relay.poll.interval", "20ms"),
                Map.entry("AZURE_TENANT_ID", "tenant"),
                Map.entry("AZURE_CLIENT_ID", "relay"),
                Map.entry("AZURE_CLIENT_SECRET", "secret"));
    }

    @Override
    public Set<Class<?>> getEnabledAlternatives() {
        return Set.of(StubDynamics.class);
    }

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(Sink.class));
    }

    /** What {@code K_SINK} names. */
    public static final class Sink implements QuarkusTestResourceLifecycleManager {

        private final EventReceiver receiver = new EventReceiver();

        @Override
        public Map<String, String> start() {
            return Map.of("K_SINK", receiver.url(), "K_CE_OVERRIDES", "{\"extensions\":{\"tenant\":\"Köln 1\"}}");
        }

        @Override
        public void inject(TestInjector injector) {
            injector.injectIntoFields(receiver, new TestInjector.MatchesType(EventReceiver.class));
        }

        @Override
        public void stop() {
            Objects.requireNonNull(receiver).close();
        }
    }
}
