package io.segmentrelay.it.knative;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** That the broker which the other tests rely on does what Knative's does. */
class KnativeBrokerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final EventReceiver subscriber = new EventReceiver();
    private final EventReceiver deadLetters = new EventReceiver();
    private final KnativeBroker broker =
            new KnativeBroker(2, Duration.ofMillis(10), () -> Optional.of(URI.create(deadLetters.url())));

    @AfterEach
    void close() {
        broker.close();
        subscriber.close();
        deadLetters.close();
    }

    @Test
    void routesByTypeAndTakesReplies() throws Exception {
        // Given
        subscribe("first", "a");
        subscribe("second", "b");
        subscriber.answer(event -> 200);
        subscriber.reply(
                event -> event.event().getType().equals("a") ? Optional.of(event("2", "b")) : Optional.empty());

        // When
        send(event("1", "a"));
        send(event("3", "c"));

        // Then
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(broker.attempts("second")).hasSize(1));
        assertThat(subscriber.received())
                .extracting(each -> each.event().getId())
                .containsExactly("1", "2");
        assertThat(deadLetters.received()).isEmpty();
    }

    @Test
    void triesAgainAndGivesUp() throws Exception {
        // Given
        subscribe("trigger", "a");
        subscriber.answer(event -> event.event().getId().equals("refused") ? 400 : 503);

        // When
        send(event("down", "a"));
        send(event("refused", "a"));

        // Then
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(deadLetters.received())
                        .extracting(each -> each.event().getId() + ' ' + each.extension("knativeerrorcode"))
                        .containsExactlyInAnyOrder("down 503", "refused 400"));
        assertThat(broker.attemptsByEvent("trigger")).containsEntry("down", 3L).containsEntry("refused", 1L);
    }

    private void subscribe(String name, String type) {
        broker.add(new KnativeBroker.Trigger(name, type, () -> URI.create(subscriber.url())));
    }

    private void send(CloudEvent event) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var answer =
                    client.send(KnativeBroker.request(broker.ingress(), event), HttpResponse.BodyHandlers.discarding());
            assertThat(answer.statusCode()).isEqualTo(202);
        }
    }

    private static CloudEvent event(String id, String type) {
        return CloudEventBuilder.v1()
                .withId(id)
                .withSource(URI.create("/tests"))
                .withType(type)
                .build();
    }
}
