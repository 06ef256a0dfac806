package io.segmentrelay.trigger.lambda;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

/** The package, run as AWS Lambda runs it. */
class FunctionZipIT {

    private static Path task = Path.of("");

    @BeforeAll
    static void unzip() {
        task = FunctionProcess.unzip();
    }

    @Test
    void saysWhichSettingsAreMissing() throws Exception {
        try (var api = new RuntimeApi();
                var function = FunctionProcess.start(task, api, Map.of("AWS_REGION", SqsServer.REGION))) {
            // When
            var error = api.initError().get(60, SECONDS);

            // Then
            assertThat(error)
                    .as(function::log)
                    .contains("Not started: ")
                    .contains("relay.dynamics.url (RELAY_DYNAMICS_URL) is missing");
        }
    }

    @Test
    void refusesWhatIsNoEvent() throws Exception {
        // Given
        var settings = new HashMap<String, String>(Map.of(
                "RELAY_DYNAMICS_URL", "http://127.0.0.1:9",
                "AZURE_TENANT_ID", "tenant",
                "AZURE_CLIENT_ID", "client",
                "AZURE_CLIENT_SECRET", "secret",
                "AWS_REGION", SqsServer.REGION,
                "RELAY_SQS_PENDING_URL", "http://127.0.0.1:9/000000000000/pending",
                "RELAY_SQS_READY_URL", "http://127.0.0.1:9/000000000000/ready",
                "RELAY_SQS_FAILED_URL", "http://127.0.0.1:9/000000000000/failed"));
        try (var api = new RuntimeApi();
                var function = FunctionProcess.start(task, api, settings)) {
            // When
            var start = System.nanoTime();
            var answer =
                    api.invoke("{\"hello\":\"world\"}", Duration.ofSeconds(30)).get(60, SECONDS);
            System.out.println(
                    "ms " + Duration.ofNanos(System.nanoTime() - start).toMillis());

            // Then
            assertThat(answer.isError()).as(function::log).isTrue();
            assertThat(answer.body()).contains("This is no CloudEvent");
        }
    }
}
