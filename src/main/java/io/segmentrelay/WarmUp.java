package io.segmentrelay;

import java.util.function.Supplier;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;

import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;

import io.segmentrelay.config.RelayConfig;
import io.segmentrelay.dynamics.login.DynamicsTokens;
import io.segmentrelay.trigger.kafka.KafkaTopics;

/**
 * What the process does once it has started: it begins what readiness will ask for, the first token and the first look at the
 * topics, and waits for its end. Nobody waits for either here, and a failure is for those to tell who ask again. Nothing of
 * it is begun while the start can still fail: a request under way when Vert.x and the beans end would write into the log what
 * has nothing to do with the reason. Not in the Lambda package, which is frozen when it has started.
 */
@ApplicationScoped
@Unremovable // asked for by Main, which is no bean
class WarmUp implements QuarkusApplication {

    private final RelayConfig config;
    private final Instance<DynamicsTokens> tokens;
    private final Instance<KafkaTopics> topics;

    WarmUp(RelayConfig config, Instance<DynamicsTokens> tokens, Instance<KafkaTopics> topics) {
        this.config = config;
        this.tokens = tokens;
        this.topics = topics;
    }

    @Override
    public int run(String... args) {
        inBackground(() -> tokens.get().probe());
        if (config.kafka().enabled()) {
            inBackground(() -> topics.get().reachable());
        }
        Quarkus.waitForExit();
        return 0;
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
