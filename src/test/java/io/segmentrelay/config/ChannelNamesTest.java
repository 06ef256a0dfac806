package io.segmentrelay.config;

import java.util.ArrayList;
import java.util.Map;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ChannelNamesTest {

    @Test
    void listsChannelsByTheirOwnNames() {
        // Given
        var config = new SmallRyeConfigBuilder()
                .withInterceptors(new ChannelNames())
                .withSources(
                        new EnvConfigSource(
                                Map.of(
                                        "MP_MESSAGING_INCOMING_SEGMENT_REQUESTS_GROUP_ID", "acme",
                                        "MP_MESSAGING_OUTGOING_SEGMENT_PENDING_OUT_LINGER_MS", "5",
                                        "MP_MESSAGING_CONNECTOR_SMALLRYE_KAFKA_MAX_POLL_RECORDS", "10"),
                                300),
                        new PropertiesConfigSource(
                                Map.of("mp.messaging.incoming.another.channel.topic", "kept"), "test", 100))
                .build();

        // When
        var names = new ArrayList<String>();
        config.getPropertyNames().forEach(names::add);

        // Then
        assertThat(names)
                .contains(
                        "mp.messaging.incoming.segment-requests.group.id",
                        "mp.messaging.outgoing.segment-pending-out.linger.ms",
                        "mp.messaging.connector.smallrye-kafka.max.poll.records",
                        "mp.messaging.incoming.another.channel.topic")
                .noneMatch(name -> name.startsWith("mp.messaging.incoming.segment.")
                        || name.startsWith("mp.messaging.outgoing.segment.")
                        || name.startsWith("mp.messaging.connector.smallrye.kafka."));
        assertThat(config.getValue("mp.messaging.incoming.segment-requests.group.id", String.class))
                .isEqualTo("acme");
    }
}
