package io.segmentrelay;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

import io.segmentrelay.relay.Undelivered;

/** Ready means, for those who wait for answers: none is stuck because of a setting that lets nothing out. */
@Readiness
@ApplicationScoped
public class AnswersReadiness implements HealthCheck {

    private final Undelivered undelivered;

    AnswersReadiness(Undelivered undelivered) {
        this.undelivered = undelivered;
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("answers");
        return undelivered
                .nothingGoesOut()
                .map(reason -> response.down().withData("reason", reason).build())
                .orElseGet(() -> response.up().build());
    }
}
