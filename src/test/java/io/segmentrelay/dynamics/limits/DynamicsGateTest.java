package io.segmentrelay.dynamics.limits;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
import org.junit.jupiter.api.Test;

import io.segmentrelay.http.RetryAfter;
import io.segmentrelay.time.VirtualTime;

import static org.assertj.core.api.Assertions.assertThat;

class DynamicsGateTest {

    private final VirtualTime time = new VirtualTime();
    private static final Duration MUCH_TIME = Duration.ofDays(1);

    private final List<String> started = new ArrayList<>();
    private final List<Instant> starts = new ArrayList<>();
    private final List<UniEmitter<? super String>> open = new ArrayList<>();

    @Test
    void letsThroughSoManyAtOnce() {
        // Given
        var gate = DynamicsGate.ofProcess(time, new CallLimits(2, 100, MUCH_TIME));

        // When
        IntStream.range(0, 5).forEach(i -> slow(gate, CallPriority.PUBLISH, "call " + i));

        // Then
        assertThat(started).containsExactly("call 0", "call 1");
        assertThat(gate.underWay()).isEqualTo(2);
        assertThat(gate.waiting()).isEqualTo(3);
        open.removeFirst().complete("done");
        assertThat(started).containsExactly("call 0", "call 1", "call 2");
        open.removeFirst().fail(new IllegalStateException("failed"));
        assertThat(started).endsWith("call 3");
        assertThat(gate.underWay()).isEqualTo(2);
    }

    @Test
    void whatIsNearerToItsEndGoesFirst() {
        // Given
        var gate = DynamicsGate.ofProcess(time, new CallLimits(1, 100, MUCH_TIME));
        slow(gate, CallPriority.CREATE_DEFINITION, "first");
        slow(gate, CallPriority.CREATE_DEFINITION, "definition 1");
        slow(gate, CallPriority.CREATE_DEFINITION, "definition 2");
        slow(gate, CallPriority.CREATE_SEGMENT, "segment");
        slow(gate, CallPriority.PUBLISH, "publish");
        slow(gate, CallPriority.MEMBERS, "members");

        // When
        drain();

        // Then
        assertThat(started).containsExactly("first", "members", "publish", "segment", "definition 1", "definition 2");
    }

    @Test
    void noWindowEverSeesMoreThanTheBudget() {
        // Given
        var gate = DynamicsGate.ofProcess(time, new CallLimits(100, 10, MUCH_TIME));
        for (var i = 0; i < 200; i++) {
            quick(gate, CallPriority.PUBLISH);
            if (i % 7 == 0) {
                time.advance(Duration.ofSeconds(i));
            }
        }

        // When
        while (gate.waiting() > 0) {
            assertThat(time.advanceToNextTimer()).isTrue();
        }

        // Then
        assertThat(starts).hasSize(200);
        for (var i = 10; i < starts.size(); i++) {
            assertThat(Duration.between(starts.get(i - 10), starts.get(i))).isGreaterThan(DynamicsGate.WINDOW);
        }
        assertThat(time.timers()).isZero();
    }

    @Test
    void halfOfTheBudgetIsThereAtOnceAndTheRestIsSpreadOverTheWindow() {
        // Given
        var gate = DynamicsGate.ofProcess(time, new CallLimits(100, 10, MUCH_TIME));
        gate.throttled(Optional.of(Duration.ofSeconds(1)), Optional.empty());
        IntStream.range(0, 20).forEach(i -> quick(gate, CallPriority.PUBLISH));

        // When
        time.advanceToNextTimer();
        var begin = time.now();
        var atOnce = starts.size();
        while (gate.waiting() > 0) {
            assertThat(time.advanceToNextTimer()).isTrue();
        }

        // Then
        assertThat(atOnce).as("the half, and the first of the rest").isEqualTo(6);
        assertThat(Duration.between(begin, starts.get(9))).isLessThan(DynamicsGate.WINDOW);
        for (var i = atOnce; i < starts.size(); i++) {
            assertThat(Duration.between(starts.get(i - 1), starts.get(i)))
                    .as("from call %d to the next", i)
                    .isLessThan(Duration.ofSeconds(62));
        }
        assertThat(Duration.between(begin, starts.getLast())).isLessThan(DynamicsGate.WINDOW.multipliedBy(2));
    }

