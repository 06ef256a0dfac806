package io.segmentrelay.sandbox.dynamics;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The limits of the Web API, for one user on one web server.
 *
 * @see <a href="https://learn.microsoft.com/power-apps/developer/data-platform/api-limits">Service protection API limits</a>
 */
final class ServiceProtection {

    private static final Duration WINDOW = Duration.ofMinutes(5);
    /** What each call costs that comes although it was told to wait. */
    private static final Duration PENALTY = Duration.ofSeconds(1);
    /** Calls that were on their way when the first was told to wait do not know yet. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private record Execution(long atMillis, long millis) {}

    private final SimulatorSettings settings;
    private final Clock clock;
    private final Deque<Long> requests = new ArrayDeque<>();
    private final Deque<Execution> executions = new ArrayDeque<>();
    private long executedMillis;
    private int underWay;
    private long closedSince;
    private long closedUntil = Long.MIN_VALUE;
    private Limit closedFor = Limit.REQUESTS;

    /** What a caller is told until it has waited. */
    private enum Limit {
        REQUESTS,
        EXECUTION_TIME
    }

    ServiceProtection(SimulatorSettings settings) {
        this.settings = settings;
        this.clock = settings.clock();
    }

    /** Lets a call in, which must {@link #leave}; or the answer that it gets instead. */
    synchronized Optional<Reply> enter() {
        var now = clock.millis();
        forget(now);
        if (now < closedUntil) {
            if (now > closedSince + GRACE.toMillis()) {
                closedUntil = Math.min(closedUntil + PENALTY.toMillis(), now + WINDOW.toMillis());
            }
            return Optional.of(refuseClosed(now));
        }
        if (requests.size() >= settings.requestsPer5Minutes()) {
            close(
                    now,
                    requests.isEmpty() ? now + WINDOW.toMillis() : requests.getFirst() + WINDOW.toMillis(),
                    Limit.REQUESTS);
            return Optional.of(refuseClosed(now));
        }
        if (executedMillis >= settings.executionTimePer5Minutes().toMillis()) {
            close(
                    now,
                    executions.isEmpty() ? now + 1_000 : executions.getFirst().atMillis() + WINDOW.toMillis(),
                    Limit.EXECUTION_TIME);
            return Optional.of(refuseClosed(now));
        }
        if (underWay >= settings.concurrentRequests()) {
            return Optional.of(refuse(
                    "0x80072326",
                    "Number of concurrent requests exceeded the limit of %d.".formatted(settings.concurrentRequests()),
                    1_000));
        }
        requests.addLast(now);
        underWay++;
        return Optional.empty();
    }

    /** The end of a call that was let in. */
    synchronized void leave(Duration took) {
        underWay--;
        var execution = new Execution(clock.millis(), took.toMillis());
        executions.addLast(execution);
        executedMillis += execution.millis();
    }

    synchronized int remainingRequests() {
        return Math.max(0, settings.requestsPer5Minutes() - requests.size());
    }

    synchronized Duration remainingTime() {
        return Duration.ofMillis(Math.max(0, settings.executionTimePer5Minutes().toMillis() - executedMillis));
    }

    private void forget(long now) {
        var since = now - WINDOW.toMillis();
        while (!requests.isEmpty() && requests.getFirst() <= since) {
            requests.removeFirst();
        }
        while (!executions.isEmpty() && executions.getFirst().atMillis() <= since) {
            executedMillis -= executions.removeFirst().millis();
        }
    }

    private void close(long now, long until, Limit limit) {
        closedSince = now;
        closedUntil = until;
        closedFor = limit;
    }

    private Reply refuseClosed(long now) {
        return switch (closedFor) {
            case REQUESTS ->
                refuse(
                        "0x80072322",
                        "Number of requests exceeded the limit of %d over time window of %d seconds."
                                .formatted(settings.requestsPer5Minutes(), WINDOW.toSeconds()),
                        closedUntil - now);
            case EXECUTION_TIME ->
                refuse(
                        "0x80072321",
                        "Combined execution time of incoming requests exceeded limit of %d milliseconds over time window of %d seconds. Decrease number of concurrent requests or reduce the duration of requests and try again later."
                                .formatted(settings.executionTimePer5Minutes().toMillis(), WINDOW.toSeconds()),
                        closedUntil - now);
        };
    }

    private static Reply refuse(String code, String message, long retryMillis) {
        return Reply.error(429, code, message).with("Retry-After", Long.toString((retryMillis + 999) / 1_000));
    }
}
