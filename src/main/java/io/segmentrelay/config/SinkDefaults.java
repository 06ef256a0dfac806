package io.segmentrelay.config;

import java.util.List;
import java.util.Map;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.PropertiesConfigSource;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** The defaults that depend on whether Knative has bound a sink: with one, nothing is read from or written to Kafka. */
public class SinkDefaults implements ConfigSourceFactory {

    /**
     * Over the values that the build has recorded (0), where this was asked as well and knew of no sink; under every place
     * where an operator would set something (250 and more).
     */
    private static final int ORDINAL = 100;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        var sink = context.getValue("K_SINK").getValue();
        var kafka = Boolean.toString(sink == null || sink.isBlank());
        return List.of(new PropertiesConfigSource(
                Map.of("relay.kafka.enabled", kafka, "kafka-sink.enabled", kafka),
                "the defaults that K_SINK decides",
                ORDINAL));
    }
}
