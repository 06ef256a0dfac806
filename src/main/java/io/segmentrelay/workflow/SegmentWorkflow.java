package io.segmentrelay.workflow;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;

import io.smallrye.mutiny.Uni;
import org.jboss.logging.Logger;

import io.segmentrelay.dynamics.DefinitionState;
import io.segmentrelay.dynamics.Dynamics;
import io.segmentrelay.dynamics.DynamicsException;
import io.segmentrelay.dynamics.NewDefinition;
import io.segmentrelay.dynamics.NewSegment;
import io.segmentrelay.event.SegmentSpec;
import io.segmentrelay.event.SegmentType;
import io.segmentrelay.time.Time;

/**
 * The five steps from a request to a segment's members, each of which can be repeated at any time without harm. Keeps
 * nothing that could be lost: what a request still needs is in its {@link SegmentTask}.
 */
public final class SegmentWorkflow {

    private static final Logger LOG = Logger.getLogger(SegmentWorkflow.class);

    /** A list that nobody can read may be one bad moment of the server; a third one is its answer. */
    private static final int UNREADABLE_TRIES = 3;

    private final Dynamics dynamics;
    private final LiveWatch watch;
    private final Time time;
    private final Duration window;
    private final Backoff backoff;
    private final DoubleSupplier random;
    private final Progress progress;
    private final Set<Delivery> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean draining;

    /**
     * A workflow over the given parts.
     *
     * @param window how long one delivery may take
     * @param random from 0 to 1, for the jitter of {@code backoff}
     */
    public SegmentWorkflow(
            Dynamics dynamics,
            LiveWatch watch,
            Time time,
            Duration window,
            Backoff backoff,
            DoubleSupplier random,
            Progress progress) {
        this.dynamics = dynamics;
        this.watch = watch;
        this.time = time;
        this.window = window;
        this.backoff = backoff;
        this.random = random;
        this.progress = progress;
    }

    /**
     * Runs as many steps as it can.
     *
     * <pre>
     *            ┌───────── the next state ────────┐
     * task ─► run ─► attempt ─► one step's call ───┴─► Ready | Failed
     *            ▲                  └ weather ┐
     *            └───────── backoff ──────────┘
     *
     * meanwhile, until the window or the deadline is over, or the process drains:
     *         cutOff ──────────────────────────────────► Pending | Failed (deadline-exceeded)
     * </pre>
     *
     * @param task a request's first state, or one that was handed over
     * @return never fails; cancelling it drops what is under way, which does no harm
     */
    public Uni<Outcome> advance(SegmentTask task) {
        return advance(task, Allowance.of(window));
    }

    /** As {@link #advance(SegmentTask)}, for a delivery that has less time, or should not spend it on waiting. */
    public Uni<Outcome> advance(SegmentTask task, Allowance allowance) {
        return Uni.createFrom().deferred(() -> {
            var delivery = new Delivery(task);
            var isOver = draining || !time.now().isBefore(task.order().deadline());
            Uni<Outcome> outcome = isOver
                    ? Uni.createFrom().item(() -> cutOutcome(delivery))
                    : Uni.combine().any().of(cutOff(delivery, allowance), run(delivery, task, 1));
            return outcome.onItem().invoke(ended -> progress.ended(delivery.task(), ended));
        });
    }

    /**
     * From now on every delivery ends with {@code Pending} as soon as it would wait: those under way, at once, and those
     * still to come.
     */
    public void drain() {
        draining = true;
        underWay.forEach(Delivery::cut);
    }

    /** Deliveries under way. */
    public int underWay() {
        return underWay.size();
    }

    private Uni<Outcome> run(Delivery delivery, SegmentTask task, int attempt) {
        delivery.at(task);
        return attempt(task)
                .onItem()
                .transformToUni(next -> switch (next) {
                    case Next.Go(var to) -> {
                        progress.moved(task, to);
                        yield run(delivery, to, 1);
                    }
                    case Next.End(var outcome) -> Uni.createFrom().item(outcome);
                })
                .onFailure(SegmentWorkflow::isPassing)
                .recoverWithUni(failure -> later(delivery, task, attempt, failure))
                .onFailure()
                .recoverWithUni(failure -> lasting(delivery, task, attempt, failure));
    }

    private Uni<Next> attempt(SegmentTask task) {
        return Uni.createFrom().deferred(() -> switch (task) {
            case SegmentTask.CreateDefinition t ->
                dynamics.createDefinition(newDefinition(t)).map(made -> new Next.Go(t.created(made, time.now())));
            case SegmentTask.CreateSegment t ->
                dynamics.createSegment(newSegment(t)).map(made -> new Next.Go(t.created(made, time.now())));
            case SegmentTask.Publish t
            when t.repeated() -> dynamics.state(t.ids()).flatMap(state -> publishIfDraft(t, state));
            case SegmentTask.Publish t -> publish(t);
            case SegmentTask.AwaitLive t -> watch.await(t.ids(), t.since()).map(verdict -> seen(t, verdict));
            case SegmentTask.FetchMembers t -> dynamics.members(t.ids()).map(list -> new Next.End(t.fetched(list)));
        });
    }

    private Uni<Next> publish(SegmentTask.Publish task) {
        return dynamics.publish(task.ids())
                .<Next>map(done -> new Next.Go(task.published(time.now())))
                .onFailure(DynamicsException.Rejected.class)
                .recoverWithUni(refusal -> publishedByAnother(task, refusal));
    }

