package io.segmentrelay.trigger.lambda;

import java.util.Map;

import io.segmentrelay.sandbox.BrokerOptions;
import io.segmentrelay.sandbox.KafkaBroker;

/** As {@link LambdaWorld}, with a broker that results go to. */
public class LambdaWorldWithKafka extends LambdaWorld {

    private final KafkaBroker broker = KafkaBroker.start(BrokerOptions.defaults());

    @Override
    Map<String, String> results(SqsServer server) {
        return Map.of("kafka.bootstrap.servers", broker.bootstrapServers());
    }

    @Override
    public void inject(TestInjector injector) {
        super.inject(injector);
        injector.injectIntoFields(broker, new TestInjector.MatchesType(KafkaBroker.class));
    }

    @Override
    public void stop() {
        super.stop();
        broker.close();
    }
}
