package io.segmentrelay.trigger.kafka;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Not alive means: a channel has ended, which only a restart mends. Neither Dynamics nor a broker that is down does that. */
@Liveness
@ApplicationScoped
public class KafkaLiveness implements HealthCheck {

    private final KafkaTrigger trigger;
    private final FollowedTrigger followed;

    KafkaLiveness(KafkaTrigger trigger, FollowedTrigger followed) {
        this.trigger = trigger;
        this.followed = followed;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("kafka-channels")
                .status(!trigger.hasEnded() && !followed.hasEnded())
                .build();
    }
}
