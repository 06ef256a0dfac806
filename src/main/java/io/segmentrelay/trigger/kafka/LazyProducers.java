package io.segmentrelay.trigger.kafka;

import java.util.LinkedHashMap;
import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;

import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.eclipse.microprofile.config.Config;

import io.segmentrelay.config.MoreSettings;

/**
 * Looks through the settings of the producers that are made when there is something to send ({@code lazy-client}): one that is wrong
 * ends the start, as that of any other client does, and not the first event that wants it.
 */
@ApplicationScoped
class LazyProducers implements MoreSettings {

    private final KafkaClientSettings settings;
    private final Config config;

    LazyProducers(KafkaClientSettings settings, Config config) {
        this.settings = settings;
        this.config = config;
    }

    @Override
    public List<String> problems() {
        var channels = new LinkedHashMap<String, String>();
        KafkaDestination.all(config).stream()
                .map(KafkaDestination::channel)
                .filter(channel -> is(channel, "lazy-client", false) && is(channel, "enabled", true))
                .forEach(channel -> {
                    try {
                        new ProducerConfig(settings.ofOutgoing(channel, ProducerConfig.configNames()));
                    } catch (ConfigException e) {
                        // What is set for all of them is wrong in each.
                        channels.putIfAbsent(String.valueOf(e.getMessage()), channel);
                    }
                });
        return channels.entrySet().stream()
                .map(wrong -> "%s (mp.messaging.outgoing.%s.*, or what is set for all of Kafka)"
                        .formatted(wrong.getKey(), wrong.getValue()))
                .toList();
    }

    private boolean is(String channel, String setting, boolean otherwise) {
        return config.getOptionalValue("mp.messaging.outgoing.%s.%s".formatted(channel, setting), Boolean.class)
                .orElse(otherwise);
    }
}
