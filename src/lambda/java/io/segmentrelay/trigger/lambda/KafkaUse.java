package io.segmentrelay.trigger.lambda;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Whether there is a Kafka to write to; nothing is read from it, that is the event source's part. */
@Singleton
class KafkaUse {

    private final boolean on;

    KafkaUse(@ConfigProperty(name = LambdaDefaults.KAFKA_SINK) boolean on) {
        this.on = on;
    }

    boolean isOn() {
        return on;
    }
}
