package io.segmentrelay.trigger.kafka;

import jakarta.enterprise.context.ApplicationScoped;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready means, for Kafka: the topics can be reached. */
@Readiness
@ApplicationScoped
public class KafkaReadiness implements AsyncHealthCheck {

    private final KafkaTopics topics;

    KafkaReadiness(KafkaTopics topics) {
        this.topics = topics;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        var response = HealthCheckResponse.named("kafka-topics");
        return topics.reachable()
                .map(reachable -> response.up().build())
                .onFailure()
                .recoverWithItem(failure -> response.down()
                        .withData("reason", String.valueOf(failure.getMessage()))
                        .build());
    }
}
