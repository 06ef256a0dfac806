package io.segmentrelay.dynamics.limits;

import java.time.Duration;
import java.util.Random;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import io.segmentrelay.dynamics.limits.ReplicaGroup.Replica;

import static io.segmentrelay.dynamics.limits.ReplicaGroup.CONCURRENCY;
import static io.segmentrelay.dynamics.limits.ReplicaGroup.EXECUTION_TIME;
import static io.segmentrelay.dynamics.limits.ReplicaGroup.REQUESTS;
import static org.assertj.core.api.Assertions.assertThat;

/** Replicas that share the limits by their partitions. */
class GroupSharePropertyTest {

    @Property(tries = 25)
    void inWhateverOrderTheyHearAllTogetherNeverExceedTheLimits(
            @ForAll long seed, @ForAll @IntRange(min = 2, max = 5) int most) {
        // Given
        var group = new ReplicaGroup();
        var random = new Random(seed);
        var first = group.new Replica();
        group.replicas.add(first);
        first.gate.part(1);
        group.callTime = Duration.ofMillis(random.nextBoolean() ? 20 : 400);
        group.run(Duration.ofSeconds(random.nextInt(600)));

        // When
        for (var moves = 0; moves < 8; moves++) {
            if (random.nextBoolean() && group.alive() > 1) {
                var dies = group.replicas.get(random.nextInt(group.replicas.size()));
                dies.kill();
            } else if (group.alive() < most) {
                var joins = group.new Replica();
                joins.gate.part(0); // others have them all when it comes
                group.replicas.add(joins);
            }
            group.rebalance(random, Duration.ofSeconds(10));
            // The next move may come while some have not heard of this one.
            group.run(Duration.ofSeconds(11 + random.nextInt(400)));
        }

        // Then
        assertThat(group.mostCalls()).as("calls in any window").isLessThanOrEqualTo(REQUESTS);
        assertThat(group.mostTime())
                .as("execution time in any window")
                .isLessThanOrEqualTo(EXECUTION_TIME.plus(group.callTime.multipliedBy(CONCURRENCY)));
        assertThat(group.mostUnderWay).as("calls at once").isLessThanOrEqualTo(CONCURRENCY + most);
    }

    @Example
    void atEveryNumberOfReplicasNearlyAllIsUsed() {
        for (var count : new int[] {1, 2, 4}) {
            var group = new ReplicaGroup();
            var first = group.new Replica();
            first.gate.part(1);
            group.replicas.add(first);
            for (var i = 1; i < count; i++) {
                var joins = group.new Replica();
                joins.gate.part(0);
                group.replicas.add(joins);
            }
            for (var replica : group.replicas) {
                replica.gate.part(1.0 / count);
            }
            group.run(DynamicsGate.WINDOW.multipliedBy(3));
            group.starts.clear();

            // When
            group.run(DynamicsGate.WINDOW.multipliedBy(2));

            // Then
            assertThat(group.starts.size())
                    .as("calls of %d group.replicas in two windows", count)
                    .isBetween((int) (0.93 * 2 * REQUESTS), 2 * REQUESTS);
        }
    }

    @Example
    void aReplicaThatJoinsGoesOnSlowlyUntilItsPartCounts() {
        // Given
        var group = new ReplicaGroup();
        var first = group.new Replica();
        first.gate.part(1);
        group.replicas.add(first);
        group.run(DynamicsGate.WINDOW.multipliedBy(2));
        var joins = group.new Replica();
        joins.gate.part(0);

        // When
        first.gate.part(0.5);
        joins.gate.part(0.5);
        group.run(DynamicsGate.WINDOW);
        var slowly = joins.calls;
        group.run(GroupShare.HEARING.plus(DynamicsGate.WINDOW));
        var later = joins.calls - slowly;

        // Then
        assertThat(slowly).isBetween(10, (int) (GroupShare.RESERVE * REQUESTS / 2));
        assertThat(later).isBetween((int) (0.9 * REQUESTS / 2), REQUESTS / 2);
    }

    @Example
    void whoLosesAllMakesNoFurtherCall() {
        // Given
        var group = new ReplicaGroup();
        var replica = group.new Replica();
        replica.gate.part(1);
        group.run(Duration.ofSeconds(5));

        // When
        replica.gate.part(0);
        var before = replica.calls;
        group.run(Duration.ofHours(1));

        // Then
        assertThat(replica.calls).isEqualTo(before);
    }

    @Example
    void whoLosesAllForAMomentGoesOnAsBefore() {
        // Given
        var group = new ReplicaGroup();
        var replica = group.new Replica();
        replica.gate.part(1);
        group.run(DynamicsGate.WINDOW.multipliedBy(2));

        // When
        replica.gate.part(0);
        group.run(Duration.ofMinutes(1));
        replica.gate.part(1);

        // Then
        assertThat(replica.gate.usablePart()).isGreaterThan(0.95);
    }
}