    @Test
    void whereNobodyWaitsOnlyAFifthOfTheBudgetIsSpread() {
        // Given
        var gate = DynamicsGate.ofProcess(time, new CallLimits(100, 10, MUCH_TIME));

        // When: one comes when the one before has ended
        IntStream.range(0, 20).forEach(i -> quick(gate, CallPriority.PUBLISH));

        // Then
        assertThat(starts).as("four fifths, and the first of the rest").hasSize(9);
    }

    @Test
    void longCallsAreChargedWithTheirTimeAlsoWhileTheyAreUnderWay() {
        // Given
        var gate = DynamicsGate.ofProcess(time, new CallLimits(100, 1_000, Duration.ofSeconds(100)));
        IntStream.range(0, 10).forEach(i -> slow(gate, CallPriority.MEMBERS, "long"));

        // When
        time.advance(Duration.ofSeconds(12));
        slow(gate, CallPriority.PUBLISH, "later");

        // Then
        assertThat(gate.executionTimeLeft()).isZero();
        assertThat(started).doesNotContain("later");
        drain();
        time.advance(DynamicsGate.WINDOW);
        assertThat(started).as("the ends count, for a window").doesNotContain("later");
        time.advance(Duration.ofSeconds(2));
        assertThat(started).contains("later");
    }

    @Test
    void aCallThatIsLongerThanTheWholeBudgetIsMadeAlone() {
        // Given
        var gate = DynamicsGate.ofProcess(time, new CallLimits(10, 1_000, Duration.ofSeconds(1)));
        slow(gate, CallPriority.MEMBERS, "first");
        time.advance(Duration.ofSeconds(20));
        drain();

        // When
        slow(gate, CallPriority.MEMBERS, "second");
        time.advance(DynamicsGate.WINDOW.plusSeconds(2));

        // Then
        assertThat(started).containsExactly("first", "second");
    }

    @Test
    void whatTheServerRefusedIsUsedLessForATime() {
        // Given
        var gate = DynamicsGate.ofProcess(time, new CallLimits(40, 1_000, MUCH_TIME));
        IntStream.range(0, 100).forEach(i -> slow(gate, CallPriority.PUBLISH, "call"));

        // When
        gate.throttled(Optional.of(Duration.ofSeconds(1)), Optional.of(ServerLimit.CONCURRENCY));
        gate.throttled(Optional.of(Duration.ofSeconds(1)), Optional.of(ServerLimit.CONCURRENCY));
        IntStream.range(0, 10).forEach(i -> open.removeFirst().complete("429"));
        time.advance(Duration.ofSeconds(1));
        var soon = gate.underWay();
        time.advance(Duration.ofMinutes(5));

        // Then
        assertThat(soon).isEqualTo(36);
        assertThat(gate.underWay()).isEqualTo(40);
    }

    @Test
    void aReplicaThatHasNoPartMakesNoCalls() {
        // Given
        var gate = DynamicsGate.ofGroup(time, new CallLimits(40, 1_000, MUCH_TIME), Duration.ofSeconds(30));
        quick(gate, CallPriority.PUBLISH);
        time.advance(Duration.ofHours(1));
        var without = starts.size();

        // When
        gate.group().parts(List.of(new SharedPart("all", 1, Reservation.NONE, false)));
        var notReserved = starts.size();
        gate.group().reserved("all", gate.group().reserve("all", false).orElseThrow());

        // Then
        assertThat(without).isZero();
        assertThat(notReserved).isZero();
        assertThat(starts).hasSize(1);
        assertThat(gate.usablePart()).isBetween(0.95, 1.0);
    }

    @Test
    void closesForEveryoneUntilRetryAfterHasPassed() {
        // Given
        var gate = DynamicsGate.ofProcess(time, new CallLimits(10, 100, MUCH_TIME));

        // When
        gate.throttled(Optional.of(Duration.ofSeconds(30)), Optional.empty());
        gate.throttled(Optional.of(Duration.ofSeconds(3)), Optional.empty());
        quick(gate, CallPriority.MEMBERS);

        // Then
        assertThat(gate.closedUntil()).contains(time.now().plusSeconds(30));
        time.advance(Duration.ofSeconds(30).minusNanos(1));
        assertThat(starts).isEmpty();
        time.advance(Duration.ofNanos(1));
        assertThat(starts).hasSize(1);
        assertThat(gate.closedUntil()).isEmpty();
    }

    @Test
    void aClosingIsNeverLongerThanAnHour() {
        // Given
        var gate = DynamicsGate.ofProcess(time, new CallLimits(10, 100, MUCH_TIME));

        // When
        gate.throttled(Optional.of(Duration.ofDays(30)), Optional.empty());

        // Then
        assertThat(gate.closedUntil()).contains(time.now().plus(RetryAfter.MAX));
    }

