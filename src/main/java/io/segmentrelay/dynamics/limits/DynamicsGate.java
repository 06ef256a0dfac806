package io.segmentrelay.dynamics.limits;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.time.Time;

/**
 * Keeps to the server's limits (service protection), for all calls of this process together: so many at once, so many in
 * any five minutes, and none at all while the server has said {@code Retry-After}. Who has to wait, waits in a queue and
 * holds no thread.
 *
 * <pre>
 *             ┌ members ──────────┐
 *             │ publish           │  first come, first served in each
 *  pass() ──► │ create-segment    ├──► at most so many under way ──► the call ──► its end lets the next one in
 *             │ create-definition │          ▲
 *             └ poll (own share) ─┘          └─ closed until … by throttled()
 * </pre>
 *
 * What is nearer to its end goes first, so that under load requests finish instead of all starting. Thread-safe; calls
 * are started by whoever lets them in, so starting one must not block.
 *
 * @see <a href="https://learn.microsoft.com/power-apps/developer/data-platform/api-limits">Service protection API limits</a>
 */
public final class DynamicsGate {

    /** The window that the budget is for. */
    public static final Duration WINDOW = Duration.ofMinutes(5);

    /** Polls may take a fifth of the budget from others who wait. */
    private static final int POLL_SHARE = 5;

    /** Who goes first. */
    public enum Priority {
        /** Reading members. */
        MEMBERS,
        /** Publishing, and asking whether that was done before. */
        PUBLISH,
        /** Creating a segment. */
        CREATE_SEGMENT,
        /** Creating a definition. */
        CREATE_DEFINITION,
        /** Asking for states: before the others within its share, behind them beyond it. */
        POLL
    }

    private final Time time;
    private final int maxConcurrency;
    private final Object lock = new Object();
    private final Map<Priority, SequencedSet<Pass<?>>> waiting = new EnumMap<>(Priority.class);
    private final CallBudget budget;
    private final CallBudget pollShare;
    private final ThrottlePause closing = new ThrottlePause();
    private final Instant epoch;
    private int underWay;
    private boolean lastWasPoll;
    private long lastNow;

    private final AtomicInteger pumping = new AtomicInteger();
    /** Only touched while pumping. */
    private @Nullable Cancellable timer;

    private volatile long timerAt;

    /**
     * @param time the clock
     * @param maxConcurrency calls under way at once, at least 1
     * @param perWindow calls in any {@link #WINDOW}, at least 1
     */
    public DynamicsGate(Time time, int maxConcurrency, int perWindow) {
        this.time = time;
        this.maxConcurrency = maxConcurrency;
        budget = new CallBudget(perWindow, WINDOW);
        pollShare = new CallBudget(Math.max(1, perWindow / POLL_SHARE), WINDOW);
        epoch = time.now();
        for (var priority : Priority.values()) {
            waiting.put(priority, new LinkedHashSet<>());
        }
    }

    /**
     * Makes a call when its turn has come. Cancelling gives the place up at once, in the queue or under way.
     *
     * @param priority which queue
     * @param call made once for each subscription; must not block
     */
    public <T> Uni<T> pass(Priority priority, Supplier<Uni<T>> call) {
        return Uni.createFrom().emitter(emitter -> {
            var pass = new Pass<T>(priority, call, emitter);
            emitter.onTermination(pass::leave);
            synchronized (lock) {
                if (pass.state == State.NEW) {
                    pass.state = State.WAITING;
                    queue(priority).add(pass);
                }
            }
            pump();
        });
    }

    /**
     * The server has said 429 (or 503 with {@code Retry-After}): closes the gate for everyone. A shorter closing does not
     * shorten a longer one. To be called before the call that it was said to ends.
     *
     * @param retryAfter what the server asked for; empty: 5 seconds, doubled each time that follows, up to a minute
     */
    public void throttled(Optional<Duration> retryAfter) {
        synchronized (lock) {
            closing.close(now(), retryAfter);
        }
    }

    /** The server has answered something other than 429: the next closing without {@code Retry-After} is a short one again. */
    public void answered() {
        synchronized (lock) {
            closing.answered(now());
        }
    }

    /** GatedCalls that wait to be let in. */
    public int waiting() {
        synchronized (lock) {
            return waiting.values().stream().mapToInt(SequencedSet::size).sum();
        }
    }

    /** GatedCalls under way. */
    public int underWay() {
        synchronized (lock) {
            return underWay;
        }
    }

    /** GatedCalls that the budget has left for now. */
    public int budgetLeft() {
        synchronized (lock) {
            return budget.left(now());
        }
    }

    /** Until when the server wants no calls; empty where the gate is open. */
    public Optional<Instant> closedUntil() {
        synchronized (lock) {
            return closing.isClosed(now()) ? Optional.of(epoch.plusNanos(closing.until())) : Optional.empty();
        }
    }

