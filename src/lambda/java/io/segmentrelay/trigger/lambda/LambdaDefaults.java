package io.segmentrelay.trigger.lambda;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SmallRyeConfigBuilderCustomizer;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * The defaults of this package that depend on other settings: with {@code KAFKA_BOOTSTRAP_SERVERS} there is a Kafka to
 * write to; with {@code AZURE_CLIENT_SECRET_ARN} the client secret is read from AWS Secrets Manager.
 */
public class LambdaDefaults implements SmallRyeConfigBuilderCustomizer {

    /** Whether the topics are written to. */
    static final String KAFKA_SINK = "kafka-sink.enabled";

    /** Above the application's own file and SinkDefaults, under every place where an operator would set something. */
    private static final int ORDINAL = 255;

    @Override
    public void configBuilder(SmallRyeConfigBuilder builder) {
        builder.withSources(new Sources());
    }

    /** Made once the other sources are there. */
    private static final class Sources implements ConfigSourceFactory {

        @Override
        public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
            var kafka =
                    Boolean.toString(value(context, "kafka.bootstrap.servers").isPresent());
            var defaults = new PropertiesConfigSource(
                    Map.of(
                            // The event source mapping reads Kafka, not the relay.
                            "relay.kafka.enabled",
                            "false",
                            KAFKA_SINK,
                            kafka,
                            "mp.messaging.outgoing.segment-dead-letters.enabled",
                            kafka),
                    "the defaults of AWS Lambda",
                    ORDINAL);
            return value(context, SecretReference.SETTING)
                    .<List<ConfigSource>>map(arn -> List.of(defaults, new SecretReference(arn)))
                    .orElse(List.of(defaults));
        }

        private static Optional<String> value(ConfigSourceContext context, String name) {
            return Optional.ofNullable(context.getValue(name).getValue())
                    .map(String::strip)
                    .filter(text -> !text.isEmpty());
        }
    }
}
