package io.segmentrelay.relay;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jboss.logging.Logger;

import io.segmentrelay.event.EndReason;
import io.segmentrelay.event.RelayEvent;
import io.segmentrelay.event.SegmentRequest;
import io.segmentrelay.event.Step;
import io.segmentrelay.event.Warning;
import io.segmentrelay.query.QueryFinding;
import io.segmentrelay.time.Time;
import io.segmentrelay.trace.LogFields;
import io.segmentrelay.trace.Tracer;
import io.segmentrelay.workflow.Outcome;
import io.segmentrelay.workflow.Progress;
import io.segmentrelay.workflow.SegmentTask;

/** Tells people and meters what happens to requests. No payload, no member, no query is logged. */
public final class ObservedProgress implements Progress {

    private static final Logger LOG = Logger.getLogger("io.segmentrelay.progress");

    private static final Duration DELAY_LOG_DISTANCE = Duration.ofSeconds(1);

    private final MeterRegistry meters;
    private final Time time;
    private final Tracer tracer;
    private final AtomicReference<Instant> nextDelayLog = new AtomicReference<>(Instant.MIN);
    private final AtomicLong unlogged = new AtomicLong();
    private final Counter suspicious;
    private final Counter wrong;

    /** Reports to the log and to the given meters. */
    public ObservedProgress(MeterRegistry meters, Time time) {
        this(meters, time, Tracer.OFF);
    }

    /**
     * Reports to the log and to the given meters.
     *
     * @param tracer leads measurements back to their traces
     */
    public ObservedProgress(MeterRegistry meters, Time time, Tracer tracer) {
        this.meters = meters;
        this.time = time;
        this.tracer = tracer;
        this.suspicious = suspicious(meters, false);
        this.wrong = suspicious(meters, true);
        atZero();
    }

    /** What rarely happens is there before it does: a rate needs the zero that it begins at. */
    private void atZero() {
        Stream.of("relay.changes", "relay.snapshots", "relay.retired").forEach(meters::counter);
        for (var reason : EndReason.values()) {
            meters.counter("relay.ended", "reason", reason.label());
        }
    }

    private static Counter suspicious(MeterRegistry meters, boolean certain) {
        return Counter.builder("relay.query.suspicious")
                .description("Requests whose query looks wrong; certain: by all that is published of the language")
                .tag("certain", Boolean.toString(certain))
                .register(meters);
    }

    @Override
    public void moved(SegmentTask from, SegmentTask to) {
        if (from.step() == to.step()) {
            return;
        }
        timeStep(from);
        about(
                to,
                () -> LOG.infof(
                        "%s done, next %s; requestId=%s segmentId=%s",
                        from.step().label(),
                        to.step().label(),
                        from.request().key().id(),
                        to.ids().segmentId()));
    }

    @Override
    public void delayed(SegmentTask task, int attempt, Duration delay, String reason) {
        var now = time.now();
        var next = nextDelayLog.get();
        // In bad weather thousands wait at once: one line a second says as much as all of them.
        if (now.isBefore(next) || !nextDelayLog.compareAndSet(next, now.plus(DELAY_LOG_DISTANCE))) {
            unlogged.incrementAndGet();
            return;
        }
        about(
                task,
                () -> LOG.warnf(
                        "%s delayed by %d ms: %s; requestId=%s attempt=%d othersSinceLastLine=%d",
                        task.step().label(),
                        delay.toMillis(),
                        reason,
                        task.request().key().id(),
                        attempt,
                        unlogged.getAndSet(0)));
    }

    @Override
    public void ended(SegmentTask last, Outcome outcome) {
        about(last, () -> tell(last, outcome));
    }

    private void tell(SegmentTask last, Outcome outcome) {
        var id = last.request().key().id();
        switch (outcome) {
            case Outcome.Ready ready when ready.replaces().isPresent() -> changed("relay.snapshots", ready);
            case Outcome.Ready ready -> {
                timeStep(last);
                count("ready");
                tracer.measured(
                        last.request().trace(),
                        () -> RelayTimers.timeToReady(meters)
                                .record(Duration.between(ready.request().requestedAt(), time.now())));
                LOG.infof(
                        "fetch-members done, ready; requestId=%s segmentId=%s members=%d warnings=%s",
                        id, ready.ids().segmentId(), ready.list().members().size(), ready.warnings());
            }
            case Outcome.Changed change -> changed("relay.changes", change);
            case Outcome.Pending(var task) ->
                LOG.infof(
                        "handing over at %s; requestId=%s segmentId=%s",
                        task.step().label(), id, task.ids().segmentId());
            case Outcome.Told told -> told.events().forEach(event -> told(event, id));
            case Outcome.Failed failure -> {
                count("failed");
                failed(failure.event(), id);
            }
        }
    }

