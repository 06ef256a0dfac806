package io.segmentrelay.dynamics.limits;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.time.Time;

/**
 * Keeps to the server's limits (service protection), for all calls of this process together: so many at once, so many and so
 * much execution time in any five minutes, and none at all while the server has said {@code Retry-After}. Replicas of a group share
 * these limits: each has its {@linkplain #group parts}. Who has to wait, waits in a queue and holds no thread. Who is next is {@link CallQueue}'s to say; here calls are started, and woken in time.
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

    /** The window that the server counts calls and execution time in. */
    public static final Duration WINDOW = Duration.ofMinutes(5);

    private final Time time;
    private final long epoch;
    private final Object lock = new Object();
    private final CallQueue<Pass<?>> queue; // guarded by the lock, as what follows
    private long lastNow;

    private final Pump pump;
    private final GroupLimits group;

    private DynamicsGate(Time time, CallLimits limits, Share share) {
        this.time = time;
        epoch = time.nanos();
        queue = new CallQueue<>(limits, WINDOW, share);
        pump = new Pump(time, new Calls());
        group = new GroupLimits(share instanceof GroupShare, queue, lock, this::now, pump::run);
    }

    /** A gate whose process has these limits for itself. */
    public static DynamicsGate ofProcess(Time time, CallLimits limits) {
        return new DynamicsGate(time, limits, new Share.Whole());
    }

    /**
     * A gate whose process shares the limits with the others of its group: it makes no calls until it is told its {@linkplain GroupLimits#parts parts}.
     *
     * @param limits of the whole group
     * @param longestCall how long a call may take: so much later the last owner of a part has none under way any more
     */
    public static DynamicsGate ofGroup(Time time, CallLimits limits, Duration longestCall) {
        return new DynamicsGate(time, limits, new GroupShare(WINDOW, longestCall));
    }

    /**
     * Makes a call when its turn has come. Cancelling gives the place up at once, in the queue or under way.
     *
     * @param priority which queue
     * @param call made once for each subscription; must not block
     */
    public <T> Uni<T> pass(CallPriority priority, Supplier<Uni<T>> call) {
        return Uni.createFrom().emitter(emitter -> {
            var pass = new Pass<T>(priority, call, emitter);
            emitter.onTermination(pass::leave);
            synchronized (lock) {
                if (pass.state == State.NEW) {
                    pass.state = State.WAITING;
                    queue.add(priority, pass);
                }
            }
            pump.run();
        });
    }

    /**
     * The server has said 429 (or 503 with {@code Retry-After}): closes the gate for everyone. A shorter closing does not
     * shorten a longer one. To be called before the call that it was said to ends.
     *
     * @param retryAfter what the server asked for; empty: 5 seconds, doubled each time that follows, up to a minute
     * @param limit which of its limits the server named: less of it is used for a time. Empty: none
     */
    public void throttled(Optional<Duration> retryAfter, Optional<ServerLimit> limit) {
        synchronized (lock) {
            queue.throttled(now(), retryAfter, limit);
        }
    }

    /** The server has answered something other than 429: the next closing without {@code Retry-After} is a short one again. */
    public void answered() {
        synchronized (lock) {
            queue.answered(now());
        }
    }

    /** What this process has of the limits that it shares with the others of its group. */
    public GroupLimits group() {
        return group;
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
            return queue.budgets().requestsLeft(now());
        }
    }

    /** Execution time that the budget has left for now, without what the calls under way will take. */
    public Duration executionTimeLeft() {
        synchronized (lock) {
            return queue.budgets().timeLeft(now());
        }
    }

    /** Which part of the set budgets may be used at present: less than 1 by the process' share, or by what the server refused. */
    public double usablePart() {
        synchronized (lock) {
            return queue.budgets().part(now());
        }
    }

    /** How far apart requests for states are best made, so that all of them together take their share of the budgets. */
    public Duration pollDistance() {
        synchronized (lock) {
            return queue.budgets().pollDistance(now());
        }
    }

    /** Until when the server wants no calls; empty where the gate is open. */
    public Optional<Instant> closedUntil() {
        synchronized (lock) {
            var now = now();
            var until = queue.pausedUntil(now);
            return until.isPresent() ? Optional.of(time.now().plusNanos(until.getAsLong() - now)) : Optional.empty();
        }
    }

    /** What the pump asks for. */
    private final class Calls implements Pump.Source {

        @Override
        public Optional<Runnable> next() {
            synchronized (lock) {
                return queue.admit(now()).map(pass -> {
                    pass.state = State.UNDER_WAY;
                    return pass::start;
                });
            }
        }

        @Override
        public long now() {
            synchronized (lock) {
                return DynamicsGate.this.now();
            }
        }

        @Override
        public long nextAt(long now) {
            synchronized (lock) {
                return queue.nextStart(now).orElse(Long.MAX_VALUE);
            }
        }

        @Override
        public void idle() {
            group.askForMore();
        }
    }

    /** Nanoseconds since the gate was made. */
    private long now() {
        lastNow = Math.max(lastNow, time.nanos() - epoch);
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

        private final CallPriority priority;
        private final Supplier<Uni<T>> call;
        private final UniEmitter<? super T> emitter;
        private final AtomicReference<@Nullable Cancellable> running = new AtomicReference<>();
        private State state = State.NEW; // guarded by the gate's lock

        Pass(CallPriority priority, Supplier<Uni<T>> call, UniEmitter<? super T> emitter) {
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
                    queue.ended(now(), this);
                }
                state = State.GONE;
            }
            var subscription = running.getAndSet(CANCELLED);
            if (subscription != null) {
                subscription.cancel();
            }
            pump.run();
        }
    }
}
