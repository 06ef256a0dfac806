package io.segmentrelay.workflow;

import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.event.RequestKey;

/** A memory of marks that a test fills. */
final class FakeMarks implements LifeMarks {

    final Set<UUID> retired = new HashSet<>();
    boolean unfollowed;
    Optional<Instant> begun = Optional.empty();
    private @Nullable UniEmitter<? super Void> waiting;

    /** The mark comes while somebody waits for it. */
    void unfollow() {
        unfollowed = true;
        if (waiting != null) {
            waiting.complete(null);
        }
    }

    @Override
    public boolean remembers() {
        return true;
    }

    @Override
    public boolean isBegun(String mailboxKey, Instant since) {
        return begun.filter(at -> !at.isBefore(since)).isPresent();
    }

    @Override
    public boolean isRetired(UUID segmentId) {
        return retired.contains(segmentId);
    }

    @Override
    public boolean isUnfollowed(UUID segmentId, RequestKey follower, Instant followedSince) {
        return unfollowed;
    }

    @Override
    public Uni<Void> awaitUnfollowed(UUID segmentId, RequestKey follower, Instant followedSince) {
        return Uni.createFrom().emitter(emitter -> waiting = emitter);
    }
}