    @Test
    void withoutRetryAfterClosingsGrowUntilAnAnswerComes() {
        // Given
        var gate = DynamicsGate.ofProcess(time, new CallLimits(10, 100, MUCH_TIME));
        var waits = new ArrayList<Long>();

        // When
        for (var i = 0; i < 6; i++) {
            gate.throttled(Optional.empty(), Optional.empty());
            gate.throttled(Optional.empty(), Optional.empty()); // of the same moment: no growth
            gate.answered(); // to a call that was under way before: no proof of anything
            var wait = Duration.between(time.now(), gate.closedUntil().orElseThrow());
            waits.add(wait.toSeconds());
            time.advance(wait);
        }
        gate.answered();
        gate.throttled(Optional.empty(), Optional.empty());

        // Then
        assertThat(waits).containsExactly(5L, 10L, 20L, 40L, 60L, 60L);
        assertThat(gate.closedUntil()).contains(time.now().plusSeconds(5));
    }

    @Test
    void aCallThatIsThrottledKeepsTheNextOneOut() {
        // Given
        var gate = DynamicsGate.ofProcess(time, new CallLimits(1, 100, MUCH_TIME));
        slow(gate, CallPriority.PUBLISH, "throttled");
        slow(gate, CallPriority.PUBLISH, "next");

        // When
        gate.throttled(Optional.of(Duration.ofSeconds(7)), Optional.empty());
        open.removeFirst().complete("429");

        // Then
        assertThat(started).containsExactly("throttled");
        time.advance(Duration.ofSeconds(7));
        assertThat(started).containsExactly("throttled", "next");
    }

    @Test
    void pollsTakeNoMoreThanTheirShareFromOthers() {
        // Given
        var gate = DynamicsGate.ofProcess(time, new CallLimits(1, 200, MUCH_TIME));
        slow(gate, CallPriority.PUBLISH, "first");
        IntStream.range(0, 120).forEach(i -> slow(gate, CallPriority.POLL, "poll"));
        IntStream.range(0, 120).forEach(i -> slow(gate, CallPriority.CREATE_DEFINITION, "create"));

        // When
        IntStream.range(0, 99).forEach(i -> open.removeFirst().complete("done"));

        // Then
        assertThat(started.subList(0, 81).stream().filter("poll"::equals)).hasSize(40);
        assertThat(started.subList(0, 100).stream().filter("create"::equals)).hasSize(59);
    }

    @Test
    void slowPollsTakeNoMoreThanTheirShareOfTheTime() {
        // Given
        var gate = DynamicsGate.ofProcess(time, new CallLimits(1, 1_000, Duration.ofSeconds(100)));
        IntStream.range(0, 50).forEach(i -> slow(gate, CallPriority.POLL, "poll"));
        IntStream.range(0, 50).forEach(i -> slow(gate, CallPriority.CREATE_DEFINITION, "create"));

        // When
        for (var i = 0; i < 20; i++) {
            time.advance(Duration.ofSeconds(2));
            open.removeFirst().complete("done");
        }

        // Then: ten of two seconds are a fifth
        assertThat(started.stream().filter("poll"::equals).count()).isBetween(10L, 11L);
    }

    @Test
    void pollsHaveAllOfTheBudgetThatNobodyElseWants() {
        // Given
        var gate = DynamicsGate.ofProcess(time, new CallLimits(10, 200, MUCH_TIME));

        // When
        IntStream.range(0, 100).forEach(i -> quick(gate, CallPriority.POLL));

        // Then
        assertThat(starts).hasSize(100);
    }

    @Test
    void pollsDoNotStarve() {
        // Given
        var gate = DynamicsGate.ofProcess(time, new CallLimits(1, 5_400, MUCH_TIME));
        slow(gate, CallPriority.MEMBERS, "members");
        IntStream.range(0, 100).forEach(i -> slow(gate, CallPriority.MEMBERS, "members"));

        // When
        slow(gate, CallPriority.POLL, "poll");
        open.removeFirst().complete("done");

        // Then
        assertThat(started).endsWith("poll");
    }

