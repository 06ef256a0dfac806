package io.segmentrelay.relay;

import java.time.Duration;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/**
 * The timers of what people ask for percentiles of. Their buckets are chosen by hand, few of them, since each is a time series for
 * each operation, status and step.
 */
final class RelayTimers {

    /** A call takes milliseconds; one that waits at the gate, up to minutes. */
    private static final Duration[] OF_CALLS = {
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2_500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(15),
        Duration.ofSeconds(60),
        Duration.ofMinutes(5)
    };

    /** A segment takes minutes to hours; the usual readyWithin is two of these. */
    private static final Duration[] OF_REQUESTS = {
        Duration.ofMillis(250),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(15),
        Duration.ofMinutes(1),
        Duration.ofMinutes(2),
        Duration.ofMinutes(5),
        Duration.ofMinutes(10),
        Duration.ofMinutes(20),
        Duration.ofMinutes(40),
        Duration.ofHours(1),
        Duration.ofMinutes(90),
        Duration.ofHours(2),
        Duration.ofHours(6),
        Duration.ofHours(24)
    };

    private RelayTimers() {}

    /** Calls to Dynamics, their wait at the gate included. */
    static Timer calls(MeterRegistry meters, String operation, String status) {
        return Timer.builder("relay.dynamics.calls")
                .tags("operation", operation, "status", status)
                .serviceLevelObjectives(OF_CALLS)
                .register(meters);
    }

    /** Steps, the waiting between deliveries included. */
    static Timer step(MeterRegistry meters, String step) {
        return Timer.builder("relay.step")
                .tag("step", step)
                .serviceLevelObjectives(OF_REQUESTS)
                .register(meters);
    }

    /** From the request to its members. */
    static Timer timeToReady(MeterRegistry meters) {
        return Timer.builder("relay.time.to.ready")
                .serviceLevelObjectives(OF_REQUESTS)
                .register(meters);
    }
}
