package io.segmentrelay.sandbox.console;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.segmentrelay.sandbox.dynamics.DynamicsSimulator;
import io.segmentrelay.sandbox.dynamics.Operation;
import io.segmentrelay.sandbox.dynamics.RequestLog;

import static java.util.stream.Collectors.toMap;

/** Looks on at the simulator: each call when it has ended, and once a second how many segments are in which state. */
final class SimulatorWatch implements AutoCloseable {

    private static final Duration PACE = Duration.ofSeconds(1);

    /** A status call may concern hundreds of segments. */
    private static final int MOST_IDS = 500;

    /**
     * A call that has ended.
     *
     * @param status 0: without an answer
     * @param millis how long it took
     * @param ids of the rows that it concerned
     * @param fault whether it met one that is switched on
     */
    record Call(String kind, Instant at, String operation, int status, long millis, List<String> ids, boolean fault) {}

    /**
     * How it was in a second.
     *
     * @param states how many segments are in which state at its end
     * @param operations how many calls have ended within it, by operation
     * @param outcomes how many calls have ended within it, by what became of them
     * @param underWay how many calls have come and not ended
     */
    record Second(
            String kind,
            Instant at,
            Map<String, Integer> states,
            Map<String, Integer> operations,
            Map<String, Integer> outcomes,
            int underWay,
            List<FaultSwitches.State> faults) {}

    private final DynamicsSimulator simulator;
    private final FaultSwitches switches;
    private final Consumer<Object> feed;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("console-seconds").factory());
    private Map<String, Integer> operations = new LinkedHashMap<>();
    private Map<String, Integer> outcomes = new LinkedHashMap<>();

    /**
     * Begins to look.
     *
     * @param feed takes what is seen: objects that become JSON
     */
    SimulatorWatch(DynamicsSimulator simulator, FaultSwitches switches, Consumer<Object> feed) {
        this.simulator = simulator;
        this.switches = switches;
        this.feed = feed;
        simulator.log().onEnd(this::ended);
        var unused = timer.scheduleAtFixedRate(this::second, PACE.toMillis(), PACE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void ended(RequestLog.Entry entry) {
        var operation = entry.operation().text();
        synchronized (this) {
            operations.merge(operation, 1, Integer::sum);
            outcomes.merge(outcome(entry.status()), 1, Integer::sum);
        }
        if (entry.operation() != Operation.TOKEN) {
            feed.accept(new Call(
                    "call",
                    entry.start(),
                    operation,
                    entry.status(),
                    entry.took().toMillis(),
                    entry.ids().stream().limit(MOST_IDS).map(Object::toString).toList(),
                    !entry.faults().isEmpty()));
        }
    }

    private static String outcome(int status) {
        if (status == 429) {
            return "throttled";
        }
        return status >= 200 && status < 300 ? "answered" : "failed";
    }

    private void second() {
        Map<String, Integer> byOperation;
        Map<String, Integer> byOutcome;
        synchronized (this) {
            byOperation = operations;
            byOutcome = outcomes;
            operations = new LinkedHashMap<>();
            outcomes = new LinkedHashMap<>();
        }
        var states = simulator.segmentsByState().entrySet().stream()
                .collect(toMap(state -> state.getKey().text(), Map.Entry::getValue, Integer::sum, LinkedHashMap::new));
        feed.accept(new Second(
                "second",
                simulator.settings().clock().instant(),
                states,
                byOperation,
                byOutcome,
                simulator.log().underWay(),
                switches.states()));
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