    @Test
    void whoIsCancelledInTheQueueTakesNoPlace() {
        // Given
        var gate = DynamicsGate.ofProcess(time, new CallLimits(1, 3, MUCH_TIME));
        slow(gate, CallPriority.PUBLISH, "first");
        var waiters = IntStream.range(0, 20_000)
                .mapToObj(i -> slow(gate, CallPriority.PUBLISH, "cancelled"))
                .toList();
        slow(gate, CallPriority.PUBLISH, "last");

        // When
        waiters.forEach(Cancellable::cancel);
        drain();

        // Then
        assertThat(started).containsExactly("first", "last");
        assertThat(gate.waiting()).isZero();
        assertThat(gate.budgetLeft()).isEqualTo(1);
    }

    @Test
    void whoIsCancelledUnderWayFreesItsPlaceAndItsCall() {
        // Given
        var gate = DynamicsGate.ofProcess(time, new CallLimits(1, 100, MUCH_TIME));
        var cancelled = new AtomicInteger();
        var running = gate.pass(
                        CallPriority.PUBLISH,
                        () -> Uni.createFrom().nothing().onCancellation().invoke(cancelled::incrementAndGet))
                .subscribe()
                .with(ignored -> {});
        slow(gate, CallPriority.PUBLISH, "next");

        // When
        running.cancel();

        // Then
        assertThat(cancelled).hasValue(1);
        assertThat(started).containsExactly("next");
        assertThat(gate.underWay()).isEqualTo(1);
    }

    @Test
    void aThousandCallsThatEndAtOnceDoNotPileUp() {
        // Given
        var gate = DynamicsGate.ofProcess(time, new CallLimits(1, 100_000, MUCH_TIME));
        slow(gate, CallPriority.PUBLISH, "first");
        IntStream.range(0, 50_000).forEach(i -> quick(gate, CallPriority.PUBLISH));

        // When
        drain();

        // Then
        assertThat(starts).hasSize(50_000);
        assertThat(gate.underWay()).isZero();
    }

    @Test
    void aCallThatThrowsFreesItsPlace() {
        // Given
        var gate = DynamicsGate.ofProcess(time, new CallLimits(1, 100, MUCH_TIME));
        var failures = new ArrayList<Throwable>();

        // When
        gate.pass(CallPriority.PUBLISH, () -> {
                    throw new IllegalStateException("thrown");
                })
                .subscribe()
                .with(ignored -> {}, failures::add);

        // Then
        assertThat(failures).singleElement().isInstanceOf(IllegalStateException.class);
        assertThat(gate.underWay()).isZero();
    }

    @Test
    void holdsItsLimitUnderManyThreads() throws InterruptedException {
        // Given
        var gate = DynamicsGate.ofProcess(time, new CallLimits(8, 100_000, MUCH_TIME));
        var underWay = new AtomicInteger();
        var most = new AtomicInteger();
        var left = new CountDownLatch(20_000);

        // When
        try (var callers = Executors.newFixedThreadPool(8);
                var servers = Executors.newFixedThreadPool(8)) {
            for (var i = 0; i < 20_000; i++) {
                var cancels = i % 5 == 0;
                callers.execute(() -> {
                    var call = gate.pass(
                                    CallPriority.PUBLISH,
                                    () -> Uni.createFrom()
                                            .item(() -> cancels
                                                    ? 0
                                                    : most.accumulateAndGet(underWay.incrementAndGet(), Math::max))
                                            .runSubscriptionOn(servers)
                                            .invoke(() -> underWay.addAndGet(cancels ? 0 : -1)))
                            .onTermination()
                            .invoke(left::countDown)
                            .subscribe()
                            .with(ignored -> {});
                    if (cancels) {
                        call.cancel();
                    }
                });
            }
            assertThat(left.await(30, TimeUnit.SECONDS)).isTrue();
        }

        // Then
        assertThat(gate.underWay()).isZero();
        assertThat(gate.waiting()).isZero();
        assertThat(most.get()).isBetween(1, 8);
    }

    private Cancellable slow(DynamicsGate gate, CallPriority priority, String name) {
        return gate.pass(priority, () -> {
                    started.add(name);
                    return Uni.createFrom().<String>emitter(open::add);
                })
                .subscribe()
                .with(ignored -> {}, ignored -> {});
    }

    private void quick(DynamicsGate gate, CallPriority priority) {
        gate.pass(priority, () -> {
                    starts.add(time.now());
                    return Uni.createFrom().item("done");
                })
                .subscribe()
                .with(ignored -> {});
    }

    private void drain() {
        while (!open.isEmpty()) {
            open.removeFirst().complete("done");
        }
    }
}
