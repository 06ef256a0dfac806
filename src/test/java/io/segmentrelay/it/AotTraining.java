package io.segmentrelay.it;

import org.junit.jupiter.api.Test;

import io.segmentrelay.packaging.MetricNames;
import io.segmentrelay.sandbox.Sandbox;
import io.segmentrelay.sandbox.SandboxOptions;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code ./mvnw -Paot verify}: records the AOT cache, and starts the package with it. */
class AotTraining {

    @Test
    void recordsACacheThatThePackageStartsWith() {
        try (var sandbox = Sandbox.start(SandboxOptions.defaults())) {
            // When
            var metrics = AotCache.record(sandbox.env());

            // Then
            assertThat(MetricNames.missing(metrics)).isEmpty();
            try (var relay = RelayProcess.start(
                    sandbox.env(), "-Xmx256m", AotCache.COLLECTOR, "-XX:AOTMode=on", "-XX:AOTCache=" + AotCache.FILE)) {
                assertThat(relay.health("started")).isEqualTo(200);
                assertThat(relay.log()).doesNotContain("[aot]");
            }
        }
    }
}