    /**
     * Lets in who may. Whoever comes while another thread is at it leaves it to that one: so nobody is let in under the
     * lock, and calls that end at once do not pile up on the stack.
     */
    private void pump() {
        if (pumping.getAndIncrement() != 0) {
            return;
        }
        var missed = 1;
        do {
            for (var next = admit(); next != null; next = admit()) {
                next.start();
            }
            setTimer();
            missed = pumping.addAndGet(-missed);
        } while (missed != 0);
    }

    private @Nullable Pass<?> admit() {
        synchronized (lock) {
            var now = now();
            if (underWay >= maxConcurrency || closing.isClosed(now) || budget.left(now) == 0) {
                return null;
            }
            var next = next(now);
            if (next == null) {
                return null;
            }
            queue(next.priority).remove(next);
            next.state = State.UNDER_WAY;
            underWay++;
            budget.start(now);
            lastWasPoll = next.priority == Priority.POLL;
            if (lastWasPoll && pollShare.left(now) > 0) {
                pollShare.start(now);
            }
            return next;
        }
    }

    /** Polls first within their share, though never two in a row; then by priority; then polls, as nobody else waits. */
    private @Nullable Pass<?> next(long now) {
        Pass<?> other = null;
        for (var priority : Priority.values()) {
            if (priority != Priority.POLL && !queue(priority).isEmpty()) {
                other = queue(priority).getFirst();
                break;
            }
        }
        var polls = queue(Priority.POLL);
        if (polls.isEmpty()) {
            return other;
        }
        return other == null || (!lastWasPoll && pollShare.left(now) > 0) ? polls.getFirst() : other;
    }

    /** While pumping only. */
    private void setTimer() {
        long wakeAt;
        long now;
        synchronized (lock) {
            now = now();
            wakeAt = wakeAt(now);
        }
        if (timer != null && timerAt == wakeAt) {
            return;
        }
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        timerAt = wakeAt;
        if (wakeAt != Long.MAX_VALUE) {
            timer = time.after(Duration.ofNanos(wakeAt - now)).subscribe().with(ignored -> wake());
        }
    }

    private void wake() {
        timerAt = Long.MIN_VALUE; // it has fired: the next one is another, even for the same time
        pump();
    }

    /** When time alone lets somebody in; never, where nobody waits or only the end of a call can. */
    private long wakeAt(long now) {
        if (waiting.values().stream().allMatch(SequencedSet::isEmpty) || underWay >= maxConcurrency) {
            return Long.MAX_VALUE;
        }
        if (budget.left(now) == 0) {
            return Math.max(closing.until(), budget.nextStart());
        }
        return closing.isClosed(now) ? closing.until() : Long.MAX_VALUE;
    }

    private SequencedSet<Pass<?>> queue(Priority priority) {
        return Objects.requireNonNull(waiting.get(priority));
    }

    /** Nanoseconds since the gate was made; stands still while the clock goes back. */
    private long now() {
        lastNow = Math.max(lastNow, epoch.until(time.now(), ChronoUnit.NANOS));
        return lastNow;
    }

    private enum State {
        NEW,
        WAITING,
        UNDER_WAY,
        GONE
    }

    /** One call on its way through the gate. */
    private final class Pass<T> {
        private static final Cancellable CANCELLED = () -> {};

        private final Priority priority;
        private final Supplier<Uni<T>> call;
        private final UniEmitter<? super T> emitter;
        private final AtomicReference<@Nullable Cancellable> running = new AtomicReference<>();
        private State state = State.NEW; // guarded by the gate's lock

        Pass(Priority priority, Supplier<Uni<T>> call, UniEmitter<? super T> emitter) {
            this.priority = priority;
            this.call = call;
            this.emitter = emitter;
        }

        /** Makes the call, unless it was cancelled in the very moment that it was let in. */
        void start() {
            synchronized (lock) {
                if (state == State.GONE) {
                    return;
                }
            }
            var subscription = Uni.createFrom()
                    .deferred(() -> call.get())
                    .subscribe()
                    .with(
                            item -> {
                                leave();
                                emitter.complete(item);
                            },
                            failure -> {
                                leave();
                                emitter.fail(failure);
                            });
            if (!running.compareAndSet(null, subscription)) {
                subscription.cancel(); // it was left while it was being started
            }
        }

        /** Its end, whichever: frees its place, and lets the next one in. */
        void leave() {
            synchronized (lock) {
                if (state == State.WAITING) {
                    queue(priority).remove(this);
                } else if (state == State.UNDER_WAY) {
                    underWay--;
                }
                state = State.GONE;
            }
            var subscription = running.getAndSet(CANCELLED);
            if (subscription != null) {
                subscription.cancel();
            }
            pump();
        }
    }
}
