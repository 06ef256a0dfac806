package io.segmentrelay.workflow;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;

import io.smallrye.mutiny.Uni;
import org.jboss.logging.Logger;

import io.segmentrelay.dynamics.Dynamics;
import io.segmentrelay.dynamics.DynamicsException;
import io.segmentrelay.time.Durations;
import io.segmentrelay.time.Time;
import io.segmentrelay.trace.LogFields;
import io.segmentrelay.trace.Spans;
import io.segmentrelay.workflow.DeliverySchedule.Ending;

/**
 * The five steps from a request to a segment's members, each of which can be repeated at any time without harm. Keeps
 * nothing that could be lost: what a request still needs is in its {@link SegmentTask}.
 */
public final class SegmentWorkflow {

    private static final Logger LOG = Logger.getLogger(SegmentWorkflow.class);

    /** A list that nobody can read may be one bad moment of the server; a third one is its answer. */
    private static final int UNREADABLE_TRIES = 3;

    /** What one delivery of a followed or kept segment may wait: a continuation an hour says that somebody is there. */
    private static final Duration LIFE_WINDOW = Duration.ofHours(1);

    /** What fails again and again while nobody waits for it is tried less often. */
    private static final int PATIENCE = 10;

    private final SegmentSteps steps;
    private final FailedRows failedRows;
    private final LiveWatch watch;
    private final Time time;
    private final Duration window;
    private final Backoff backoff;
    private final Backoff patientBackoff;
    private final DoubleSupplier random;
    private final Progress progress;
    private final Set<TaskUnderWay> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean draining;

