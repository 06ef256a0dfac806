package io.segmentrelay.trigger.lambda;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import jakarta.inject.Singleton;

import io.cloudevents.CloudEvent;
import io.smallrye.mutiny.Uni;
import org.jboss.logging.Logger;

import io.segmentrelay.config.RelayConfig;
import io.segmentrelay.dynamics.limits.DynamicsGate;
import io.segmentrelay.event.codec.DecodedEvent;
import io.segmentrelay.event.codec.EventCodec;
import io.segmentrelay.event.wire.Checked;
import io.segmentrelay.event.wire.Receipt;
import io.segmentrelay.relay.ObservedProgress;
import io.segmentrelay.relay.Relay;
import io.segmentrelay.time.Time;
import io.segmentrelay.workflow.Allowance;

/**
 * Runs the events of one invocation side by side, within the time that Lambda has left for it.
 *
 * <pre>
 * |── relay.window: waiting ──|                                              remaining time
 * |────────────── reading members ──────────────|── RESERVE: handing over ──|─ ANSWER ─|
 * </pre>
 */
@Singleton
class LambdaDeliveries {

    private static final Logger LOG = Logger.getLogger(LambdaDeliveries.class);

    /** For handing over what is under way. */
    private static final Duration RESERVE = Duration.ofSeconds(3);

    /** For the answer itself; with less than twice that nothing is begun. */
    private static final Duration ANSWER = Duration.ofMillis(500);

    private final Relay relay;
    private final EventCodec codec;
    private final LambdaDeadLetters deadLetters;
    private final ObservedProgress progress;
    private final DynamicsGate gate;
    private final Time time;
    private final Duration window;
    private final long maxEventBytes;

    LambdaDeliveries(
            Relay relay,
            EventCodec codec,
            LambdaDeadLetters deadLetters,
            ObservedProgress progress,
            DynamicsGate gate,
            Time time,
            RelayConfig config) {
        this.relay = relay;
        this.codec = codec;
        this.deadLetters = deadLetters;
        this.progress = progress;
        this.gate = gate;
        this.time = time;
        this.window = config.window();
        this.maxEventBytes = config.maxEventSize().asLongValue();
    }

    /**
     * Delivers records of an event source.
     *
     * @param remaining until Lambda ends the invocation
     * @return those that have to be delivered again
     */
    Uni<List<LambdaRecord>> deliver(List<LambdaRecord> records, Duration remaining) {
        if (records.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        var allowance = allowance(remaining);
        return Uni.join()
                .all(records.stream()
                        .map(record -> inTime(remaining, record.origin(), () -> deliver(record, allowance)))
                        .toList())
                .andFailFast()
                .map(taken -> {
                    var failed = new ArrayList<LambdaRecord>();
                    for (var i = 0; i < records.size(); i++) {
                        if (!taken.get(i)) {
                            failed.add(records.get(i));
                        }
                    }
                    return failed;
                });
    }

    /**
     * Delivers events that were sent to the function itself.
     *
     * @param remaining until Lambda ends the invocation
     * @return fails where one is none for the relay (then none is begun), or was not handed over
     */
    Uni<Void> deliverAll(List<Checked<CloudEvent>> events, Duration remaining) {
        var receipt = Receipt.at(time.now());
        var accepted = new ArrayList<Supplier<Uni<Void>>>();
        var allowance = allowance(remaining);
        for (var reading : events) {
            switch (codec.decode(reading, receipt)) {
                case Checked.Bad(var reason) -> {
                    return refuse(reason);
                }
                case Checked.Good(var event) -> accepted.add(() -> relay.deliver(event, allowance));
            }
        }
        if (accepted.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return Uni.join()
                .all(accepted.stream()
                        .map(delivery -> inTime(remaining, "invocation", delivery))
                        .toList())
                .andFailFast()
                .map(taken -> {
                    if (taken.contains(false)) {
                        throw new Undelivered("not handed over in time: send it again");
                    }
                    return null;
                });
    }

    private Uni<Void> refuse(String reason) {
        progress.refused("invocation", reason);
        return Uni.createFrom()
                .failure(new Undelivered(reason + " (taken are CloudEvents, SQS batches and Kafka batches of them)"));
    }

    private Uni<Void> deliver(LambdaRecord record, Allowance allowance) {
        return switch (decode(record)) {
            case Checked.Bad(var reason) -> {
                progress.refused(record.origin(), reason);
                yield deadLetters.put(record, reason);
            }
            case Checked.Good(var event) -> relay.deliver(event, allowance);
        };
    }

    private Checked<DecodedEvent> decode(LambdaRecord record) {
        return record.bytes() > maxEventBytes
                ? new Checked.Bad<>("larger than relay.max-event-size (%d bytes)".formatted(maxEventBytes))
                : codec.decode(record.read(), Receipt.stamped(record.timestamp(), time.now()));
    }

    /** Whether the work was done, and in time; what was not is cancelled, and done again with the next delivery. */
    private Uni<Boolean> inTime(Duration remaining, String origin, Supplier<Uni<Void>> work) {
        if (remaining.compareTo(ANSWER.multipliedBy(2)) < 0) {
            LOG.warnf("Not begun, since too little time is left; origin=%s", origin);
            return Uni.createFrom().item(false);
        }
        var done = Uni.createFrom().deferred(work::get).map(nothing -> true);
        var tooLate = time.after(remaining.minus(ANSWER)).map(fired -> {
            LOG.warnf("Not handed over in time: it will be delivered again; origin=%s", origin);
            return false;
        });
        return Uni.combine().any().of(done, tooLate).onFailure().recoverWithItem(failure -> {
            LOG.errorf("Not delivered: it will be delivered again; origin=%s reason=%s", origin, failure.getMessage());
            return false;
        });
    }

    private Allowance allowance(Duration remaining) {
        var most = remaining.compareTo(RESERVE) > 0 ? remaining.minus(RESERVE) : Duration.ZERO;
        // While Dynamics has asked for a pause, to read members would be nothing but to wait.
        var isClosed =
                gate.closedUntil().filter(until -> until.isAfter(time.now())).isPresent();
        return (isClosed ? Allowance.of(window) : new Allowance(window, most)).within(most);
    }

    /** Tells the caller of the function what was wrong; Lambda shows type and message. */
    static final class Undelivered extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Undelivered(String reason) {
            super(reason, null, false, false);
        }
    }
}
