package io.segmentrelay.event.codec;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.cloudevents.CloudEvent;
import io.cloudevents.kafka.KafkaMessageFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.segmentrelay.contract.AsyncApi;
import io.segmentrelay.contract.PublishedContract;
import io.segmentrelay.event.RelayEvent;

import static org.assertj.core.api.Assertions.assertThat;

/** What is emitted is as it is published to be, in Kafka's headers and in its data; and nothing is published that is never emitted. */
class EmittedContractTest {

    private static final EventCodec CODEC = Samples.codec();

    static List<RelayEvent> emitted() {
        return EventSchemaTest.emitted().toList();
    }

    @ParameterizedTest
    @MethodSource("emitted")
    void eachEventKeepsWhatIsPublishedOfIt(RelayEvent emitted) {
        // When
        var event = CODEC.encode(emitted, "cause");

        // Then
        assertThat(PublishedContract.ofKafka(
                        headers(event), Objects.requireNonNull(event.getData()).toBytes()))
                .isEmpty();
    }

    @Test
    void eachHeaderThatIsPublishedIsWritten() {
        // Given
        Map<String, Set<String>> written = emitted().stream()
                .map(each -> CODEC.encode(each, "cause"))
                .collect(Collectors.groupingBy(
                        CloudEvent::getType,
                        Collectors.flatMapping(
                                event -> headers(event).keySet().stream(), Collectors.toCollection(TreeSet::new))));

        // Then
        assertThat(written).hasSizeGreaterThanOrEqualTo(3);
        written.forEach((type, names) -> {
            var published =
                    new TreeSet<>(AsyncApi.headerNames(AsyncApi.onKafka(type).orElseThrow()));
            // Optional in the one form that all events share: a failure has no time of its own.
            if (!names.contains("ce_time")) {
                published.remove("ce_time");
            }
            assertThat(names).as(type).isEqualTo(published);
        });
    }

    private static Map<String, String> headers(CloudEvent event) {
        var headers = new HashMap<String, String>();
        KafkaMessageFactory.createWriter("topic")
                .writeBinary(event)
                .headers()
                .forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        return headers;
    }
}
