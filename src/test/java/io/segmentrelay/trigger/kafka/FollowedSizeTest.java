package io.segmentrelay.trigger.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.segmentrelay.config.RelayConfig;
import io.segmentrelay.event.codec.LifeRules;

import static org.assertj.core.api.Assertions.assertThat;

class FollowedSizeTest {

    private static final String OWN = "mp.messaging.outgoing.segment-followed-out.max.request.size";

    private static List<String> problems(LifeRules.Home home, Map<String, String> more) {
        var settings = new HashMap<>(Map.of(
                "relay.dynamics.url", "https://contoso.example",
                "relay.kafka.enabled", "true",
                "kafka.max.request.size", "16777216"));
        settings.putAll(more);
        var config = new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(settings, "test", 300))
                .withMapping(RelayConfig.class)
                .withConverter(Duration.class, 200, new DurationConverter())
                .withConverter(MemorySize.class, 200, new MemorySizeConverter())
                .build();
        return new FollowedSize(config.getConfigMapping(RelayConfig.class), home, config).problems();
    }

    @ParameterizedTest
    @CsvSource({
        "kafka.max.request.size, 1048576",
        "kafka.max.request.size, 540672", // 512K and 16K
        OWN + ", 540672",
        "kafka.max.request.size, a lot", // the client's own matter
    })
    void aSketchThatFitsIntoARecordIsTaken(String name, String most) {
        assertThat(problems(LifeRules.Home.KAFKA, Map.of("relay.follow.max-sketch", "512K", name, most)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "kafka.max.request.size, 540671, 524287",
        "kafka.max.request.size, 100, 0",
        OWN + ", 262144, 245760",
    })
    void aSketchThatFitsIntoNoRecordEndsTheStart(String name, String most, String upTo) {
        // When
        var problems = problems(LifeRules.Home.KAFKA, Map.of("relay.follow.max-sketch", "512K", name, most));

        // Then
        assertThat(problems)
                .singleElement()
                .asString()
                .startsWith("relay.follow.max-sketch (RELAY_FOLLOW_MAX_SKETCH) is ")
                .contains("up to " + upTo, name, "lower the one, or raise the other")
                .doesNotContain("\n");
    }

    @Test
    void theChannelsOwnSettingIsTheOneThatCounts() {
        assertThat(problems(LifeRules.Home.KAFKA, Map.of("kafka.max.request.size", "100", OWN, "1048576")))
                .isEmpty();
    }

    @Test
    void whereNothingIsFollowedOnKafkaItDoesNotMatter() {
        assertThat(problems(LifeRules.Home.SQS, Map.of("kafka.max.request.size", "100")))
                .isEmpty();
    }
}
