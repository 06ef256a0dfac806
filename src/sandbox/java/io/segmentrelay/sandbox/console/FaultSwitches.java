package io.segmentrelay.sandbox.console;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.segmentrelay.sandbox.dynamics.DynamicsSimulator;
import io.segmentrelay.sandbox.dynamics.Effect;
import io.segmentrelay.sandbox.dynamics.Fault;
import io.segmentrelay.sandbox.dynamics.Operation;

/** What can be made to go wrong in the simulator, each by a switch. Safe for many threads. */
final class FaultSwitches {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Duration SLOW = Duration.ofSeconds(2);

    /**
     * One that can be switched.
     *
     * @param name for machines
     * @param title for people, in a few words
     * @param effect for people, in a sentence
     * @param fault absent: the whole server is away
     */
    private record Kind(String name, String title, String effect, Optional<Fault> fault) {
        Kind(String name, String title, String effect, Fault fault) {
            this(name, title, effect, Optional.of(fault));
        }
    }

    /**
     * How one is.
     *
     * @param applied how often it has happened since it was switched on
     */
    record State(String name, String title, String effect, boolean on, int applied) {}

    private static final List<Kind> KINDS = List.of(
            new Kind(
                    "throttled",
                    "Throttling",
                    "Each third call is answered with 429 and Retry-After: 1.",
                    Fault.onAll().every(3).does(Effect.throttled(RETRY_AFTER))),
            new Kind(
                    "unavailable",
                    "Unavailable now and then",
                    "Each third call is answered with 503.",
                    Fault.onAll().every(3).does(Effect.status(503))),
            new Kind(
                    "answer-lost",
                    "Answers get lost",
                    "Each third call takes effect, and its connection is reset before the answer.",
                    Fault.onAll().every(3).does(new Effect.Reset(true))),
            new Kind(
                    "slow",
                    "Slow",
                    "Each call takes two seconds longer.",
                    Fault.onAll().does(new Effect.Delay(SLOW))),
            new Kind(
                    "status-hangs",
                    "Status calls hang",
                    "No call for a status is answered, until this is switched off.",
                    Fault.on(Operation.STATUS).does(new Effect.Hang(false))),
            new Kind(
                    "members-cut-off",
                    "Member lists are cut off",
                    "The connection ends in the middle of each list.",
                    Fault.on(Operation.MEMBERS).does(new Effect.Truncated())),
            new Kind(
                    "publish-refused",
                    "Publishing is refused",
                    "Dynamics answers with 400.",
                    Fault.on(Operation.PUBLISH).does(Effect.status(400))),
            new Kind(
                    "computation-fails",
                    "The computation fails",
                    "What is published goes live, and its computation ends in an error.",
                    Fault.on(Operation.PUBLISH).does(Effect.Fate.COMPUTATION_ERROR)),
            new Kind(
                    "never-live",
                    "Nothing goes live",
                    "What is published stays in Going live.",
                    Fault.on(Operation.PUBLISH).does(Effect.Fate.NEVER_LIVE)),
            new Kind("away", "Away", "The server refuses all connections.", Optional.empty()));

    private final DynamicsSimulator simulator;
    private boolean away;

    FaultSwitches(DynamicsSimulator simulator) {
        this.simulator = simulator;
    }

    /** All of them, in an order that stays. */
    synchronized List<State> states() {
        return KINDS.stream()
                .map(kind -> new State(
                        kind.name(),
                        kind.title(),
                        kind.effect(),
                        isOn(kind),
                        kind.fault().map(simulator.faults()::applied).orElse(0)))
                .toList();
    }

    /**
     * Switches one on or off; nothing happens where it is so already.
     *
     * @return false: there is none with this name
     */
    synchronized boolean turn(String name, boolean on) {
        var kind = KINDS.stream().filter(each -> each.name().equals(name)).findFirst();
        kind.filter(each -> isOn(each) != on).ifPresent(each -> turn(each, on));
        return kind.isPresent();
    }

    private void turn(Kind kind, boolean on) {
        if (kind.fault().isPresent()) {
            var fault = kind.fault().orElseThrow();
            if (on) {
                simulator.faults().add(fault);
            } else {
                simulator.faults().remove(fault);
            }
        } else {
            away = on;
            if (on) {
                simulator.stopListening();
            } else {
                simulator.resumeListening();
            }
        }
    }

    private boolean isOn(Kind kind) {
        return kind.fault().map(simulator.faults()::isOn).orElse(away);
    }
}