    private void changed(String counter, Outcome.Paged paged) {
        meters.counter(counter).increment();
        LOG.infof(
                "%s; requestId=%s segmentId=%s ids=%d",
                paged instanceof Outcome.Changed ? "membership changed" : "membership changed, told whole",
                paged.request().key().id(),
                paged.ids().segmentId(),
                paged.size());
    }

    private void told(RelayEvent event, String id) {
        switch (event) {
            case RelayEvent.Retired retired -> {
                meters.counter("relay.retired").increment();
                LOG.infof("retired; requestId=%s segmentId=%s", id, retired.segmentId());
            }
            case RelayEvent.Ended ended -> {
                meters.counter("relay.ended", "reason", ended.reason().label()).increment();
                LOG.infof(
                        "follow ended: %s; requestId=%s segmentId=%s",
                        ended.reason().label(), id, ended.segmentId());
            }
            case RelayEvent.Marked marked ->
                LOG.infof(
                        "marked as %s; requestId=%s segmentId=%s",
                        marked.mark().kind().label(), id, marked.mark().target().segmentId());
            default -> LOG.debugf("told; requestId=%s", id);
        }
    }

    private static void failed(RelayEvent.Failed failed, String id) {
        LOG.warnf(
                "failed at %s with %s; requestId=%s segmentId=%s serviceRequestId=%s",
                failed.step().label(),
                failed.code().label(),
                id,
                failed.segmentId().map(Object::toString).orElse(""),
                failed.dynamics().flatMap(answer -> answer.serviceRequestId()).orElse(""));
    }

    /** A request that is about to be worked on: says so only where it came with a warning. */
    public void received(SegmentRequest request) {
        LogFields.about(request.key().id(), "", request.trace(), () -> tell(request));
    }

    private void tell(SegmentRequest request) {
        if (request.warnings().contains(Warning.RECEIPT_TIME_UNKNOWN)) {
            LOG.warnf(
                    "the record's time stamp is missing or cannot be right (milliseconds since 1970 are expected):"
                            + " the deadline counts from now on; requestId=%s deadline=%s",
                    request.key().id(), request.deadline());
        }
        suspicious(request.key().id(), request.queryFindings());
    }

    private void suspicious(String requestId, List<QueryFinding> findings) {
        if (findings.isEmpty()) {
            return;
        }
        var isWrong = findings.stream().anyMatch(QueryFinding::certain);
        (isWrong ? wrong : suspicious).increment();
        LOG.warnf(
                "the query looks wrong: %s; requestId=%s",
                findings.stream()
                        .map(each -> "position %d, %s".formatted(each.position(), each.message()))
                        .collect(Collectors.joining("; ")),
                requestId);
    }

    /** A request that never became a task: its data broke the rules, those of queries among them. */
    public void invalid(RelayEvent.Failed failed) {
        var requestId = failed.key().id();
        count("invalid");
        LogFields.about(requestId, "", failed.trace(), () -> {
            suspicious(requestId, failed.queryFindings());
            LOG.warnf("failed at %s with invalid-request; requestId=%s", Step.VALIDATE.label(), requestId);
        });
    }

    /** Something that is no event for the relay was put aside or refused. */
    public void refused(String origin, String reason) {
        count("dead_letter");
        LOG.warnf("refused: %s; origin=%s", reason, origin);
    }

    /** Pages are too large for their receiver, and are cut anew. */
    void cut(Outcome.Paged paged, int from, int to, Throwable refused) {
        LogFields.about(
                paged.request().key().id(),
                paged.ids().segmentId().toString(),
                paged.request().trace(),
                () -> LOG.infof(
                        "pages of %d ids are too large, and are cut to %d: lower relay.page-size to spare the attempts; requestId=%s segmentId=%s reason=%s",
                        from, to, paged.request().key().id(), paged.ids().segmentId(), refused.getMessage()));
    }

    private static void about(SegmentTask task, Runnable line) {
        LogFields.about(
                task.request().key().id(),
                task.ids().segmentId().toString(),
                task.request().trace(),
                line);
    }

    private void count(String outcome) {
        meters.counter("relay.requests", "outcome", outcome).increment();
    }

    private void timeStep(SegmentTask task) {
        tracer.measured(
                task.request().trace(),
                () -> RelayTimers.step(meters, task.step().label()).record(Duration.between(task.since(), time.now())));
    }
}
