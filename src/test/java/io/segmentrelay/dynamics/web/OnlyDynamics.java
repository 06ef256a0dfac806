package io.segmentrelay.dynamics.web;

import java.util.List;
import java.util.Map;

import io.quarkus.test.junit.QuarkusTestProfile;

/** The application with nothing in it but this package: no triggers, no workflow. */
public class OnlyDynamics implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "quarkus.arc.exclude-types",
                        "io.segmentrelay.*,io.segmentrelay.relay.**,io.segmentrelay.trigger.**,io.segmentrelay.workflow.**",
                "quarkus.devservices.enabled", "false",
                "quarkus.http.test-port", "0",
                "relay.kafka.enabled", "false");
    }

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(OutsideWorld.class));
    }
}
