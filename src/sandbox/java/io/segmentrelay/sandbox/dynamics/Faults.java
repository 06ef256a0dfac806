package io.segmentrelay.sandbox.dynamics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** The faults that are on; may be changed at any time, by any thread. The order of adding is the order of applying. */
public final class Faults {

    private static final class Counter {
        int matched;
        int applied;
    }

    private final Map<Fault, Counter> counters = new LinkedHashMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    Faults() {}

    /** From the next call on. */
    public synchronized void add(Fault fault) {
        counters.put(fault, new Counter());
    }

    /** Calls that hang on it are answered. */
    public void remove(Fault fault) {
        synchronized (this) {
            counters.remove(fault);
        }
        listeners.forEach(Runnable::run);
    }

    /** No more faults; calls that hang are answered. */
    public void clear() {
        synchronized (this) {
            counters.clear();
        }
        listeners.forEach(Runnable::run);
    }

    /** How often it has happened since it was added; 0 where it is not on. */
    public synchronized int applied(Fault fault) {
        var counter = counters.get(fault);
        return counter == null ? 0 : counter.applied;
    }

    /** Whether it was added, and not removed. */
    public synchronized boolean isOn(Fault fault) {
        return counters.containsKey(fault);
    }

    void onRemoved(Runnable listener) {
        listeners.add(listener);
    }

    /** Those that this call meets: of those that decide the whole answer, only the first. */
    List<Fault> take(Operation operation, Set<String> subjects) {
        return take(operation, subjects, effect -> true);
    }

    /** The same of a call in a batch: the connection is the batch's. */
    List<Fault> takeWithin(Operation operation, Set<String> subjects) {
        return take(
                operation,
                subjects,
                effect -> effect instanceof Effect.Answer
                        || effect instanceof Effect.OtherId
                        || effect instanceof Effect.Fate);
    }

    private synchronized List<Fault> take(Operation operation, Set<String> subjects, Predicate<Effect> isMet) {
        if (counters.isEmpty()) {
            return List.of();
        }
        var taken = new ArrayList<Fault>();
        var decided = false;
        for (var entry : counters.entrySet()) {
            var fault = entry.getKey();
            var counter = entry.getValue();
            if (!fault.matches(operation, subjects)
                    || counter.applied >= fault.times()
                    || !isMet.test(fault.effect())
                    || (decided && decides(fault.effect()))) {
                continue;
            }
            counter.matched++;
            if (counter.matched % fault.every() == 0) {
                counter.applied++;
                taken.add(fault);
                decided |= decides(fault.effect());
            }
        }
        return List.copyOf(taken);
    }

    private static boolean decides(Effect effect) {
        return switch (effect) {
            case Effect.Hang h -> true;
            case Effect.Answer a -> true;
            case Effect.Reset r -> true;
            case Effect.ResetInBody r -> true;
            case Effect.Truncated t -> true;
            case Effect.Drip d -> true;
            case Effect.Delay d -> false;
            case Effect.OtherId o -> false;
            case Effect.Members m -> false;
            case Effect.MembersStatusCode m -> false;
            case Effect.ManyMembers m -> false;
            case Effect.Fate f -> false;
        };
    }
}
