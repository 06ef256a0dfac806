package io.segmentrelay.trigger.kafka;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;

/**
 * The states that this replica lives, by their keys, so that a later one of another replica ends them: that may happen where both
 * had the partition for a moment. Safe for several threads.
 */
final class LivesUnderWay {

    private final Map<String, List<Life>> lives = new HashMap<>();

    private record Life(long turn, UniEmitter<? super Void> emitter) {}

    /** Completes when a state of a later turn has come from elsewhere; cancelling it ends the wait. */
    Uni<Void> superseded(String key, long turn) {
        return Uni.createFrom().emitter(emitter -> {
            var life = new Life(turn, emitter);
            emitter.onTermination(() -> leave(key, life));
            join(key, life);
        });
    }

    /** Another replica has written this turn. */
    void newer(String key, long turn) {
        List<Life> older;
        synchronized (this) {
            older = new ArrayList<>(lives.getOrDefault(key, List.of()));
        }
        older.removeIf(life -> life.turn() >= turn);
        // Those that wait for an earlier one first, so that none of them begins when that is gone.
        older.sort(Comparator.comparingLong(Life::turn).reversed());
        older.forEach(life -> life.emitter().complete(null));
    }

    /** Keys that are lived. */
    synchronized int size() {
        return lives.size();
    }

    private synchronized void join(String key, Life life) {
        lives.computeIfAbsent(key, first -> new ArrayList<>(1)).add(life);
    }

    private synchronized void leave(String key, Life life) {
        lives.computeIfPresent(key, (same, all) -> {
            all.remove(life);
            return all.isEmpty() ? null : all;
        });
    }
}
