package io.segmentrelay.trigger.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import jakarta.enterprise.context.ApplicationScoped;

import io.smallrye.common.annotation.Identifier;
import org.eclipse.microprofile.config.Config;

/**
 * Settings of Kafka clients that the relay makes itself, beside those of its channels: what is set for all of Kafka, then for
 * the connector, then for a channel, the last of them counting, as it does for the channels.
 */
@ApplicationScoped
class KafkaClientSettings {

    private static final String CONNECTOR = "mp.messaging.connector.smallrye-kafka.";

    private final Map<String, Object> forAll;
    private final Config config;

    KafkaClientSettings(@Identifier("default-kafka-broker") Map<String, Object> forAll, Config config) {
        this.forAll = forAll;
        this.config = config;
    }

    /** Those of a client that has settings of these names. */
    Map<String, Object> of(Set<String> names) {
        var settings = new HashMap<>(forAll);
        settings.keySet().retainAll(names);
        overlay(settings, names, CONNECTOR);
        return settings;
    }

    /** The same, as an incoming channel has them. */
    Map<String, Object> ofIncoming(String channel, Set<String> names) {
        var settings = of(names);
        overlay(settings, names, "mp.messaging.incoming.%s.".formatted(channel));
        return settings;
    }

    /** The same, as an outgoing channel has them. */
    Map<String, Object> ofOutgoing(String channel, Set<String> names) {
        var settings = of(names);
        overlay(settings, names, "mp.messaging.outgoing.%s.".formatted(channel));
        return settings;
    }

    private void overlay(Map<String, Object> settings, Set<String> names, String prefix) {
        names.forEach(name ->
                config.getOptionalValue(prefix + name, String.class).ifPresent(value -> settings.put(name, value)));
    }
}
