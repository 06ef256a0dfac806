package io.segmentrelay.trigger.lambda;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

import io.segmentrelay.sandbox.dynamics.DynamicsSimulator;
import io.segmentrelay.sandbox.dynamics.SimulatorSettings;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code ./mvnw -Plambda -DskipTests.unit -Dit.test=ColdStartBench verify}: from the start of the process until it asks for
 * the first invocation (Lambda's initialization phase), what that invocation then takes, and what the next one takes.
 */
class ColdStartBench {

    private static final int RUNS = 5;

    private record Run(Duration init, Duration first, Duration second) {}

    @Test
    void measuresColdAndWarm() throws Exception {
        // Given
        var task = FunctionProcess.unzip();
        var runs = new ArrayList<Run>();
        try (var sqs = new SqsServer();
                var dynamics = DynamicsSimulator.start(new SimulatorSettings())) {
            var settings = new HashMap<>(dynamics.env());
            settings.putAll(sqs.environment());
            settings.put("RELAY_SQS_PENDING_URL", sqs.queue("pending"));
            settings.put("RELAY_SQS_READY_URL", sqs.queue("ready"));
            settings.put("RELAY_SQS_FAILED_URL", sqs.queue("failed"));

            // When
            for (var i = 0; i < RUNS; i++) {
                try (var api = new RuntimeApi()) {
                    var start = System.nanoTime();
                    try (var function = FunctionProcess.start(task, api, settings)) {
                        api.asked().get(60, TimeUnit.SECONDS);
                        var init = Duration.ofNanos(System.nanoTime() - start);
                        runs.add(new Run(init, invoke(api, function), invoke(api, function)));
                    }
                }
            }
        }

        // Then
        System.out.printf(
                "%nCold start, median of %d, JDK %s, %d cores: initialization %d ms, first invocation %d ms, second %d ms%n",
                RUNS,
                System.getProperty("java.version"),
                Runtime.getRuntime().availableProcessors(),
                median(runs, Run::init),
                median(runs, Run::first),
                median(runs, Run::second));
        assertThat(median(runs, Run::init)).isLessThan(10_000); // Lambda's limit for the phase
    }

    /** A request that is answered at once, by a message to a queue: nothing but the function's own time. */
    private static Duration invoke(RuntimeApi api, FunctionProcess function) throws Exception {
        var start = System.nanoTime();
        var answer = api.invoke(Events.sqs(Events.request("r", new JsonObject())), Duration.ofSeconds(60))
                .get(60, TimeUnit.SECONDS);
        var took = Duration.ofNanos(System.nanoTime() - start);
        assertThat(answer.isError()).as(function::log).isFalse();
        assertThat(Events.failures(answer.body())).as(function::log).isEmpty();
        return took;
    }

    private static long median(List<Run> runs, Function<Run, Duration> figure) {
        return runs.stream().map(figure).sorted().toList().get(runs.size() / 2).toMillis();
    }
}
