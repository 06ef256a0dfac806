package io.segmentrelay;

import java.time.Duration;

import jakarta.enterprise.context.ApplicationScoped;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

import io.segmentrelay.dynamics.login.DynamicsTokens;

/** Ready means, for Dynamics: a token could be had. Dynamics itself is not asked, since its weather passes. */
@Readiness
@ApplicationScoped
public class TokenReadiness implements AsyncHealthCheck {

    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private final DynamicsTokens tokens;

    TokenReadiness(DynamicsTokens tokens) {
        this.tokens = tokens;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        var response = HealthCheckResponse.named("dynamics-token");
        return tokens.probe()
                .ifNoItem()
                .after(TIMEOUT)
                .failWith(() -> new IllegalStateException("no token within " + TIMEOUT))
                .map(had -> response.up().build())
                .onFailure()
                .recoverWithItem(failure -> response.down()
                        .withData("reason", String.valueOf(failure.getMessage()))
                        .build());
    }
}
