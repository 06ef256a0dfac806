package io.segmentrelay.sandbox.dynamics;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import io.smallrye.mutiny.Uni;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.segmentrelay.dynamics.http.Answers;
import io.segmentrelay.dynamics.limits.CallLimits;
import io.segmentrelay.dynamics.limits.CallPriority;
import io.segmentrelay.dynamics.limits.DynamicsGate;
import io.segmentrelay.http.HttpAnswer;
import io.segmentrelay.time.VirtualTime;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The gate against the simulator's service protection, a quarter of an hour in moved time: 5,000 requests wait, each of four calls and
 * its polls, which is more than any limit lets through.
 */
class LimitsOverTimeTest {

    private static final int REQUESTS = 5_000;
    private static final Duration QUARTER_OF_AN_HOUR = Duration.ofMinutes(15);
    private static final CallLimits LIMITS = new CallLimits(40, 5_400, Duration.ofMinutes(18));

    private final VirtualTime time = new VirtualTime();
    private final SimulatorSettings settings =
            new SimulatorSettings().realLimits().clock(clock());
    private final ServiceProtection protection = new ServiceProtection(settings);
    private final DynamicsGate gate = DynamicsGate.ofProcess(time, LIMITS);
    private final List<Call> calls = new ArrayList<>();
    private final List<Integer> definitions = new ArrayList<>();
    private Supplier<Duration> callTime = () -> Duration.ZERO;
    private int refused;
    private int waiting;

    private record Call(CallPriority priority, Instant start, Duration took) {}

    @ParameterizedTest
    @CsvSource({"20, 0", "400, 0", "20, 60", "400, 60"})
    void whatBindsIsUsedNearlyWhollyAndNothingIsRefused(long millis, long secondsToLive) {
        // Given
        callTime = () -> Duration.ofMillis(millis);

        // When
        queueAll(Duration.ofSeconds(secondsToLive));
        time.advance(QUARTER_OF_AN_HOUR);

        // Then
        var byCount = calls.size() / (3.0 * LIMITS.requests());
        var byTime = spent() / (3.0 * LIMITS.executionTime().toMillis());
        System.out.printf(
                "Calls of %d ms, live after %d s: %d calls (%.1f %% of the budget), %d s of execution time (%.1f %%), %d refused%n",
                millis, secondsToLive, calls.size(), 100 * byCount, spent() / 1_000, 100 * byTime, refused);
        assertThat(Math.max(byCount, byTime)).as("of what binds").isBetween(0.95, 1.0);
        assertThat(refused).isLessThanOrEqualTo(calls.size() / 1_000);
        assertNoStandstill(Duration.ofSeconds(3));
        assertPollsLeaveRoom();
        assertThat(definitions).as("oldest first").isSorted();
    }

    @Test
    void callsOfAnyLengthLeaveTheLimitsWhole() {
        // Given: most are quick, some take many seconds
        var random = new Random(11);
        callTime = () -> Duration.ofMillis((long) Math.min(25_000, 30 / Math.pow(1 - random.nextDouble(), 1.2)));

        // When
        queueAll(Duration.ofSeconds(60));
        time.advance(QUARTER_OF_AN_HOUR);

        // Then
        assertThat(refused).isLessThanOrEqualTo(calls.size() / 1_000);
        var byCount = calls.size() / (3.0 * LIMITS.requests());
        var byTime = spent() / (3.0 * LIMITS.executionTime().toMillis());
        assertThat(Math.max(byCount, byTime)).isGreaterThan(0.9);
    }

    @ParameterizedTest
    @CsvSource({"2000, 20, 52", "6000, 20, 52", "6000, 8, 52", "6000, 20, 3"})
    void aServerThatHasLessLeftIsSeldomAskedInVain(int requests, int minutes, int atOnce) {
        // Given: others use the same application user
        settings.requestsPer5Minutes(requests)
                .executionTimePer5Minutes(Duration.ofMinutes(minutes))
                .concurrentRequests(atOnce);
        callTime = () -> Duration.ofMillis(400);

        // When
        queueAll(Duration.ofSeconds(60));
        time.advance(Duration.ofMinutes(60));

        // Then
        System.out.printf(
                "Server of %d calls, %d min, %d at once: %d calls in an hour, %d refused%n",
                requests, minutes, atOnce, calls.size(), refused);
        assertThat(refused).isLessThan(calls.size() / 50);
    }

    private void queueAll(Duration toLive) {
        waiting = REQUESTS;
        IntStream.range(0, REQUESTS).forEach(number -> request(number, toLive));
        poll();
    }

    private void request(int number, Duration toLive) {
        call(CallPriority.CREATE_DEFINITION, () -> definitions.add(number))
                .chain(() -> call(CallPriority.CREATE_SEGMENT, () -> {}))
                .chain(() -> call(CallPriority.PUBLISH, () -> {}))
                .chain(() -> time.after(toLive))
                .chain(() -> call(CallPriority.MEMBERS, () -> {}))
                .subscribe()
                .with(done -> waiting--);
    }

    /** As the watch does: while somebody waits, at the distance that the gate allows. */
    private void poll() {
        if (waiting > 0) {
            var next = time.after(gate.pollDistance());
            Uni.combine()
                    .all()
                    .unis(next, call(CallPriority.POLL, () -> {}))
                    .discardItems()
                    .subscribe()
                    .with(done -> poll());
        }
    }

    /** Until it is let in: as a task does that meets weather. */
    private Uni<Void> call(CallPriority priority, Runnable letIn) {
        return gate.pass(priority, () -> exchange(priority, letIn))
                .flatMap(done -> done ? Uni.createFrom().voidItem() : call(priority, letIn));
    }

    private Uni<Boolean> exchange(CallPriority priority, Runnable letIn) {
        var refusal = protection.enter();
        if (refusal.isPresent()) {
            refused++;
            var answer = answer(refusal.orElseThrow());
            gate.throttled(
                    Answers.retryAfter(answer, time.now()).map(Duration.ofMillis(50)::plus), Answers.limit(answer));
            return Uni.createFrom().item(false);
        }
        letIn.run();
        var took = callTime.get();
        calls.add(new Call(priority, time.now(), took));
        return time.after(took).map(ended -> {
            protection.leave(took);
            gate.answered();
            return true;
        });
    }

    private static HttpAnswer answer(Reply reply) {
        var body = new StringBuilder();
        reply.body().get().forEachRemaining(bytes -> body.append(new String(bytes, StandardCharsets.UTF_8)));
        return new HttpAnswer(reply.status(), reply::header, body.toString());
    }

    private long spent() {
        var end = time.now();
        return calls.stream()
                .filter(call -> !call.start().plus(call.took()).isAfter(end))
                .mapToLong(call -> call.took().toMillis())
                .sum();
    }

    private void assertNoStandstill(Duration longest) {
        for (var i = 1; i < calls.size(); i++) {
            assertThat(Duration.between(calls.get(i - 1).start(), calls.get(i).start()))
                    .isLessThan(longest);
        }
    }

    private void assertPollsLeaveRoom() {
        var counts = new EnumMap<CallPriority, Integer>(Map.of(CallPriority.POLL, 0));
        calls.forEach(call -> counts.merge(call.priority(), 1, Integer::sum));
        assertThat(counts.get(CallPriority.POLL))
                .as("polls among %s", counts)
                .isLessThanOrEqualTo(3 * LIMITS.requests() / 5);
        assertThat(counts.get(CallPriority.CREATE_DEFINITION))
                .as("definitions among %s", counts)
                .isGreaterThan(calls.size() / 6);
    }

    private Clock clock() {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return time.now();
            }
        };
    }
}
