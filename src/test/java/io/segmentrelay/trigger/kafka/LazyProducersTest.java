package io.segmentrelay.trigger.kafka;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.metrics.JmxReporter;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** With the application's own settings, and some that an operator sets. */
class LazyProducersTest {

    private static final Path OWN = Path.of("src", "main", "resources", "application.properties");

    private static SmallRyeConfig config(Map<String, String> set) throws IOException {
        var more = new HashMap<>(Map.of("relay.kafka.enabled", "true", "kafka-sink.enabled", "true"));
        more.putAll(set);
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(new PropertiesConfigSource(OWN.toUri().toURL(), 200))
                .withSources(new PropertiesConfigSource(more, "test", 300))
                .build();
    }

    private static LazyProducers producers(Map<String, Object> forAll, Map<String, String> set) throws IOException {
        var config = config(set);
        return new LazyProducers(new KafkaClientSettings(forAll, config), config);
    }

    @Test
    void nothingIsWrongWithTheApplicationsOwn() throws IOException {
        assertThat(producers(Map.of(), Map.of()).problems()).isEmpty();
    }

    @Test
    void namesTheChannelWhoseSettingIsWrong() throws IOException {
        assertThat(producers(Map.of(), Map.of("mp.messaging.outgoing.segment-failed.acks", "most"))
                        .problems())
                .singleElement()
                .asString()
                .contains("acks", "most", "mp.messaging.outgoing.segment-failed.");
    }

    @Test
    void saysOnceWhatIsWrongForAll() throws IOException {
        assertThat(producers(Map.of("acks", "most"), Map.of()).problems())
                .singleElement()
                .asString()
                .contains("acks", "most", "for all of Kafka");
    }

    @Test
    void aChannelThatIsOffMayHaveWhatItWants() throws IOException {
        assertThat(producers(
                                Map.of("acks", "most"),
                                Map.of("kafka-sink.enabled", "false", "relay.kafka.enabled", "false"))
                        .problems())
                .isEmpty();
    }

    @Test
    void noClientMakesBeansOfJmxOfItsMetrics() throws IOException {
        assertThat(reporters(Map.of())).isEmpty();
    }

    @Test
    void whoWantsThemSetsThemForAllOfKafka() throws IOException {
        // Given
        var jmx = JmxReporter.class.getName();

        // Then
        assertThat(reporters(Map.of("kafka.metric.reporters", jmx))).containsExactly(jmx);
    }

    private static List<String> reporters(Map<String, String> set) throws IOException {
        var settings = new KafkaClientSettings(Map.of(), config(set))
                .ofOutgoing("segment-ready", ProducerConfig.configNames());
        return new ProducerConfig(settings).getList(ProducerConfig.METRIC_REPORTER_CLASSES_CONFIG);
    }
}
