package io.segmentrelay.relay;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.segmentrelay.event.wire.EventSink;
import io.segmentrelay.event.wire.Refused;
import io.segmentrelay.event.wire.Superseded;
import io.segmentrelay.output.ExpectedLog;
import io.segmentrelay.time.VirtualTime;
import io.segmentrelay.workflow.Backoff;

import static org.assertj.core.api.Assertions.assertThat;

class RetryingSinkTest {

    private static final CloudEvent EVENT = CloudEventBuilder.v1()
            .withId("1")
            .withSource(URI.create("/tests"))
            .withType("test")
            .build();

    @RegisterExtension
    final ExpectedLog log = new ExpectedLog();

    private final VirtualTime time = new VirtualTime();
    private final List<String> sent = new ArrayList<>();
    private int failures;
    private RuntimeException failure = new IllegalStateException("down");
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Undelivered undelivered = new Undelivered(meters, time, List.of("answers"));

    private final RetryingSink sink = new RetryingSink(
            event -> {
                sent.add(event.getId());
                return sent.size() <= failures
                        ? Uni.createFrom().failure(failure)
                        : Uni.createFrom().voidItem();
            },
            time,
            new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30)),
            () -> 1,
            undelivered);

    private double waiting(Refused.Reason reason) {
        return meters.get("relay.undeliverable")
                .tags("receiver", "answers", "reason", reason.label())
                .gauge()
                .value();
    }

    @Test
    void sendsTheSameEventUntilItIsTaken() {
        // Given
        failures = 5;
        var sending = sink.send(EVENT).subscribe().withSubscriber(UniAssertSubscriber.create());

        // When
        time.advance(Duration.ofMinutes(1));

        // Then
        sending.assertCompleted();
        assertThat(sent).hasSize(6).containsOnly("1");
    }

    @Test
    void doesNotSendAgainWhatAnotherReplicaGoesOnWith() {
        // Given
        failures = Integer.MAX_VALUE;
        failure = new Superseded("a");

        // When
        var sending = sink.send(EVENT).subscribe().withSubscriber(UniAssertSubscriber.create());

        // Then
        sending.assertFailedWith(Superseded.class, "another replica goes on with a");
        assertThat(sent).hasSize(1);
    }

    @Test
    void isNotDoneBeforeItIsTaken() {
        // Given
        failures = Integer.MAX_VALUE;

        // When
        var sending = sink.send(EVENT).subscribe().withSubscriber(UniAssertSubscriber.create());
        time.advance(Duration.ofHours(1));

        // Then
        sending.assertNotTerminated();
        assertThat(sent).hasSizeBetween(100, 200);
    }

    @Test
    void comesAgainWhenTheReceiverAskedItTo() {
        // Given
        failures = 1;
        failure = new EventSink.NotTaken("busy", Optional.of(Duration.ofSeconds(40)));
        var sending = sink.send(EVENT).subscribe().withSubscriber(UniAssertSubscriber.create());

        // When
        time.advance(Duration.ofSeconds(39));
        var before = sent.size();
        time.advance(Duration.ofSeconds(1));

        // Then
        assertThat(before).isEqualTo(1);
        assertThat(sent).hasSize(2);
        sending.assertCompleted();
    }

    @Test
    void waitsNoShorterThanItsOwnPauseWhateverTheReceiverAsks() {
        // Given
        failures = Integer.MAX_VALUE;
        failure = new EventSink.NotTaken("busy", Optional.of(Duration.ZERO));

        // When
        sink.send(EVENT).subscribe().withSubscriber(UniAssertSubscriber.create());
        time.advance(Duration.ofHours(1));

        // Then
        assertThat(sent).hasSizeBetween(100, 200);
    }

    @Test
    void stopsWhenNobodyWaitsAnyMore() {
        // Given
        failures = Integer.MAX_VALUE;
        var sending = sink.send(EVENT).subscribe().withSubscriber(UniAssertSubscriber.create());

        // When
        sending.cancel();
        time.advance(Duration.ofHours(1));

        // Then
        assertThat(sent).hasSize(1);
        assertThat(time.timers()).isZero();
    }

    @Test
    void whatIsRefusedIsSeenAndTriedAgainSeldom() {
        // Given
        log.expectError(
                Undelivered.class,
                "Not taken by answers, nor will it be until a setting changes: topic answers: grant Write");
        failures = Integer.MAX_VALUE;
        failure = new Refused("answers", Refused.Reason.AUTHORIZATION, "topic answers: grant Write");

        // When
        var sending = sink.send(EVENT).subscribe().withSubscriber(UniAssertSubscriber.create());
        time.advance(Duration.ofHours(1));

        // Then: at most once a minute, in the end
        sending.assertNotTerminated();
        assertThat(sent).hasSizeBetween(55, 70);
        assertThat(waiting(Refused.Reason.AUTHORIZATION)).isEqualTo(1);
        assertThat(undelivered.nothingGoesOut()).contains("test: topic answers: grant Write");

        // When
        failures = 0;
        time.advance(Duration.ofMinutes(1));

        // Then
        sending.assertCompleted();
        assertThat(waiting(Refused.Reason.AUTHORIZATION)).isZero();
        assertThat(undelivered.nothingGoesOut()).isEmpty();
    }

    @Test
    void whatIsRefusedForAnotherReasonCountsThere() {
        // Given
        log.expectError(Undelivered.class, "grant Write; reason=authorization");
        log.expectError(Undelivered.class, "raise the limit; reason=too-large");
        failures = Integer.MAX_VALUE;
        failure = new Refused("answers", Refused.Reason.AUTHORIZATION, "grant Write");
        var sending = sink.send(EVENT).subscribe().withSubscriber(UniAssertSubscriber.create());

        // When
        failure = new Refused("answers", Refused.Reason.TOO_LARGE, "raise the limit");
        time.advance(Duration.ofMinutes(2));

        // Then
        assertThat(waiting(Refused.Reason.AUTHORIZATION)).isZero();
        assertThat(waiting(Refused.Reason.TOO_LARGE)).isEqualTo(1);

        // When
        sending.cancel();

        // Then
        assertThat(waiting(Refused.Reason.TOO_LARGE)).isZero();
        assertThat(time.timers()).isZero();
    }

    @Test
    void whatCanBeCutIsGivenBackAtOnce() {
        // Given
        failures = Integer.MAX_VALUE;
        failure = new Refused("answers", Refused.Reason.TOO_LARGE, "raise the limit");

        // When
        var sending = sink.sendUnlessTooLarge(EVENT).subscribe().withSubscriber(UniAssertSubscriber.create());

        // Then
        sending.assertFailedWith(Refused.class);
        assertThat(sent).hasSize(1);
        assertThat(waiting(Refused.Reason.TOO_LARGE)).isZero();
        assertThat(undelivered.nothingGoesOut()).isEmpty();
    }

    @Test
    void oneThatIsTooLargeDoesNotMeanThatNothingGoesOut() {
        // Given
        log.expectError(Undelivered.class, "raise the limit; reason=too-large");
        sink.send(EVENT).await().indefinitely();
        failures = Integer.MAX_VALUE;
        failure = new Refused("answers", Refused.Reason.TOO_LARGE, "raise the limit");

        // When
        sink.send(EVENT).subscribe().withSubscriber(UniAssertSubscriber.create());
        sink.send(EVENT).subscribe().withSubscriber(UniAssertSubscriber.create());

        // Then
        assertThat(undelivered.nothingGoesOut()).isEmpty();

        // When
        sink.send(EVENT).subscribe().withSubscriber(UniAssertSubscriber.create());

        // Then
        assertThat(waiting(Refused.Reason.TOO_LARGE)).isEqualTo(3);
        assertThat(undelivered.nothingGoesOut()).contains("test: raise the limit");
    }
}
