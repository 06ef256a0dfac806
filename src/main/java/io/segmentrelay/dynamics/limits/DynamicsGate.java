package io.segmentrelay.dynamics.limits;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
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
 * holds no thread. Who is next is {@link CallQueue}'s to say; here calls are started, and woken in time.
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
    private final Instant epoch;
    private final Object lock = new Object();
    private final CallQueue<Pass<?>> queue; // guarded by the lock, as what follows
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
        epoch = time.now();
        queue = new CallQueue<>(maxConcurrency, perWindow, WINDOW);
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
                    queue.add(priority, pass);
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
            queue.throttled(now(), retryAfter);
        }
    }

    /** The server has answered something other than 429: the next closing without {@code Retry-After} is a short one again. */
    public void answered() {
        synchronized (lock) {
            queue.answered(now());
        }
    }

    /** Calls that wait to be let in. */
    public int waiting() {
        synchronized (lock) {
            return queue.waiting();
        }
    }

    /** Calls under way. */
    public int underWay() {
        synchronized (lock) {
            return queue.underWay();
        }
    }

    /** Calls that the budget has left for now. */
    public int budgetLeft() {
        synchronized (lock) {
            return queue.budgetLeft(now());
        }
    }

    /** Until when the server wants no calls; empty where the gate is open. */
    public Optional<Instant> closedUntil() {
        synchronized (lock) {
            var until = queue.pausedUntil(now());
            return until.isPresent() ? Optional.of(epoch.plusNanos(until.getAsLong())) : Optional.empty();
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
            for (var next = admit(); next.isPresent(); next = admit()) {
                next.orElseThrow().start();
            }
            setTimer();
            missed = pumping.addAndGet(-missed);
        } while (missed != 0);
    }

    private Optional<Pass<?>> admit() {
        synchronized (lock) {
            var next = queue.admit(now());
            next.ifPresent(pass -> pass.state = State.UNDER_WAY);
            return next;
        }
    }

    /** While pumping only. */
    private void setTimer() {
        long wakeAt;
        long now;
        synchronized (lock) {
            now = now();
            wakeAt = queue.nextStart(now).orElse(Long.MAX_VALUE);
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
                    queue.remove(priority, this);
                } else if (state == State.UNDER_WAY) {
                    queue.ended();
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
