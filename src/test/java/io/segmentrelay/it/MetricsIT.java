package io.segmentrelay.it;

import org.junit.jupiter.api.Test;

import io.segmentrelay.packaging.MetricNames;
import io.segmentrelay.sandbox.Sandbox;
import io.segmentrelay.sandbox.SandboxOptions;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

/** What the dashboard, the alerts and {@code docs/operating.md} say of metrics is what the relay exposes. */
class MetricsIT {

    @Test
    void eachMetricThatIsNamedIsExposed() {
        // Given
        try (var sandbox = Sandbox.start(SandboxOptions.defaults());
                var topics = new Topics(sandbox.kafka().bootstrapServers(), 1);
                var relay = RelayProcess.start(sandbox.env())) {
            Training.run(relay, topics);

            // When
            var metrics = given().port(relay.port()).get("/q/metrics").asString();

            // Then
            assertThat(MetricNames.all()).hasSizeGreaterThan(15);
            assertThat(MetricNames.missing(metrics)).isEmpty();
        }
    }
}
