package io.segmentrelay.sandbox.dynamics;

import java.time.Duration;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The limits of the Web API, and the account that the log keeps of them. */
class ServiceProtectionTest {

    private final MovedClock clock = new MovedClock();
    private final DynamicsSimulator simulator = DynamicsSimulator.start(
            new SimulatorSettings().clock(clock).rows(10, 10, 10).requestsPer5Minutes(10));
    private final TestClient client = new TestClient(simulator);

    @AfterEach
    void stop() {
        simulator.close();
    }

    private java.net.http.HttpResponse<String> ask() {
        return client.get("msdynmkt_segments?$select=statuscode");
    }

    @Test
    void theBudgetSlides() {
        // Given
        IntStream.range(0, 5).forEach(i -> ask());
        clock.move(Duration.ofMinutes(4));
        IntStream.range(0, 5).forEach(i -> ask());

        // When
        var refused = ask();
        clock.move(Duration.ofMinutes(1));
        var allowed = ask();

        // Then
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(TestClient.json(refused).path("error").path("code").asText()).isEqualTo("0x80072322");
        assertThat(refused.headers().firstValue("Retry-After")).contains("60");
        assertThat(refused.headers().firstValue("x-ms-ratelimit-burst-remaining-xrm-requests"))
                .contains("0");
        assertThat(allowed.statusCode()).isEqualTo(200);
        assertThat(allowed.headers().firstValue("x-ms-ratelimit-burst-remaining-xrm-requests"))
                .contains("4");
    }

    @Test
    void ignoringItMakesItLonger() {
        // Given
        IntStream.range(0, 11).forEach(i -> ask());
        clock.move(Duration.ofSeconds(10));

        // When
        IntStream.range(0, 4).forEach(i -> ask());
        clock.move(Duration.ofSeconds(291));
        var tooEarly = ask();
        clock.move(Duration.ofSeconds(10));
        var allowed = ask();

        // Then
        assertThat(tooEarly.statusCode()).isEqualTo(429);
        assertThat(allowed.statusCode()).isEqualTo(200);
    }

    @Test
    void callsAtTheSameTimeAreLimited() {
        // Given
        simulator.settings().requestsPer5Minutes(1_000).concurrentRequests(5);
        var hang = Fault.on(Operation.SEGMENT_STATUS).times(5).does(new Effect.Hang(false));
        simulator.faults().add(hang);
        var held = IntStream.range(0, 5)
                .mapToObj(i -> client.postLater("msdynmkt_SegmentStatus", TestClient.segmentId(UUID.randomUUID())))
                .toList();
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(
                        () -> assertThat(simulator.faults().applied(hang)).isEqualTo(5));

        // When
        var refused = ask();
        simulator.faults().clear();
        held.forEach(answer -> assertThat(answer).succeedsWithin(Duration.ofSeconds(20)));
        var allowed = ask();

        // Then
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(TestClient.json(refused).path("error").path("code").asText()).isEqualTo("0x80072326");
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(allowed.statusCode()).isEqualTo(200);
        assertThat(simulator.log().maxConcurrent()).isEqualTo(6);
    }

    @Test
    void executionTimeIsLimited() {
        // Given
        simulator.settings().executionTimePer5Minutes(Duration.ofMillis(20)).serviceTime(Duration.ofMillis(30));
        ask();

        // When
        var refused = ask();

        // Then
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(TestClient.json(refused).path("error").path("code").asText()).isEqualTo("0x80072321");
    }

    @Test
    void tokensCostNothing() {
        // Given
        IntStream.range(0, 10).forEach(i -> ask());

        // When
        var token = client.askForToken(client.goodForm());

        // Then
        assertThat(token.statusCode()).isEqualTo(200);
        assertThat(simulator.log().maxInAnyWindow(Duration.ofMinutes(5))).isEqualTo(10);
        assertThat(simulator.log().count(Operation.TOKEN)).isEqualTo(2);
    }

    @Test
    void theLogKnowsWhoDidNotWait() {
        // Given
        simulator
                .faults()
                .add(Fault.on(Operation.SEGMENT_STATUS).times(1).does(Effect.throttled(Duration.ofMinutes(1))));

        // When
        ask();
        var before = simulator.log().callsBeforeRetryAfter(Duration.ZERO);
        ask();

        // Then
        assertThat(before).isEmpty();
        assertThat(simulator.log().callsBeforeRetryAfter(Duration.ZERO))
                .singleElement()
                .isSameAs(simulator.log().all().getLast());
    }

    @Test
    void anAbandonedCallIsOver() {
        // Given
        simulator.settings().concurrentRequests(1);
        simulator.faults().add(Fault.on(Operation.SEGMENT_STATUS).times(1).does(new Effect.Hang(false)));
        var request = client.request("msdynmkt_segments").timeout(Duration.ofMillis(300));

        // When
        try {
            client.send(request);
        } catch (java.io.UncheckedIOException expected) {
            assertThat(expected).hasCauseInstanceOf(java.net.http.HttpTimeoutException.class);
        }

        // Then
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(ask().statusCode()).isEqualTo(200));
        assertThat(simulator.log().all().get(1).status()).isZero();
        assertThat(simulator.log().all().get(1).end()).isPresent();
    }
}
