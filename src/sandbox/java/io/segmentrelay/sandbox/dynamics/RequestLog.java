package io.segmentrelay.sandbox.dynamics;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Every call, from its arrival on. May be read at any time, by any thread. An entry costs about 200 bytes, and 8 for each
 * row that it concerns.
 */
public final class RequestLog {

    /** What the caller does not see of an entry's life. */
    private record End(Instant at, int status, @Nullable Duration retryAfter) {}

    /** A call. */
    public static final class Entry {
        private final Names names;
        private final Instant start;
        private final Operation operation;
        private final String method;
        private final String path;
        private final UUID[] ids;
        private final List<Fault> faults;
        private final int concurrency;
        private volatile @Nullable End end;

        private Entry(Names names, Instant start, Call call, int concurrency) {
            this.names = names;
            this.start = start;
            this.operation = call.operation();
            this.method = call.method();
            this.path = call.path();
            this.ids = call.ids().toArray(UUID[]::new);
            this.faults = call.faults();
            this.concurrency = concurrency;
        }

        /** When it came, by the system's clock. */
        public Instant start() {
            return start;
        }

        /** When it was answered, or its connection ended; empty: not yet. */
        public Optional<Instant> end() {
            return Optional.ofNullable(end).map(End::at);
        }

        /** From its arrival to its end; zero where it has none yet. */
        public Duration took() {
            return end().map(at -> Duration.between(start, at)).orElse(Duration.ZERO);
        }

        /** The status it was answered with; 0: with none, or not yet. */
        public int status() {
            var ended = end;
            return ended == null ? 0 : ended.status();
        }

        /** What the answer asked to wait. */
        public Optional<Duration> retryAfter() {
            return Optional.ofNullable(end).map(End::retryAfter);
        }

        public Operation operation() {
            return operation;
        }

        public String method() {
            return method;
        }

        /** Without the query. */
        public String path() {
            return path;
        }

        /** The rows that it concerns, as known by now: ids and display names. */
        public Set<String> subjects() {
            return RequestLog.subjects(names, List.of(ids));
        }

        /** The rows that it concerns. */
        public List<UUID> ids() {
            return List.of(ids);
        }

        /** What it met. */
        public List<Fault> faults() {
            return faults;
        }

        /** How many calls of the Web API were under way when it came, itself among them; of tokens: 0. */
        public int concurrency() {
            return concurrency;
        }

        @Override
        public String toString() {
            return "%s %s %s %s → %d".formatted(start, operation.text(), method, path, status());
        }
    }

    /** What is known of a call when it comes. */
    record Call(Operation operation, String method, String path, List<UUID> ids, List<Fault> faults) {}

    private final Names names;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<Operation, AtomicInteger> counts = new ConcurrentHashMap<>();
    private final List<Consumer<Entry>> listeners = new CopyOnWriteArrayList<>();
    private int underWay;

    RequestLog(Names names) {
        this.names = names;
    }

    static Set<String> subjects(Names names, List<UUID> ids) {
        var subjects = new LinkedHashSet<String>();
        ids.forEach(id -> {
            subjects.add(id.toString());
            names.of(id).ifPresent(subjects::add);
        });
        return subjects;
    }

    synchronized Entry begin(Call call) {
        if (call.operation() != Operation.TOKEN) {
            underWay++;
        }
        var entry = new Entry(names, Instant.now(), call, call.operation() == Operation.TOKEN ? 0 : underWay);
        entries.add(entry);
        counts.computeIfAbsent(call.operation(), o -> new AtomicInteger()).incrementAndGet();
        return entry;
    }

    /** Only the first end of an entry counts. */
    void end(Entry entry, int status, Optional<Duration> retryAfter) {
        synchronized (this) {
            if (entry.end != null) {
                return;
            }
            entry.end = new End(Instant.now(), status, retryAfter.orElse(null));
            if (entry.operation != Operation.TOKEN) {
                underWay--;
            }
        }
        listeners.forEach(listener -> listener.accept(entry));
    }

    /** From now on somebody is told of each call that has ended, by the thread that ends it. */
    public void onEnd(Consumer<Entry> listener) {
        listeners.add(listener);
    }

    /** How many calls of the Web API have come and not ended. */
    public synchronized int underWay() {
        return underWay;
    }

    /** All calls, in the order in which they came. */
    public synchronized List<Entry> all() {
        return List.copyOf(entries);
    }

    /** All calls of an operation, in the order in which they came. */
    public List<Entry> entries(Operation operation) {
        return all().stream().filter(entry -> entry.operation() == operation).toList();
    }

    /** How many calls of an operation have come. */
    public int count(Operation operation) {
        var count = counts.get(operation);
        return count == null ? 0 : count.get();
    }

    /** Forgets all calls that were answered. */
    public synchronized void clear() {
        entries.removeIf(entry -> entry.end != null);
        counts.clear();
        entries.forEach(entry -> counts.computeIfAbsent(entry.operation, o -> new AtomicInteger())
                .incrementAndGet());
    }

    /** How many calls of the Web API were under way at the same time, at most. */
    public int maxConcurrent() {
        return all().stream().mapToInt(Entry::concurrency).max().orElse(0);
    }

    /** How many calls of the Web API came within a time of this length, at most. */
    public int maxInAnyWindow(Duration window) {
        var starts = webApi().map(Entry::start).toList();
        var max = 0;
        var first = 0;
        for (var last = 0; last < starts.size(); last++) {
            while (Duration.between(starts.get(first), starts.get(last)).compareTo(window) >= 0) {
                first++;
            }
            max = Math.max(max, last - first + 1);
        }
        return max;
    }

    /** How much execution time the calls of the Web API that ended within a time of this length took together, at most; refused ones aside. */
    public Duration maxExecutionTimeInAnyWindow(Duration window) {
        var ended = webApi().filter(entry -> entry.end().isPresent() && entry.status() != 429)
                .sorted(Comparator.comparing(entry -> entry.end().orElseThrow()))
                .toList();
        var max = Duration.ZERO;
        var sum = Duration.ZERO;
        var first = 0;
        for (var last : ended) {
            sum = sum.plus(last.took());
            while (Duration.between(
                                    ended.get(first).end().orElseThrow(),
                                    last.end().orElseThrow())
                            .compareTo(window)
                    >= 0) {
                sum = sum.minus(ended.get(first).took());
                first++;
            }
            max = max.compareTo(sum) < 0 ? sum : max;
        }
        return max;
    }

    /**
     * Calls of the Web API that came after a 429 with {@code Retry-After} had been sent, but before that had passed.
     *
     * @param grace of calls that were on their way already when the 429 was sent
     */
    public List<Entry> callsBeforeRetryAfter(Duration grace) {
        var all = webApi().toList();
        return all.stream()
                .filter(call -> all.stream()
                        .filter(refused -> refused.status() == 429)
                        .anyMatch(refused -> refused.retryAfter().isPresent()
                                && call.start()
                                        .isAfter(refused.end().orElseThrow().plus(grace))
                                && call.start()
                                        .isBefore(refused.end()
                                                .orElseThrow()
                                                .plus(refused.retryAfter().orElseThrow()))))
                .toList();
    }

    /**
     * With a grace of half a second: a process that shares two cores with others may be that late to read an answer, and to
     * send what it has begun to send.
     */
    public List<Entry> callsBeforeRetryAfter() {
        return callsBeforeRetryAfter(Duration.ofMillis(500));
    }

    private java.util.stream.Stream<Entry> webApi() {
        return all().stream().filter(entry -> entry.operation() != Operation.TOKEN);
    }
}
