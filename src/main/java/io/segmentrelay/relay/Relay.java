package io.segmentrelay.relay;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;

import io.segmentrelay.event.Mark;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.Wish;
import io.segmentrelay.event.codec.Decoded;
import io.segmentrelay.event.codec.DecodedEvent;
import io.segmentrelay.event.codec.EventCodec;
import io.segmentrelay.event.wire.EventSink;
import io.segmentrelay.time.Time;
import io.segmentrelay.trace.Tracer;
import io.segmentrelay.workflow.After;
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
    private final Pages pages;
    private final HeldMembers held;
    private final ObservedProgress progress;
    private final Deliveries deliveries;
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
        this(workflow, codec, sink, time, pageSize, held, progress, Tracer.OFF);
    }

    /** As the other one; what each delivery does is told to {@code tracer}. */
    public Relay(
            SegmentWorkflow workflow,
            EventCodec codec,
            EventSink sink,
            Time time,
            int pageSize,
            HeldMembers held,
            ObservedProgress progress,
            Tracer tracer) {
        this.workflow = workflow;
        this.codec = codec;
        var tracedSink = new TracedSink(sink);
        this.sink = tracedSink;
        this.deliveries = new Deliveries(tracer);
        this.time = time;
        this.pages = new Pages(codec, tracedSink, progress, pageSize);
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
                var now = time.now();
                yield request.wish() instanceof Wish.EndOfFollow wish
                        ? deliveries.told(request, placed -> endOfFollow(placed, wish, event.id()))
                        : live(request, event.id(), placed -> SegmentTask.first(placed, now), advance);
            }
            case Decoded.Continuation(var pending) ->
                live(pending.request(), event.id(), placed -> SegmentTask.of(pending.of(placed)), advance);
            case Decoded.Life(var followed) -> life(followed, event.id(), advance);
            case Decoded.Mark mark -> Uni.createFrom().voidItem();
            case Decoded.Invalid(var failed) -> {
                progress.invalid(failed);
                yield deliveries.told(failed, () -> send(failed, event.id()));
            }
        };
    }

    /** All replicas are told: whichever has the follow ends it. */
    private Uni<Void> endOfFollow(SegmentRequest request, Wish.EndOfFollow wish, String causationId) {
        var mark = new Mark(Mark.Kind.UNFOLLOWED, wish.target(), wish.at());
        return send(new RelayEvent.Marked(request.key(), mark, request.trace()), causationId);
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

    private Uni<Void> live(
            SegmentRequest request,
            String causationId,
            Function<SegmentRequest, SegmentTask> task,
            Function<SegmentTask, Uni<Outcome>> advance) {
        return lives.live(
                request.key().uuid().toString(),
                causationId,
                () -> deliveries.told(
                        request,
                        placed ->
                                advance.apply(task.apply(placed)).flatMap(outcome -> handOver(outcome, causationId))));
    }

    /** A repeat of the request that a segment was made for must not wait for that segment's follow, which may take a year. */
    private Uni<Void> life(
            RelayEvent.Followed followed, String causationId, Function<SegmentTask, Uni<Outcome>> advance) {
        return lives.live(
                "life/" + followed.key().uuid(),
                causationId,
                () -> deliveries.told(
                        followed,
                        placed -> advance.apply(SegmentTask.of(placed))
                                .flatMap(outcome -> handOver(outcome, causationId))));
    }

    /** The id of the continuation, where it is one. */
    private Uni<Optional<String>> handOver(Outcome outcome, String causationId) {
        var told =
                switch (outcome) {
                    case Outcome.Pending pending -> Uni.createFrom().voidItem();
                    case Outcome.Failed failed -> send(failed.event(), causationId);
                    case Outcome.Told(var request, var events, var after) ->
                        inOrder(events, event -> send(event, causationId));
                    case Outcome.Paged paged ->
                        held.holding(
                                paged.size(),
                                () -> inOrder(
                                                paged.intent().stream().toList(),
                                                intent -> send(intent.toEvent(), causationId))
                                        .chain(() -> pages.handOver(paged, causationId)));
                };
        return told.chain(() -> after(outcome.after(), causationId));
    }

    private Uni<Optional<String>> after(After after, String causationId) {
        return after.next()
                .map(next -> {
                    var event = codec.encode(next.toEvent(), causationId);
                    return sink.send(event).replaceWith(Optional.of(event.getId()));
                })
                .orElseGet(() -> Uni.createFrom().item(Optional.empty()))
                .call(() -> inOrder(after.forget(), sink::forget));
    }

    private Uni<Void> send(RelayEvent event, String causationId) {
        return Uni.createFrom().deferred(() -> sink.send(codec.encode(event, causationId)));
    }

    private static <T> Uni<Void> inOrder(List<T> all, Function<T, Uni<Void>> step) {
        return Multi.createFrom()
                .iterable(all)
                .onItem()
                .transformToUniAndConcatenate(each -> step.apply(each))
                .onItem()
                .ignoreAsUni();
    }
}
