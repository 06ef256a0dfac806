package io.segmentrelay.trigger.lambda;

import java.util.HashMap;
import java.util.Map;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;

import io.segmentrelay.sandbox.dynamics.DynamicsSimulator;
import io.segmentrelay.sandbox.dynamics.SimulatorSettings;

/** SQS and Dynamics, with the settings of a relay that uses them. */
public class LambdaWorld implements QuarkusTestResourceLifecycleManager {

    private final SqsServer sqs = new SqsServer();
    private final DynamicsSimulator dynamics = DynamicsSimulator.start(new SimulatorSettings());

    @Override
    public Map<String, String> start() {
        // Where the AWS SDK looks, in this JVM.
        System.setProperty("aws.region", SqsServer.REGION);
        System.setProperty("aws.accessKeyId", "key");
        System.setProperty("aws.secretAccessKey", "secret");
        System.setProperty("aws.endpointUrlSqs", sqs.url());
        var settings = new HashMap<>(dynamics.env());
        settings.put("relay.dynamics.url", dynamics.url());
        settings.put("relay.sqs.pending-url", sqs.queue("pending"));
        // Where a test wants a short one, it gives the invocation little time.
        settings.put("relay.window", "30s");
        settings.put("relay.poll.interval", "200ms");
        settings.put("relay.page-size", "100");
        settings.put("relay.max-event-size", "64K");
        settings.putAll(results(sqs));
        return settings;
    }

    /** Where results and dead letters go. */
    Map<String, String> results(SqsServer server) {
        return Map.of(
                "relay.sqs.ready-url", server.queue("ready"),
                "relay.sqs.failed-url", server.queue("failed.fifo"),
                "relay.sqs.dead-letter-url", server.queue("dead-letters"));
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(sqs, new TestInjector.MatchesType(SqsServer.class));
        injector.injectIntoFields(dynamics, new TestInjector.MatchesType(DynamicsSimulator.class));
    }

    @Override
    public void stop() {
        dynamics.close();
        sqs.close();
    }
}
