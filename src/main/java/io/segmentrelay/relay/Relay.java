package io.segmentrelay.relay;

import java.util.Optional;
import java.util.function.Function;

import io.smallrye.mutiny.Uni;

import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.codec.Decoded;
import io.segmentrelay.event.codec.DecodedEvent;
import io.segmentrelay.event.codec.EventCodec;
import io.segmentrelay.event.wire.EventSink;
import io.segmentrelay.time.Time;
import io.segmentrelay.workflow.Allowance;
import io.segmentrelay.workflow.Outcome;
import io.segmentrelay.workflow.SegmentTask;
import io.segmentrelay.workflow.SegmentWorkflow;

/**
 * What every delivery goes through, whatever brought it: a decoded event becomes a task, the task is advanced, and what it
 * led to is handed over. Only then may the delivery be acknowledged.
 */
public final class Relay {

    private final SegmentWorkflow workflow;
    private final EventCodec codec;
    private final EventSink sink;
    private final Time time;
    private final ReadyPages pages;
    private final HeldMembers held;
    private final ObservedProgress progress;
    private final SingleFlight lives = new SingleFlight();
    private volatile boolean draining;

    /**
     * A relay of the given parts.
     *
     * @param sink keeps trying until an event is taken: see {@link RetryingSink}
     * @param pageSize members on a page, fewer where its receiver takes no such large one
     * @param held counts the member lists that are not yet handed over
     */
    public Relay(
            SegmentWorkflow workflow,
            EventCodec codec,
            EventSink sink,
            Time time,
            int pageSize,
            HeldMembers held,
            ObservedProgress progress) {
        this.workflow = workflow;
        this.codec = codec;
        this.sink = sink;
        this.time = time;
        this.pages = new ReadyPages(codec, sink, progress, pageSize);
        this.held = held;
        this.progress = progress;
    }

    /**
     * Runs one delivery to its end.
     *
     * @param event what came
     * @return a null item once all that it led to is safely handed over; it does not fail, but cancelling it leaves the
     *     delivery to be repeated
     */
    public Uni<Void> deliver(DecodedEvent event) {
        return deliver(event, workflow::advance);
    }

    /** As {@link #deliver(DecodedEvent)}, within less time than the window. */
    public Uni<Void> deliver(DecodedEvent event, Allowance allowance) {
        return deliver(event, task -> workflow.advance(task, allowance));
    }

    private Uni<Void> deliver(DecodedEvent event, Function<SegmentTask, Uni<Outcome>> advance) {
        return switch (event.content()) {
            case Decoded.Request(var request) -> {
                progress.received(request);
                yield live(SegmentTask.first(request, time.now()), event.id(), advance);
            }
            case Decoded.Continuation(var pending) -> live(SegmentTask.of(pending), event.id(), advance);
            case Decoded.Life life -> throw new IllegalStateException("not yet");
            case Decoded.Mark mark -> Uni.createFrom().voidItem();
            case Decoded.Invalid(var failed) -> {
                progress.invalid(failed.key().id());
                yield handOver(failed, event.id());
            }
        };
    }

    /** Requests that are being worked on, repeats not counted. */
    public int underWay() {
        return lives.size();
    }

    /** Hands over what waits, instead of waiting on: see {@link SegmentWorkflow#drain()}. */
    public void drain() {
        draining = true;
        workflow.drain();
    }

    /** Whether the process is about to stop: what comes now is better delivered to another one. */
    public boolean isDraining() {
        return draining;
    }

    private Uni<Void> live(SegmentTask task, String causationId, Function<SegmentTask, Uni<Outcome>> advance) {
        return lives.live(
                task.request().key().uuid(),
                causationId,
                () -> advance.apply(task).flatMap(outcome -> handOver(outcome, causationId)));
    }

    /** The id of the continuation, where it is one. */
    private Uni<Optional<String>> handOver(Outcome outcome, String causationId) {
        return switch (outcome) {
            case Outcome.Pending(var task) -> {
                var event = codec.encode(task.toPending(), causationId);
                yield sink.send(event).replaceWith(Optional.of(event.getId()));
            }
            case Outcome.Failed(var request, var failed) ->
                handOver(failed, causationId).replaceWith(Optional.empty());
            case Outcome.Ready ready ->
                held.holding(ready.list().members().size(), () -> pages.handOver(ready, causationId))
                        .replaceWith(Optional.empty());
        };
    }

    private Uni<Void> handOver(RelayEvent event, String causationId) {
        return Uni.createFrom().deferred(() -> sink.send(codec.encode(event, causationId)));
    }
}
