package io.segmentrelay.trigger.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Typed;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.UniEmitter;

import io.segmentrelay.event.RequestKey;
import io.segmentrelay.time.Durations;
import io.segmentrelay.workflow.LifeMarks;

/**
 * The marks in {@code segment-followed}: what one replica tells all of them. Each counts for as long as it lies there, whatever its
 * age: where all replicas were away for a night, those that it is meant for have not heard of it yet. Safe for several threads.
 */
@ApplicationScoped
@Typed(FollowedMarks.class) // which memory there is, is chosen elsewhere
public class FollowedMarks implements LifeMarks {

    /** Longer than brokers keep records unless told to (Kafka 7 days, Receipt's own bound): a repeated request finds it. */
    private static final Duration RETIRED_COUNTS = Duration.ofDays(7);

    /** A follow hears of it within seconds, or when it is lived again, within the hour. */
    private static final Duration UNFOLLOWED_COUNTS = Duration.ofHours(2);

    private static final String RETIRED = "/retired";
    private static final String UNFOLLOWED = "/unfollowed";

    /**
     * A follow that waits to be ended.
     *
     * @param since when it began: what was marked before was an earlier one
     */
    private record Follower(Instant since, UniEmitter<? super Void> emitter) {}

    private final FollowedTable table;
    private final Map<String, Instant> marks = new HashMap<>();
    private final Map<String, List<Follower>> followers = new HashMap<>();

    FollowedMarks(FollowedTable table) {
        this.table = table;
    }

    /** How long a mark is to be held from now on, before it is taken away: as long as a follow may take to hear of it, at least. */
    static Duration heldFor(String key, Instant at, Instant now) {
        var until = at.plus(key.endsWith(RETIRED) ? RETIRED_COUNTS : UNFOLLOWED_COUNTS);
        return Durations.max(UNFOLLOWED_COUNTS, Duration.between(now, until));
    }

    /** A mark was read. */
    void mark(String key, Instant at) {
        var ended = new ArrayList<Follower>();
        synchronized (this) {
            marks.merge(key, at, (one, other) -> one.isAfter(other) ? one : other);
            followers.getOrDefault(key, List.of()).stream()
                    .filter(follower -> at.isAfter(follower.since()))
                    .forEach(ended::add);
        }
        ended.forEach(follower -> follower.emitter().complete(null));
    }

    /** A tombstone was read, of a mark or of something else. */
    synchronized void forget(String key) {
        marks.remove(key);
    }

    /** Marks that count. */
    synchronized int size() {
        return marks.size();
    }

    @Override
    public boolean remembers() {
        return true;
    }

    @Override
    public boolean isBegun(String mailboxKey, Instant since) {
        return table.isBegun(mailboxKey, since);
    }

    @Override
    public synchronized boolean isRetired(UUID segmentId) {
        return at(segmentId + RETIRED).isAfter(Instant.MIN);
    }

    @Override
    public synchronized boolean isUnfollowed(UUID segmentId, RequestKey follower, Instant followedSince) {
        return keys(segmentId, follower).stream().anyMatch(key -> at(key).isAfter(followedSince));
    }

    @Override
    public Uni<Void> awaitUnfollowed(UUID segmentId, RequestKey follower, Instant followedSince) {
        return Uni.createFrom()
                .<Void>emitter(emitter -> {
                    var waiting = new Follower(followedSince, emitter);
                    var keys = keys(segmentId, follower);
                    emitter.onTermination(() -> leave(keys, waiting));
                    join(keys, waiting);
                    if (isUnfollowed(segmentId, follower, followedSince)) {
                        emitter.complete(null);
                    }
                })
                // Not on the thread that reads the topic.
                .emitOn(Infrastructure.getDefaultExecutor());
    }

    /** By the segment's id, or by that of a request, which is one's own. */
    private static List<String> keys(UUID segmentId, RequestKey follower) {
        return List.of(segmentId + UNFOLLOWED, follower.uuid() + UNFOLLOWED);
    }

    private Instant at(String key) {
        return marks.getOrDefault(key, Instant.MIN);
    }

    private synchronized void join(List<String> keys, Follower waiting) {
        keys.forEach(key ->
                followers.computeIfAbsent(key, first -> new ArrayList<>(1)).add(waiting));
    }

    private synchronized void leave(List<String> keys, Follower waiting) {
        keys.forEach(key -> followers.computeIfPresent(key, (same, all) -> {
            all.remove(waiting);
            return all.isEmpty() ? null : all;
        }));
    }
}
