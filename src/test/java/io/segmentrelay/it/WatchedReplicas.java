package io.segmentrelay.it;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import static org.awaitility.Awaitility.await;

/** Looks at the metrics of all replicas several times a second: how many segments they wait for, and how long. */
final class WatchedReplicas implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(200);

    /** As many states as one call asks for. */
    static final int AT_ONCE = 200;

    private final List<RelayProcess> replicas = new CopyOnWriteArrayList<>();
    private final Map<RelayProcess, Double> inFlight = new HashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private int samples;
    private long last;
    private double waitingBefore;
    private double secondsToAsk;
    private double mostWaiting;

    /** One that may not be there yet. */
    RelayProcess joins(RelayProcess replica) {
        replicas.add(replica);
        return replica;
    }

    void left(RelayProcess replica) {
        replicas.remove(replica);
    }

    synchronized void start() {
        last = System.nanoTime();
        var unused = timer.scheduleWithFixedDelay(this::sample, 0, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Waits for so many samples more. */
    void awaitSamples(int more) {
        var enough = samples() + more;
        await("samples").atMost(Duration.ofMinutes(1)).until(() -> samples() >= enough);
    }

    private synchronized int samples() {
        return samples;
    }

    /**
     * How long there was something to ask for so far, in seconds: for each replica and each 200 segments that it has, a smaller
     * rest counted as full. Between two samples the larger one counts.
     */
    synchronized double secondsToAsk() {
        return secondsToAsk;
    }

    /**
     * How many segments were waited for at the same time, over all replicas. The replicas are not looked at in the same
     * moment, so that segments which move just then may be counted twice; hence of each two samples that follow one another
     * only the smaller one counts. A task that should not be there is in both.
     */
    synchronized double mostWaiting() {
        return mostWaiting;
    }

    /** Segments that a replica waits for, those just being asked for not counted; 0 where nobody answers. */
    static double waiting(RelayProcess replica) {
        return metric(replica, "relay_live_watch_waiting");
    }

    /** Records that a replica works on; 0 where nobody answers. */
    static double inFlight(RelayProcess replica) {
        return metric(replica, "relay_in_flight");
    }

    static double metric(RelayProcess replica, String name) {
        try {
            return replica.metric(name);
        } catch (Exception e) {
            return 0;
        }
    }

    private synchronized void sample() {
        var waitingNow = 0.0;
        var calls = 0.0;
        for (var replica : replicas) {
            waitingNow += waiting(replica);
            var now = inFlight(replica);
            var before = inFlight.put(replica, now);
            calls += Math.ceil(Math.max(now, before == null ? 0 : before) / AT_ONCE);
        }
        var now = System.nanoTime();
        secondsToAsk += calls * (now - last) / 1e9;
        mostWaiting = Math.max(mostWaiting, Math.min(waitingNow, waitingBefore));
        last = now;
        waitingBefore = waitingNow;
        samples++;
    }

    /** Takes no further sample. */
    void stop() {
        timer.close();
    }

    @Override
    public void close() {
        stop();
    }
}
