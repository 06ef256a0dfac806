package io.segmentrelay.workflow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.dynamics.Dynamics.SegmentIds;
import io.segmentrelay.time.Time;

/**
 * Looks at segments whose deadline has passed: once, without waiting for anything, before all that wait. Those that come
 * within a moment share a request: after an outage they may be thousands.
 */
final class LastLook {

    private static final Duration GATHER = Duration.ofMillis(100);

    private final StatePoll poll;
    private final LiveRule rule;
    private final Time time;
    private List<Looker> lookers = new ArrayList<>();
    private @Nullable Cancellable timer;

    private record Looker(SegmentIds ids, UniEmitter<? super LiveVerdict> emitter) {}

    LastLook(StatePoll poll, LiveRule rule, Time time) {
        this.poll = poll;
        this.rule = rule;
        this.time = time;
    }

    /**
     * How far a segment is.
     *
     * @return {@link LiveVerdict.Live} or {@link LiveVerdict.Unsure}, else {@link LiveVerdict.Stopped}, or {@link LiveVerdict.Gone} with what it is instead
     */
    Uni<LiveVerdict> look(SegmentIds ids) {
        return Uni.createFrom().emitter(emitter -> {
            var looker = new Looker(ids, emitter);
            emitter.onTermination(() -> leave(looker));
            join(looker);
        });
    }

    private synchronized void join(Looker looker) {
        lookers.add(looker);
        if (timer == null) {
            timer = time.after(GATHER).subscribe().with(fired -> ask());
        }
    }

    private synchronized void leave(Looker looker) {
        if (lookers.remove(looker) && lookers.isEmpty() && timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private synchronized List<Looker> takeAll() {
        var all = lookers;
        lookers = new ArrayList<>();
        timer = null;
        return all;
    }

    private void ask() {
        var all = takeAll();
        var most = poll.most();
        for (var from = 0; from < all.size(); from += most) {
            var batch = List.copyOf(all.subList(from, Math.min(from + most, all.size())));
            poll.ask(batch.stream().map(Looker::ids).toList())
                    .subscribe()
                    .with(
                            found -> batch.forEach(looker -> tell(looker, found)),
                            failure -> batch.forEach(looker -> looker.emitter().fail(failure)));
        }
    }

    private void tell(Looker looker, StatePoll.Found found) {
        found.of(looker.ids())
                .map(rule::lastVerdict)
                .subscribe()
                .with(looker.emitter()::complete, looker.emitter()::fail);
    }
}
