package io.segmentrelay.trigger.lambda;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.segmentrelay.config.RelayConfig;

import static org.assertj.core.api.Assertions.assertThat;

class SqsSettingsTest {

    private static final Map<String, String> COMPLETE = Map.of(
            "relay.dynamics.url", "https://contoso.example",
            "relay.kafka.enabled", "false",
            "relay.page-size", "100",
            "relay.max-event-size", "32K",
            "relay.sqs.pending-url", "https://sqs.eu-west-1.amazonaws.com/1/pending",
            "relay.sqs.ready-url", "https://sqs.eu-west-1.amazonaws.com/1/ready",
            "relay.sqs.failed-url", "https://sqs.eu-west-1.amazonaws.com/1/failed");

    private static List<String> problems(Map<String, String> more) {
        var settings = new HashMap<>(COMPLETE);
        settings.putAll(more);
        var config = new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(settings, "test", 300))
                .withMapping(RelayConfig.class)
                .withMapping(SqsConfig.class)
                .withConverter(Duration.class, 200, new DurationConverter())
                .withConverter(MemorySize.class, 200, new MemorySizeConverter())
                .build();
        return new SqsSettings(
                        config.getConfigMapping(SqsConfig.class),
                        config.getConfigMapping(RelayConfig.class),
                        new KafkaUse(false))
                .problems();
    }

    @ParameterizedTest
    @CsvSource({
        // the largest sketch, the largest message
        "64K, 1M",
        "512K, 1M",
        "64K, 128K",
        "48K, 64K", // 16K around it
        "4K, 64K",
    })
    void aSketchThatFitsIntoAMessageIsTaken(String sketch, String message) {
        assertThat(problems(Map.of("relay.follow.max-sketch", sketch, "relay.sqs.max-message-size", message)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        // the largest sketch, the largest message, what it may be
        "512K, 64K, 49152",
        "64K, 64K, 49152",
        "49153, 64K, 49152",
        "512K, 256K, 245760",
    })
    void aSketchThatFitsIntoNoMessageEndsTheStart(String sketch, String message, String most) {
        // When
        var problems = problems(Map.of("relay.follow.max-sketch", sketch, "relay.sqs.max-message-size", message));

        // Then
        assertThat(problems)
                .singleElement()
                .asString()
                .startsWith("relay.follow.max-sketch (RELAY_FOLLOW_MAX_SKETCH) is ")
                .contains("up to " + most, "relay.sqs.max-message-size", "lower the one, or raise the other")
                .doesNotContain("\n");
    }
}