    /** Two replicas may have seen the same draft: to the later one the server says no, though all is well. */
    private Uni<Next> publishedByAnother(SegmentTask.Publish task, Throwable refusal) {
        return dynamics.state(task.ids())
                .flatMap(state -> state.filter(DefinitionState::isPublished).isPresent()
                        ? Uni.createFrom().item(new Next.Go(task.published(time.now())))
                        : Uni.createFrom().failure(refusal));
    }

    private Uni<Next> publishIfDraft(SegmentTask.Publish task, Optional<DefinitionState> state) {
        if (state.isEmpty()) {
            return Uni.createFrom().item(new Next.End(Failures.gone(task, "the definition is not there any more")));
        }
        return state.get().status() == DefinitionState.Status.DRAFT
                ? publish(task)
                : Uni.createFrom().item(new Next.Go(task.published(task.since())));
    }

    private Next seen(SegmentTask.AwaitLive task, LiveWatch.Verdict verdict) {
        return switch (verdict) {
            case LiveWatch.Verdict.Live(var warnings, var computedAt) ->
                new Next.Go(task.live(time.now(), computedAt, warnings));
            case LiveWatch.Verdict.Draft() -> new Next.Go(task.stillDraft(time.now()));
            case LiveWatch.Verdict.Gone(var reason) -> new Next.End(Failures.gone(task, reason));
        };
    }

    private Uni<Outcome> later(Delivery delivery, SegmentTask task, int attempt, Throwable failure) {
        var reason = String.valueOf(failure.getMessage());
        delivery.troubled(reason);
        var delay = backoff.delay(attempt, random.getAsDouble());
        if (failure instanceof DynamicsException.Weather weather) {
            var asked = weather.retryAfter().orElse(Duration.ZERO);
            delay = asked.compareTo(delay) > 0 ? asked : delay;
        } else if (!(failure instanceof DynamicsException)) {
            // A defect of the relay's own must not cost a request; it is retried like weather, and seen in the log.
            LOG.errorf(
                    failure,
                    "Unexpected failure; requestId=%s step=%s",
                    task.order().key().id(),
                    task.step().label());
        }
        progress.delayed(task, attempt, delay, reason);
        return delivery.pause(time.after(delay)).chain(() -> run(delivery, task.again(), attempt + 1));
    }

    private Uni<Outcome> lasting(Delivery delivery, SegmentTask task, int attempt, Throwable failure) {
        return switch (failure) {
            case DynamicsException.Rejected rejected -> Uni.createFrom().item(Failures.rejected(task, rejected));
            case DynamicsException.Unauthorized refused -> Uni.createFrom().item(Failures.unauthorized(task, refused));
            case DynamicsException.UnreadableMembers unreadable ->
                attempt < UNREADABLE_TRIES
                        ? later(delivery, task, attempt, unreadable)
                        : Uni.createFrom().item(Failures.unreadable(task, unreadable));
            default -> later(delivery, task, attempt, failure);
        };
    }

    /** What another try may mend: everything but an answer of the server. */
    private static boolean isPassing(Throwable failure) {
        return failure instanceof DynamicsException.Weather || !(failure instanceof DynamicsException);
    }

    private Uni<Outcome> cutOff(Delivery delivery, Allowance allowance) {
        var rest = allowance.within(
                Duration.between(time.now(), delivery.task().order().deadline()));
        return Uni.createFrom()
                .<Outcome>emitter(emitter -> {
                    delivery.onCut(() -> emitter.complete(cutOutcome(delivery)));
                    underWay.add(delivery);
                    if (draining) {
                        delivery.cut();
                        return;
                    }
                    var timer = time.after(rest.inAll()).subscribe().with(fired -> delivery.cut());
                    if (rest.toWait().equals(rest.inAll())) {
                        emitter.onTermination(timer::cancel);
                        return;
                    }
                    var patience = time.after(rest.toWait()).subscribe().with(fired -> delivery.waitNoMore());
                    emitter.onTermination(() -> {
                        patience.cancel();
                        timer.cancel();
                    });
                })
                .onTermination()
                .invoke(() -> underWay.remove(delivery));
    }

    private Outcome cutOutcome(Delivery delivery) {
        var task = delivery.task();
        return time.now().isBefore(task.order().deadline())
                ? new Outcome.Pending(task)
                : Failures.deadlineExceeded(task, delivery.trouble());
    }

    private static NewDefinition newDefinition(SegmentTask.CreateDefinition task) {
        var spec = task.order().spec();
        return new NewDefinition(
                task.ids().definitionId(),
                spec.query(),
                spec.includedMembers(),
                spec.excludedMembers(),
                spec.refresh().map(SegmentSpec.Refresh::enabled),
                spec.refresh().flatMap(SegmentSpec.Refresh::interval));
    }

    private static NewSegment newSegment(SegmentTask.CreateSegment task) {
        var spec = task.order().spec();
        return new NewSegment(
                task.ids().segmentId(),
                task.definitionId(),
                spec.displayName(),
                spec.type() == SegmentType.DYNAMIC,
                spec.baseEntity(),
                spec.owningBusinessUnitId());
    }

    /** What an attempt at a step led to. */
    private sealed interface Next {

        /** To the next state. */
        record Go(SegmentTask to) implements Next {}

        /** To the end of the request. */
        record End(Outcome outcome) implements Next {}
    }
}
