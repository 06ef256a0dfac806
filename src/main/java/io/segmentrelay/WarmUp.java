package io.segmentrelay;

import java.util.function.Supplier;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;

import io.segmentrelay.config.RelayConfig;
import io.segmentrelay.dynamics.login.DynamicsTokens;
import io.segmentrelay.trigger.kafka.KafkaTopics;

/**
 * Begins what readiness will ask for as soon as the settings are known to be right, beside the rest of the start instead of
 * after it: the first token, and the first look at the topics. Nobody waits for either here, and a failure is for those to
 * tell who ask again. Not in the Lambda package, which is frozen when it has started.
 */
@ApplicationScoped
class WarmUp {

    private final RelayConfig config;
    private final Instance<DynamicsTokens> tokens;
    private final Instance<KafkaTopics> topics;

    WarmUp(RelayConfig config, Instance<DynamicsTokens> tokens, Instance<KafkaTopics> topics) {
        this.config = config;
        this.tokens = tokens;
        this.topics = topics;
    }

    /** After the settings' check, before the channels connect. */
    void begin(@Observes @Priority(2) StartupEvent event) {
        inBackground(() -> tokens.get().probe());
        if (config.kafka().enabled()) {
            inBackground(() -> topics.get().reachable());
        }
    }

    /** Runs it on another thread, and forgets how it ends. */
    static void inBackground(Supplier<Uni<? extends Void>> step) {
        Uni.createFrom()
                .deferred(step)
                .runSubscriptionOn(Infrastructure.getDefaultExecutor())
                .subscribe()
                .with(ignored -> {}, ignored -> {});
    }
}
