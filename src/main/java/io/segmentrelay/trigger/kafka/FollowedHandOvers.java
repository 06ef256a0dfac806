package io.segmentrelay.trigger.kafka;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import jakarta.enterprise.context.ApplicationScoped;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;

import io.segmentrelay.event.wire.Superseded;

/**
 * The states that this process hands over. That the broker has one is not enough: where two replicas live a key for a moment, both may
 * hand over the same turn, and only what is first in the topic is followed up. So each counts once this process has read it
 * there, as its key's latest. Without that, both would tell a consumer what comes next, each something else. Safe for
 * several threads.
 */
@ApplicationScoped
class FollowedHandOvers {

    /** A turn of a key. */
    private record Turn(String key, long number) {}

    private final Map<Turn, List<CompletableFuture<Boolean>>> waiting = new HashMap<>();
    private volatile boolean reading;

    /** From now on the topic is read: before, and where nobody reads it, what the broker has counts. */
    void begin() {
        reading = true;
    }

    /**
     * Hands a state over.
     *
     * @param send writes it
     * @return fails with {@link Superseded} where another one of this turn, or of a later one, was there before
     */
    Uni<Void> counted(String key, long number, Supplier<Uni<Void>> send) {
        return Uni.createFrom().deferred(() -> {
            if (!reading) {
                return send.get();
            }
            var turn = new Turn(key, number);
            var read = join(turn);
            return send.get()
                    .chain(() -> Uni.createFrom().completionStage(read::copy))
                    // Not on the thread that reads the topic.
                    .emitOn(Infrastructure.getDefaultExecutor())
                    .chain(counts -> counts
                            ? Uni.createFrom().voidItem()
                            : Uni.createFrom().failure(new Superseded(key)))
                    .onTermination()
                    .invoke(() -> leave(turn, read));
        });
    }

    /** A state of this process was read; of two of one turn, which a repeated write leaves, the first counts for both. */
    void read(String key, long number, boolean counts) {
        List<CompletableFuture<Boolean>> all;
        synchronized (this) {
            all = new ArrayList<>(waiting.getOrDefault(new Turn(key, number), List.of()));
        }
        all.forEach(each -> each.complete(counts));
    }

    private synchronized CompletableFuture<Boolean> join(Turn turn) {
        var read = new CompletableFuture<Boolean>();
        waiting.computeIfAbsent(turn, first -> new ArrayList<>(1)).add(read);
        return read;
    }

    private synchronized void leave(Turn turn, CompletableFuture<Boolean> read) {
        waiting.computeIfPresent(turn, (same, all) -> {
            all.removeIf(each -> each == read);
            return all.isEmpty() ? null : all;
        });
    }
}
