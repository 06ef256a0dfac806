package io.segmentrelay.trigger.kafka;

import java.util.List;

import org.eclipse.microprofile.config.Config;

/**
 * A topic that is written to, as its channel's settings have it.
 *
 * @param channel its name in {@code mp.messaging.outgoing.<channel>.*}
 * @param topic the topic's name
 * @param compression what its records are compressed by
 */
public record KafkaDestination(String channel, String topic, String compression) {

    private static final String COMPRESSION = "compression.type";

    /** All that there are. */
    public static List<KafkaDestination> all(Config config) {
        return List.of(
                of(config, "segment-pending-out"),
                of(config, "segment-followed-out"),
                of(config, "segment-ready"),
                of(config, "segment-failed"),
                of(config, "segment-dead-letters"));
    }

    /** The one of this channel. */
    static KafkaDestination of(Config config, String channel) {
        var prefix = "mp.messaging.outgoing.%s.".formatted(channel);
        return new KafkaDestination(
                channel,
                config.getOptionalValue(prefix + "topic", String.class).orElse(channel),
                config.getOptionalValue(prefix + COMPRESSION, String.class)
                        .or(() -> config.getOptionalValue(
                                "mp.messaging.connector.smallrye-kafka." + COMPRESSION, String.class))
                        .or(() -> config.getOptionalValue("kafka." + COMPRESSION, String.class))
                        .orElse("none"));
    }

    /** The full name of one of its settings. */
    String setting(String name) {
        return "mp.messaging.outgoing.%s.%s".formatted(channel, name);
    }
}
