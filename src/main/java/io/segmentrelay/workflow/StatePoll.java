package io.segmentrelay.workflow;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import io.smallrye.mutiny.Uni;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.dynamics.DefinitionState;
import io.segmentrelay.dynamics.Dynamics;
import io.segmentrelay.dynamics.Dynamics.SegmentIds;
import io.segmentrelay.dynamics.DynamicsException.Rejected;
import io.segmentrelay.dynamics.DynamicsException.Weather;
import io.segmentrelay.time.Time;

/**
 * Asks for the states of many definitions at once. A refusal of many may be about one of them, or about their number alone
 * (a proxy on the way that takes shorter URLs only), or pass: they are asked for in halves. What is refused alone has trouble
 * that may pass: it says nothing about the segment, and so ends no request.
 */
final class StatePoll {

    /** How many requests one poll may become: enough to find one among the most that are asked for at once. */
    private static final int MOST_REQUESTS = 20;

    /** How long a number that was refused is not tried again. */
    private static final Duration FEWER = Duration.ofMinutes(1);

    /** How many may be refused alone until it is not about them. */
    private static final int MOST_REFUSED = 20;

    private final Dynamics dynamics;
    private final Time time;
    private final Set<UUID> refusedAlone = ConcurrentHashMap.newKeySet();
    private volatile int most = Dynamics.MAX_STATES;
    private volatile Instant fewerUntil = Instant.MIN;

    StatePoll(Dynamics dynamics, Time time) {
        this.dynamics = dynamics;
        this.time = time;
    }

    /**
     * What a poll found out.
     *
     * @param states by definition id; without those that the server does not have
     * @param troubles by definition id: why nothing is known
     * @param requests that it took
     */
    record Found(Map<UUID, DefinitionState> states, Map<UUID, Throwable> troubles, int requests) {

        /** What is known of one: its state, empty where it was not in the answer; fails with its trouble. */
        Uni<Optional<DefinitionState>> of(SegmentIds ids) {
            var trouble = troubles.get(ids.definitionId());
            return trouble == null
                    ? Uni.createFrom().item(Optional.ofNullable(states.get(ids.definitionId())))
                    : Uni.createFrom().failure(trouble);
        }
    }

    /** How many are best asked for at once. */
    int most() {
        return time.now().isBefore(fewerUntil) ? most : Dynamics.MAX_STATES;
    }

    /** Asks for any number. */
    Uni<Found> ask(Collection<SegmentIds> ids) {
        return Uni.createFrom().deferred(() -> new Asking(batches(ids)).next());
    }

    /**
     * Asks for one alone: a list may leave a row out for other reasons; only the row's own 404 says that it is gone.
     *
     * @return empty: the server does not have it; a refusal is trouble that may pass
     */
    Uni<Optional<DefinitionState>> askAlone(SegmentIds ids) {
        return dynamics.state(ids).onFailure().transform(StatePoll::passing);
    }

    /** A refused look, as trouble that may pass. */
    static Throwable passing(Throwable failure) {
        return failure instanceof Rejected rejected
                ? new Weather(
                        "Dynamics refused to say how far the segment is: %d %s"
                                .formatted(
                                        rejected.answer().status(),
                                        rejected.answer()
                                                .message()
                                                .or(() -> rejected.answer().code())
                                                .orElse("no reason given")),
                        Optional.empty(),
                        rejected)
                : failure;
    }

    /** Those that were refused alone stay alone, so that nobody else has to be asked for twice. */
    private Deque<List<SegmentIds>> batches(Collection<SegmentIds> ids) {
        var batches = new ArrayDeque<List<SegmentIds>>();
        var together = new ArrayList<SegmentIds>();
        for (var each : ids) {
            if (refusedAlone.contains(each.definitionId())) {
                batches.addLast(List.of(each));
            } else {
                together.add(each);
            }
        }
        var size = most();
        for (var to = together.size(); to > 0; to -= size) {
            batches.addFirst(List.copyOf(together.subList(Math.max(0, to - size), to)));
        }
        return batches;
    }

    /** One poll. */
    private final class Asking {
        private final Deque<List<SegmentIds>> open;
        private final int limit;
        private final Map<UUID, DefinitionState> states = new HashMap<>();
        private final Map<UUID, Throwable> troubles = new HashMap<>();
        private int requests;
        private int smallestRefused = Integer.MAX_VALUE;

        private Asking(Deque<List<SegmentIds>> open) {
            this.open = open;
            this.limit = open.size() + MOST_REQUESTS;
        }

        private Uni<Found> next() {
            var batch = open.pollFirst();
            if (batch == null) {
                learn();
                return Uni.createFrom().item(new Found(states, troubles, requests));
            }
            requests++;
            return dynamics.states(batch).onItemOrFailure().transformToUni((found, failure) -> {
                took(batch, found, failure);
                return next();
            });
        }

        private void took(
                List<SegmentIds> batch, @Nullable Map<UUID, DefinitionState> found, @Nullable Throwable failure) {
            if (failure == null) {
                states.putAll(java.util.Objects.requireNonNull(found));
                batch.forEach(each -> refusedAlone.remove(each.definitionId()));
            } else if (!(failure instanceof Rejected)) {
                // Weather, or no token: to ask on would meet the same.
                troubled(batch, failure);
                open.forEach(others -> troubled(others, failure));
                open.clear();
            } else if (batch.size() > 1 && requests < limit) {
                smallestRefused = Math.min(smallestRefused, batch.size());
                open.addFirst(batch.subList(batch.size() / 2, batch.size()));
                open.addFirst(batch.subList(0, batch.size() / 2));
            } else {
                refused(batch, failure);
            }
        }

        private void refused(List<SegmentIds> batch, Throwable refusal) {
            troubled(batch, passing(refusal));
            if (refusedAlone.size() >= MOST_REFUSED) {
                refusedAlone.clear();
            }
            if (batch.size() == 1) {
                refusedAlone.add(batch.getFirst().definitionId());
            }
        }

        private void troubled(List<SegmentIds> batch, Throwable failure) {
            batch.forEach(each -> troubles.put(each.definitionId(), failure));
        }

        /** Where all halves were answered, it was the number. */
        private void learn() {
            if (smallestRefused <= Dynamics.MAX_STATES && troubles.isEmpty()) {
                most = Math.max(1, smallestRefused / 2);
                fewerUntil = time.now().plus(FEWER);
            }
        }
    }
}
