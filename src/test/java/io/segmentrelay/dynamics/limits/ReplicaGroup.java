package io.segmentrelay.dynamics.limits;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import io.segmentrelay.dynamics.limits.DynamicsGate.Priority;
import io.segmentrelay.time.VirtualTime;

/** Replicas that share the limits by their partitions, each with a gate of its own and always a call to make, on time that is moved. */
final class ReplicaGroup {

    static final int REQUESTS = 1_200;
    static final Duration EXECUTION_TIME = Duration.ofMinutes(5);
    static final int CONCURRENCY = 40;
    static final CallLimits LIMITS = new CallLimits(CONCURRENCY, REQUESTS, EXECUTION_TIME);
    static final Duration LONGEST_CALL = Duration.ofSeconds(30);
    static final int PARTITIONS = 12;

    final VirtualTime time = new VirtualTime();
    final List<Replica> replicas = new ArrayList<>();
    final List<Instant> starts = new ArrayList<>();
    final List<Instant> ends = new ArrayList<>();
    Duration callTime = Duration.ofMillis(50);
    private int underWay;
    int mostUnderWay;

    final class Replica {
        final DynamicsGate gate = DynamicsGate.ofGroup(time, LIMITS, LONGEST_CALL);
        boolean dead;
        int calls;

        Replica() {
            for (var i = 0; i < CONCURRENCY; i++) {
                callAgain();
            }
        }

        private void callAgain() {
            gate.pass(Priority.PUBLISH, () -> {
                        calls++;
                        starts.add(time.now());
                        mostUnderWay = Math.max(mostUnderWay, ++underWay);
                        return time.after(callTime).invoke(ended -> {
                            underWay--;
                            ends.add(time.now());
                        });
                    })
                    .subscribe()
                    .with(done -> {
                        if (!dead) {
                            callAgain();
                        }
                    });
        }

        /** A replica that is killed is heard of no more: its gate has nothing to let in. */
        void kill() {
            dead = true;
            gate.part(0);
        }
    }

    /** Each partition is one replica's; all hear of it when they do, losers and winners in any order. */
    void rebalance(Random random, Duration longestHearing) {
        var alive = replicas.stream().filter(replica -> !replica.dead).toList();
        var owned = new int[alive.size()];
        IntStream.range(0, PARTITIONS).forEach(i -> owned[random.nextInt(alive.size())]++);
        for (var i = 0; i < owned.length; i++) {
            var replica = alive.get(i);
            var part = owned[i] / (double) PARTITIONS;
            var delay = Duration.ofMillis((long) (random.nextDouble() * longestHearing.toMillis()));
            time.after(delay).subscribe().with(heard -> {
                if (!replica.dead) {
                    replica.gate.part(part);
                }
            });
        }
    }

    void run(Duration duration) {
        time.advance(duration);
    }

    long alive() {
        return replicas.stream().filter(replica -> !replica.dead).count();
    }

    int mostCalls() {
        return most(starts);
    }

    Duration mostTime() {
        return callTime.multipliedBy(most(ends));
    }

    private static int most(List<Instant> times) {
        var most = 0;
        var first = 0;
        for (var last = 0; last < times.size(); last++) {
            while (Duration.between(times.get(first), times.get(last)).compareTo(DynamicsGate.WINDOW) > 0) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
    }
}
