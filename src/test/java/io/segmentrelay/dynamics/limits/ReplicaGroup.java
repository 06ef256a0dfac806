package io.segmentrelay.dynamics.limits;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.smallrye.mutiny.Uni;

import io.segmentrelay.time.VirtualTime;

/**
 * Replicas that share the limits by their partitions, each with a gate of its own, on time that is moved, and the broker that
 * keeps what is reserved of each partition: it takes that from its owner only.
 */
final class ReplicaGroup {

    static final int REQUESTS = 1_200;
    static final Duration EXECUTION_TIME = Duration.ofMinutes(5);
    static final int CONCURRENCY = 40;
    static final CallLimits LIMITS = new CallLimits(CONCURRENCY, REQUESTS, EXECUTION_TIME);
    static final Duration LONGEST_CALL = Duration.ofSeconds(30);
    static final int PARTITIONS = 12;

    private static final Duration TO_THE_BROKER = Duration.ofMillis(5);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final String NAME = "segment-requests-";

    /** What stands beside a partition's position. */
    private record Written(Replica by, Reservation reservation) {}

    final VirtualTime time = new VirtualTime();
    final List<Replica> replicas = new ArrayList<>();
    final List<Instant> starts = new ArrayList<>();
    final List<Instant> ends = new ArrayList<>();
    Duration callTime = Duration.ofMillis(50);
    private final Replica[] owners = new Replica[PARTITIONS];
    private final Map<Integer, Written> written = new HashMap<>();
    private int underWay;
    int mostUnderWay;

    final class Replica {
        final DynamicsGate gate = DynamicsGate.ofGroup(time, LIMITS, LONGEST_CALL);
        final Set<Integer> has = new TreeSet<>();
        boolean dead;
        int calls;
        private boolean committing;
        private boolean again;

        Replica() {
            replicas.add(this);
            gate.group()
                    .onMoreNeeded(
                            () -> time.after(Duration.ofMillis(1)).subscribe().with(soon -> commit()));
            commitAtIntervals();
        }

        /** It has always so many calls to make. */
        Replica busy(int callsAtOnce) {
            IntStream.range(0, callsAtOnce).forEach(i -> callAgain());
            return this;
        }

        private void callAgain() {
            gate.pass(CallPriority.PUBLISH, this::call).subscribe().with(done -> {
                if (!dead) {
                    callAgain();
                }
            });
        }

        private Uni<Void> call() {
            calls++;
            starts.add(time.now());
            mostUnderWay = Math.max(mostUnderWay, ++underWay);
            return time.after(callTime).invoke(ended -> {
                underWay--;
                ends.add(time.now());
            });
        }

        private void commitAtIntervals() {
            time.after(INTERVAL).subscribe().with(now -> {
                if (!dead) {
                    commit();
                    commitAtIntervals();
                }
            });
        }

        /** One at a time: what is asked for meanwhile goes with the next one. */
        private void commit() {
            again = true;
            if (committing || dead) {
                return;
            }
            committing = true;
            again = false;
            var asked = new HashMap<Integer, Reservation>();
            has.forEach(partition ->
                    gate.group().reserve(NAME + partition, false).ifPresent(value -> asked.put(partition, value)));
            time.after(TO_THE_BROKER).subscribe().with(arrived -> {
                committing = false;
                var taken = asked.keySet().stream()
                        .filter(partition -> !dead && owners[partition] == this)
                        .toList();
                taken.forEach(partition -> {
                    var value = Objects.requireNonNull(asked.get(partition));
                    written.put(partition, new Written(this, value));
                    gate.group().reserved(NAME + partition, value);
                });
                if (again && taken.size() == asked.size()) {
                    commit();
                }
            });
        }

        /** It knows from now on that it has these, and no others. */
        void hears(Set<Integer> partitions) {
            if (dead) {
                return;
            }
            for (var partition : has) {
                if (!partitions.contains(partition)) {
                    gate.group()
                            .reserve(NAME + partition, true)
                            .filter(value -> owners[partition] == this)
                            .ifPresent(value -> written.put(partition, new Written(this, value)));
                }
            }
            has.clear();
            has.addAll(partitions);
            gate.group().parts(has.stream().map(this::part).toList());
        }

        private SharedPart part(int partition) {
            var found = written.get(partition);
            return new SharedPart(
                    NAME + partition,
                    1.0 / PARTITIONS,
                    found == null ? Reservation.NONE : found.reservation(),
                    found != null && found.by() == this);
        }

        /** It is heard of no more, and makes no further call; those under way end. */
        void kill() {
            dead = true;
            gate.group().parts(List.of());
        }
    }

    /** A first replica that has all. */
    Replica first() {
        var first = new Replica();
        Arrays.fill(owners, first);
        first.hears(owned(first));
        return first;
    }

    /** One that comes when others have all. */
    Replica joins() {
        var joins = new Replica();
        joins.hears(Set.of());
        return joins;
    }

    /** Each partition is one replica's from now on; all hear of it when they do, losers and winners in any order. */
    void rebalance(Random random, Duration longestHearing) {
        var alive = replicas.stream().filter(replica -> !replica.dead).toList();
        IntStream.range(0, PARTITIONS).forEach(i -> owners[i] = alive.get(random.nextInt(alive.size())));
        for (var replica : alive) {
            var delay = Duration.ofMillis((long) (random.nextDouble() * longestHearing.toMillis()));
            time.after(delay).subscribe().with(heard -> replica.hears(owned(replica)));
        }
    }

    /** The partitions are spread evenly: who loses some hears of it first, and can say what it used, as in a rebalance without trouble. */
    void spread() {
        var alive = replicas.stream().filter(replica -> !replica.dead).toList();
        var next = new Replica[PARTITIONS];
        IntStream.range(0, PARTITIONS).forEach(i -> next[i] = alive.get(i % alive.size()));
        for (var replica : alive) {
            replica.hears(replica.has.stream()
                    .filter(partition -> next[partition] == replica)
                    .collect(Collectors.toSet()));
        }
        System.arraycopy(next, 0, owners, 0, PARTITIONS);
        alive.forEach(replica -> replica.hears(owned(replica)));
    }

    private Set<Integer> owned(Replica replica) {
        return IntStream.range(0, PARTITIONS)
                .filter(i -> owners[i] == replica)
                .boxed()
                .collect(Collectors.toSet());
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
