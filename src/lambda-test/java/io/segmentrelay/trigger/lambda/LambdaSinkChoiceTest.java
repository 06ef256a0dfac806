package io.segmentrelay.trigger.lambda;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.smallrye.mutiny.Uni;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.segmentrelay.event.EventTypes;
import io.segmentrelay.event.wire.EventSink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class LambdaSinkChoiceTest {

    private final List<String> taken = new ArrayList<>();
    private final EventSink sink = LambdaSinkChoice.byType(queue("pending"), queue("ready"), queue("failed"));

    private EventSink queue(String name) {
        return event -> {
            taken.add(name);
            return Uni.createFrom().voidItem();
        };
    }

    private static CloudEvent event(String type) {
        return CloudEventBuilder.v1()
                .withId("1")
                .withSource(URI.create("/tests"))
                .withType(type)
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        EventTypes.PENDING + ", pending",
        EventTypes.FOLLOWED + ", pending",
        EventTypes.READY + ", ready",
        EventTypes.CHANGED + ", ready",
        EventTypes.ENDED + ", ready",
        EventTypes.RETIRED + ", ready",
        EventTypes.FAILED + ", failed",
    })
    void eachEventHasItsQueue(String type, String queue) {
        // When
        sink.send(event(type)).await().indefinitely();

        // Then
        assertThat(taken).containsExactly(queue);
    }

    @Test
    void whatIsForReplicasThatRememberIsNotSent() {
        // When
        sink.send(event(EventTypes.MARKED)).await().indefinitely();

        // Then
        assertThat(taken).isEmpty();
    }

    @Test
    void whatHasNoQueueIsAMistake() {
        assertThatThrownBy(() -> sink.send(event(EventTypes.REQUESTED)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(EventTypes.REQUESTED);
    }
}