    /**
     * A workflow over the given parts.
     *
     * @param window how long one delivery may take
     * @param random from 0 to 1, for the jitter of {@code backoff}
     * @param parts what is needed beyond {@code ready}
     */
    public SegmentWorkflow(
            Dynamics dynamics,
            LiveWatch watch,
            Time time,
            Duration window,
            Backoff backoff,
            DoubleSupplier random,
            Progress progress,
            LifeParts parts) {
        this.steps = new SegmentSteps(dynamics, watch, time, parts);
        this.failedRows = new FailedRows(dynamics, time, parts.failedSegments());
        this.watch = watch;
        this.time = time;
        this.window = window;
        this.backoff = backoff;
        this.patientBackoff = new Backoff(backoff.first(), backoff.most().multipliedBy(PATIENCE));
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
     * at the deadline, also where it had passed before:
     *        run ─► lastLook ─► … ─────────────────────► Ready | Failed (deadline-exceeded)
     *
     * meanwhile, until its time is over, or the process drains:
     *         cutOff ──────────────────────────────────► Pending | Failed (deadline-exceeded)
     * </pre>
     *
     * <p>See {@link DeliverySchedule} for the times.
     *
     * @param task a request's first state, or one that was handed over
     * @return never fails; cancelling it drops what is under way, which does no harm
     */
    public Uni<Outcome> advance(SegmentTask task) {
        return advance(
                task, task.isLife() ? new Allowance(LIFE_WINDOW, LIFE_WINDOW.plus(window)) : Allowance.of(window));
    }

    /** As {@link #advance(SegmentTask)}, for a delivery that has less time, or should not spend it on waiting. */
    public Uni<Outcome> advance(SegmentTask task, Allowance allowance) {
        return Spans.with(span -> {
            var delivery = new TaskUnderWay(task, span);
            var schedule = DeliverySchedule.of(time.now(), task.deadline(), allowance, watch.interval(), window);
            Uni<Outcome> outcome = draining
                    ? Uni.createFrom().item(() -> cutOutcome(delivery, Ending.HAND_OVER))
                    : FirstOf.of(cutOff(delivery, schedule), work(delivery, schedule));
            var told = outcome.flatMap(ended -> Spans.within(delivery.step(), cleared(delivery.task(), ended)))
                    .onItem()
                    .invoke(ended -> ended(delivery, ended));
            return span.isOn()
                    ? told.onCancellation().invoke(() -> delivery.step().failed(Spans.CANCELLED))
                    : told;
        });
    }

    /**
     * From now on every delivery ends with {@code Pending} as soon as it would wait: those under way, at once, and those
     * still to come.
     */
    public void drain() {
        draining = true;
        underWay.forEach(delivery -> delivery.cutOff().now(Ending.HAND_OVER));
    }

    private void ended(TaskUnderWay delivery, Outcome outcome) {
        if (outcome instanceof Outcome.Failed failed) {
            delivery.step().failed(failed.event().code().label());
        } else {
            delivery.step().end();
        }
        progress.ended(delivery.task(), outcome);
    }

    private Uni<Outcome> cleared(SegmentTask last, Outcome ended) {
        return ended instanceof Outcome.Failed failed
                ? failedRows.cleared(last, failed)
                : Uni.createFrom().item(ended);
    }

    /** Segments that are followed by a delivery under way: one for each follow. */
    public long followed() {
        return underWay.stream()
                .map(TaskUnderWay::task)
                .filter(FollowTask.class::isInstance)
                .count();
    }

    /** Deliveries under way. */
    public int underWay() {
        return underWay.size();
    }

    /** Whatever is under way at the deadline is dropped, but not a list: that is read where the segment is live already. */
    private Uni<Outcome> work(TaskUnderWay delivery, DeliverySchedule schedule) {
        if (schedule.isLate()) {
            delivery.deadlinePassed();
        }
        var inTime = run(delivery);
        if (schedule.deadline().isEmpty()) {
            return inTime;
        }
        var deadline = time.after(schedule.deadline().orElseThrow()).<Optional<Outcome>>chain(() -> {
            delivery.deadlinePassed();
            return delivery.cutOff().isReading()
                    ? Uni.createFrom().nothing()
                    : Uni.createFrom().item(Optional.empty());
        });
        return FirstOf.of(inTime.map(Optional::of), deadline)
                .flatMap(ended ->
                        ended.map(outcome -> Uni.createFrom().item(outcome)).orElseGet(() -> run(delivery)));
    }

    private Uni<Outcome> run(TaskUnderWay delivery) {
        return new StepByStep<Outcome>() {
            @Override
            void begin() {
                step(delivery.task(), 1);
            }

            private void step(SegmentTask task, int attempt) {
                delivery.at(task);
                var tried = delivery.isOverdue() ? steps.lastLook(task) : steps.attempt(task);
                next(
                        Spans.within(delivery.step(), tried),
                        next -> took(task, next),
                        failure -> failed(task, attempt, failure));
            }

            private void took(SegmentTask task, Next next) {
                switch (next) {
                    case Next.Go(var to) -> {
                        if (!delivery.isOverdue()) {
                            progress.moved(task, to);
                        }
                        step(to, 1);
                    }
                    case Next.End(var outcome) -> end(outcome);
                }
            }

            private void failed(SegmentTask task, int attempt, Throwable failure) {
                if (isPassing(delivery, task, failure)
                        || (failure instanceof DynamicsException.UnreadableMembers && attempt < UNREADABLE_TRIES)) {
                    next(
                            later(delivery, task, attempt, failure),
                            passed -> step(task.again(), attempt + 1),
                            failed -> failed(task, attempt, failed));
                } else {
                    end(lasting(delivery, task, failure));
                }
            }
        }.uni();
    }

    /** The pause before it is tried again. */
    private Uni<?> later(TaskUnderWay delivery, SegmentTask task, int attempt, Throwable failure) {
        var reason = String.valueOf(failure.getMessage());
        delivery.troubled(reason);
        var pauses = task instanceof FollowTask ? patientBackoff : backoff;
        var delay = pauses.delay(attempt, random.getAsDouble());
        if (failure instanceof DynamicsException.Weather weather) {
            delay = Durations.max(delay, weather.retryAfter().orElse(Duration.ZERO));
        } else if (!(failure instanceof DynamicsException)) {
            // A defect of the relay's own must not cost a request; it is retried like weather, and seen in the log.
            LogFields.about(
                    task.request().key().id(),
                    task.ids().segmentId().toString(),
                    task.request().trace(),
                    () -> LOG.errorf(
                            failure,
                            "Unexpected failure; requestId=%s step=%s",
                            task.request().key().id(),
                            task.step().label()));
        }
        progress.delayed(task, attempt, delay, reason);
        delivery.step().happened("delayed", delay);
        return delivery.cutOff().pause(time.after(delay));
    }

    private static Outcome lasting(TaskUnderWay delivery, SegmentTask task, Throwable failure) {
        return switch (failure) {
            case DynamicsException.Rejected rejected ->
                delivery.isOverdue()
                        ? RequestFailures.deadlineExceeded(task, rejected)
                        : RequestFailures.rejected(task, rejected);
            case DynamicsException.UnreadableMembers unreadable ->
                delivery.isOverdue()
                        ? RequestFailures.deadlineExceeded(task, Optional.ofNullable(unreadable.getMessage()))
                        : RequestFailures.unreadable(task, unreadable);
            case DynamicsException.Unauthorized refused -> RequestFailures.unauthorized(task, refused);
            default -> throw new IllegalStateException("may pass", failure);
        };
    }

    /**
     * What another try may mend: everything but an answer of the server. Past the deadline, who is not let in may have been
     * before; and a list that is refused while nobody says whether it is computed is not. Whoever follows a segment has been told
     * of it, and waits for better days.
     */
    private static boolean isPassing(TaskUnderWay delivery, SegmentTask task, Throwable failure) {
        if (task instanceof LifeTask life && !(life instanceof LifeTask.ReadFirst)) {
            return true;
        }
        return switch (failure) {
            case DynamicsException.Weather weather -> true;
            case DynamicsException.Unauthorized refused -> delivery.isOverdue();
            case DynamicsException.Rejected refusal -> !delivery.isOverdue() && task instanceof ProbeMembers;
            case DynamicsException.UnreadableMembers unreadable -> false;
            default -> true;
        };
    }

    private Uni<Outcome> cutOff(TaskUnderWay delivery, DeliverySchedule schedule) {
        return Uni.createFrom()
                .deferred(() -> {
                    underWay.add(delivery);
                    if (draining) {
                        delivery.cutOff().now(Ending.HAND_OVER);
                    }
                    return delivery.cutOff().ending(schedule, time);
                })
                .map(ending -> cutOutcome(delivery, ending))
                .onTermination()
                .invoke(() -> underWay.remove(delivery));
    }

    private static Outcome cutOutcome(TaskUnderWay delivery, Ending ending) {
        return switch (ending) {
            case HAND_OVER -> new Outcome.Pending(delivery.task());
            case GIVE_UP -> RequestFailures.deadlineExceeded(delivery.task(), delivery.trouble());
        };
    }
}
