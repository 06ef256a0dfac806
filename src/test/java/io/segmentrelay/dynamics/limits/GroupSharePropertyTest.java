package io.segmentrelay.dynamics.limits;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import static io.segmentrelay.dynamics.limits.ReplicaGroup.CONCURRENCY;
import static io.segmentrelay.dynamics.limits.ReplicaGroup.EXECUTION_TIME;
import static io.segmentrelay.dynamics.limits.ReplicaGroup.REQUESTS;
import static org.assertj.core.api.Assertions.assertThat;

/** Replicas that share the limits by their partitions. */
class GroupSharePropertyTest {

    @Property(tries = 12)
    void inWhateverOrderTheyHearAllTogetherNeverExceedTheLimits(
            @ForAll long seed, @ForAll @IntRange(min = 2, max = 5) int most) {
        // Given
        var group = new ReplicaGroup();
        var random = new Random(seed);
        group.callTime = Duration.ofMillis(random.nextBoolean() ? 20 : 400);
        group.first().busy(callsAtOnce(random));
        group.run(Duration.ofSeconds(random.nextInt(600)));

        var longestHearing = random.nextBoolean() ? GroupShare.LONG_CALL.minusSeconds(1) : Duration.ofSeconds(10);

        // When
        for (var moves = 0; moves < 8; moves++) {
            if (random.nextBoolean() && group.alive() > 1) {
                group.replicas.get(random.nextInt(group.replicas.size())).kill();
            } else if (group.alive() < most) {
                group.joins().busy(callsAtOnce(random));
            }
            if (random.nextBoolean()) {
                group.spread();
            } else {
                group.rebalance(random, longestHearing);
            }
            // The next move may come while some have not heard of this one.
            group.run(Duration.ofSeconds(11 + random.nextInt(400)));
        }

        // Then
        assertThat(group.mostCalls()).as("calls in any window").isLessThanOrEqualTo(REQUESTS);
        assertThat(group.mostTime())
                .as("execution time in any window")
                .isLessThanOrEqualTo(EXECUTION_TIME.plus(group.callTime.multipliedBy(CONCURRENCY)));
        if (longestHearing.compareTo(GroupShare.LONG_CALL) < 0) {
            assertThat(group.mostUnderWay).as("calls at once").isLessThanOrEqualTo(CONCURRENCY + most);
        }
    }

    /** Some have little to do, and reserve little. */
    private static int callsAtOnce(Random random) {
        return random.nextInt(3) == 0 ? 1 : CONCURRENCY;
    }

    @Example
    void atEveryNumberOfReplicasNearlyAllIsUsed() {
        for (var count : new int[] {1, 2, 4}) {
            var group = new ReplicaGroup();
            group.first().busy(CONCURRENCY);
            for (var i = 1; i < count; i++) {
                group.joins().busy(CONCURRENCY);
            }
            group.spread();
            group.run(DynamicsGate.WINDOW.multipliedBy(3));
            group.starts.clear();

            // When
            group.run(DynamicsGate.WINDOW.multipliedBy(2));

            // Then
            assertThat(group.starts.size())
                    .as("calls of %d replicas in two windows", count)
                    .isBetween((int) (0.93 * 2 * REQUESTS), 2 * REQUESTS);
            assertThat(group.mostUnderWay)
                    .as("calls of %d replicas at once", count)
                    .isBetween((int) (0.9 * CONCURRENCY), CONCURRENCY);
        }
    }

    @Example
    void whoTakesOverAPartInFullUseGoesOnSlowlyUntilItCounts() {
        // Given
        var group = new ReplicaGroup();
        var first = group.first().busy(CONCURRENCY);
        group.run(DynamicsGate.WINDOW.multipliedBy(2));
        var second = group.joins().busy(CONCURRENCY);

        // When
        first.kill();
        group.spread();
        group.run(DynamicsGate.WINDOW);
        var slowly = second.calls;
        group.run(GroupShare.HEARING.plus(DynamicsGate.WINDOW));
        var later = second.calls - slowly;

        // Then
        assertThat(slowly).isBetween(20, (int) (GroupShare.RESERVE * REQUESTS));
        assertThat(later).isBetween((int) (0.9 * REQUESTS), REQUESTS);
    }

    @Example
    void whoTakesOverAPartInLittleUseHasTheRestAtOnce() {
        // Given
        var group = new ReplicaGroup();
        var first = group.first().busy(1);
        first.gate.throttled(Optional.of(Duration.ofHours(1)), Optional.empty());
        group.run(DynamicsGate.WINDOW.multipliedBy(2));
        var second = group.joins().busy(CONCURRENCY);

        // When
        first.kill();
        group.spread();
        group.run(Duration.ofMinutes(1));

        // Then
        assertThat(second.calls).isGreaterThan(REQUESTS / 2);
        assertThat(group.mostUnderWay).isGreaterThan(3 * CONCURRENCY / 4);
    }

    @Example
    void whatGoesInGoodOrderIsGivenWithWhatIsLeftOfIt() {
        // Given
        var group = new ReplicaGroup();
        group.first().busy(CONCURRENCY);
        group.run(Duration.ofSeconds(1));
        var used = group.starts.size();
        var second = group.joins().busy(CONCURRENCY);

        // When
        group.spread();
        group.run(Duration.ofMillis(200));

        // Then
        assertThat(used).isLessThan(REQUESTS * 3 / 4);
        assertThat(second.gate.usablePart()).isGreaterThan(0.96 / 2 * (1 - 1.3 * used / REQUESTS) - 0.03);
    }

    @Example
    void whoHasHadAllFromItsStartNeedNotCareForWhatWasBefore() {
        // Given
        var group = new ReplicaGroup();
        group.first().busy(CONCURRENCY);
        group.run(DynamicsGate.WINDOW.multipliedBy(2));
        group.replicas.getFirst().kill();

        // When
        var next = group.first().busy(CONCURRENCY);
        group.run(Duration.ofSeconds(10));

        // Then
        assertThat(next.calls).isGreaterThan(REQUESTS / 4);
    }

    @Example
    void whoLosesAllMakesNoFurtherCall() {
        // Given
        var group = new ReplicaGroup();
        var replica = group.first().busy(CONCURRENCY);
        group.run(Duration.ofSeconds(5));

        // When
        replica.hears(Set.of());
        var before = replica.calls;
        group.run(Duration.ofHours(1));

        // Then
        assertThat(before).isPositive();
        assertThat(replica.calls).isEqualTo(before);
    }

    @Example
    void whoLosesAllForAMomentGoesOnAsBefore() {
        // Given
        var group = new ReplicaGroup();
        var replica = group.first().busy(CONCURRENCY);
        group.run(DynamicsGate.WINDOW.multipliedBy(2));

        // When
        var had = Set.copyOf(replica.has);
        replica.hears(Set.of());
        group.run(Duration.ofMinutes(1));
        replica.hears(had);

        // Then
        assertThat(replica.gate.usablePart()).isGreaterThan(0.95);
    }
}
